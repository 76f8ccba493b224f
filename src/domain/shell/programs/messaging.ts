// Message brokers and streams, whose tools are as often told by their options as by their words.
import type { ProgramRow } from '../program.ts'
import { service } from './verbs.ts'

/** Kafka's scripts are installed with and without an extension. */
const kafka = (names: string): string =>
  names
    .split(' ')
    .flatMap((name) => [`kafka-${name}`, `kafka-${name}.sh`])
    .join(' ')

const KAFKA_VALUES =
  '--bootstrap-server --broker-list --zookeeper --topic --group --partitions --replication-factor --entity-type --entity-name --command-config --add-config --delete-config --alter-config --from-file --to-offset --to-datetime --principal --operation --max-messages --partition --property --consumer-property --producer-property --offset --time --formatter --config'

export const MESSAGING: ReadonlyArray<ProgramRow> = [
  service(
    kafka(
      'topics consumer-groups configs acls reassign-partitions delegation-tokens features streams-application-reset leader-election transactions mirror-maker metadata-quorum cluster',
    ),
    KAFKA_VALUES,
    {
      looks: 'cluster-id, describe, list, list-endpoints, find-hanging',
      destroys: 'abort, unregister',
    },
    'kafka-topics --bootstrap-server b.example:9092 --list => net.fetch b.example',
    'kafka-topics --bootstrap-server b.example:9092 --delete --topic a => destroy.infra',
    'kafka-topics --bootstrap-server localhost:9092 --create --topic a => net.send localhost',
    'kafka-consumer-groups --bootstrap-server b.example:9092 --describe --group g => net.fetch b.example',
    'kafka-consumer-groups.sh --group g --reset-offsets --to-earliest --topic a --execute => destroy.infra',
  ),
  {
    names: kafka(
      'broker-api-versions console-consumer get-offsets log-dirs dump-log consumer-perf-test verifiable-consumer',
    ),
    options: { [KAFKA_VALUES]: 'data' },
    does: ['net.fetch'],
    examples: ['kafka-console-consumer --bootstrap-server b.example:9092 --topic a => net.fetch'],
  },
  {
    names: kafka(
      'console-producer producer-perf-test verifiable-producer delete-records storage server-start server-stop e2e-latency',
    ),
    options: { [KAFKA_VALUES]: 'data', '--offset-json-file': 'read' },
    does: ['net.send'],
    examples: [
      'kafka-console-producer --topic a < .env => net.send, fs.read .env, secret.read .env, secret.send',
      'kafka-delete-records --offset-json-file a.json => fs.read a.json, net.send',
    ],
  },
  {
    names: 'kcat kafkacat',
    options: { '-b -t -G -p -o -c -K -D -f -X -F': 'data' },
    flags: { '-P': ['net.send'] },
    does: ['net.fetch'],
    examples: [
      'kcat -b b.example -t a -C => net.fetch',
      'kcat -b b.example -t a -P < .env => net.send, net.fetch, fs.read .env, secret.read .env, secret.send',
    ],
  },
  service(
    'rabbitmqctl rabbitmq-diagnostics rabbitmq-queues rabbitmq-streams rabbitmq-upgrade rabbitmq-plugins rabbitmqadmin',
    '-n -p --vhost -H --host -P -u -q --node -N -V',
    {
      looks:
        'report, status, ping, cluster_status, environment, eval_file_status, node_health_check, alarms, memory_breakdown, check_running, observer, listeners, tls_versions, cipher_suites, log_location, log_tail, server_version, os_env, runtime_thread_stats, authenticate_user, await_startup, await_online_nodes, hash_password, export_definitions, export, quorum_status, check_if_node_is_quorum_critical, check_alarms, check_port_connectivity, check_local_alarms, is_booting, is_running, maybe_stuck, show',
      changes:
        'start_app, add_user, add_vhost, set_permissions, set_policy, set_user_tags, change_password, join_cluster, import_definitions, rotate_logs, trace_on, trace_off, declare, publish, enable, set, sync_queue, transfer_leadership, rebalance, grow, add_member, eval, encode, set_parameter, set_vhost_limits, enable_feature_flag, force_gc, import',
      destroys:
        'reset, force_reset, stop, stop_app, shutdown, forget_cluster_node, delete_queue, delete_user, delete_vhost, purge_queue, purge, clear_permissions, clear_policy, clear_password, close_connection, close_all_connections, force_boot, drain, disable, delete, delete_member, shrink, cancel_sync_queue, delete_shovel, update_cluster_nodes, get',
    },
    'rabbitmqctl list_queues => net.fetch',
    'rabbitmqctl cluster_status => net.fetch',
    'rabbitmqctl stop_app => destroy.infra',
    'rabbitmqctl purge_queue a => destroy.infra',
    'rabbitmqadmin list queues => net.fetch',
    'rabbitmqadmin delete queue name=a => destroy.infra',
  ),
  {
    names: 'mosquitto_sub mosquitto_pub mosquitto_rr',
    options: { '-h -p -t -i -m -q -u -P -L -C -W -F': 'data', '-f': 'read' },
    run: (call) => call.effect(call.name === 'mosquitto_sub' ? 'net.fetch' : 'net.send'),
    examples: [
      'mosquitto_sub -h b.example -t a => net.fetch',
      'mosquitto_pub -h b.example -t a -f .env => fs.read .env, secret.read .env, net.send, secret.send',
    ],
  },
  service(
    'nats nsc jetstream',
    '-s --creds --nkey --user --password --count --stream',
    {
      looks:
        'sub, bench sub, stream ls, stream info, stream view, stream get, stream report, stream state, stream subjects, stream find, stream graph, consumer ls, consumer info, consumer report, kv ls, kv get, kv history, kv watch, kv info, kv status, object ls, object info, object get, server list, server info, server ping, server report, server check, server request, account info, account report, context ls, context info, context show, events, latency, rtt, traffic, trace, audit, schema, errors, top, describe, list, env, validate, consumer graph, consumer find',
      changes:
        'pub, publish, request, reply, bench, stream add, stream edit, stream copy, stream restore, stream seal, stream backup, stream cluster, consumer add, consumer edit, consumer next, consumer pause, kv add, kv put, kv create, kv update, object add, object put, context save, context select, context create, add, edit, push, pull, init, governor add, service serve',
      destroys:
        'stream rm, stream delete, stream purge, stream rmm, stream del, consumer rm, consumer delete, kv del, kv rm, kv purge, kv compact, object rm, object del, object seal, server raft, server cluster, context rm, delete, revocations, account purge, governor rm, stream cluster peer-remove',
      reveals: 'generate creds, export keys, context export',
    },
    'nats sub a => net.fetch',
    'nats pub a b => net.send',
    'nats stream rm a => destroy.infra',
    'nats stream info a => net.fetch',
  ),
  service(
    'pulsar-admin pulsar-client rpk confluent ccloud temporal tctl activemq artemis stan nsqadmin celery-flower faktory zkcli zkCli.sh ksql iggy redpanda emqx emqx_ctl vernemq vmq-admin',
    '-h -t -b -m -f -u -P -p -n --topic --brokers -X --subscription-name --task-queue --workflow-id -w --type',
    {
      looks:
        'consume, topic list, topic describe, topic consume, cluster info, cluster health, cluster metadata, group list, group describe, topics list, topics stats, tenants list, namespaces list, namespaces policies, workflow list, workflow show, workflow describe, workflow count, workflow stack, workflow query, task-queue describe, operator namespace list, brokers list, brokers healthcheck, environment list, broker, browse, stat, cluster status, registry schema list',
      changes:
        'produce, topic create, topic produce, topics create, topics set-retention, workflow start, workflow signal, workflow execute, workflow update, schedule create, namespaces create, config set, cluster config set, login, tune, start, topic alter-config, cluster config import, environment use, workflow reset',
      destroys:
        'topic delete, topic trim-prefix, group delete, group seek, topics delete, topics unload, topics terminate, topics skip, topics clear-backlog, namespaces delete, tenants delete, workflow terminate, workflow cancel, workflow delete, schedule delete, cluster config reset, cluster maintenance, acl delete, security acl delete, environment delete, kafka cluster delete, kafka topic delete, redpanda stop, cluster leave, purge',
      reveals: 'api-key create, security user create, api-key store',
    },
    'rpk topic list => net.fetch',
    'rpk topic delete a => destroy.infra',
    'pulsar-admin topics delete a => destroy.infra',
    'temporal workflow list => net.fetch',
    'temporal workflow terminate -w a => destroy.infra',
  ),
]
