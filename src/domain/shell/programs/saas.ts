// Command lines of hosted services: payments, mail, flags, monitoring, delivery, search, projects.
// Each is told by its verbs; phrases are given only where those would mislead.
import type { ProgramRow } from '../program.ts'
import { service } from './verbs.ts'

export const SAAS: ReadonlyArray<ProgramRow> = [
  service(
    'auth0 okta workos clerk ory kratos keto hydra kcadm.sh kcadm fusionauth',
    '-r -s -o -f -q --realm --client-id -d --data -a -t',
    {
      looks:
        'test login, test token, apis scopes list, logs tail, ul prompts show, universal-login show, tenants list, tenants use, api get, qs list, quickstarts list, status, introspect token, discover oidc-config',
      reveals: 'apps session-transfer, get-token, token, tokens',
      changes:
        'login, logout, api post, api put, api patch, universal-login customize, ul customize, qs download, quickstarts download, quickstarts setup, ul templates update, domains verify, config',
      destroys: 'api delete, users blocks unblock',
    },
    'auth0 apps list => net.fetch',
    'auth0 apps delete a => destroy.infra',
    'auth0 logs tail => net.fetch',
    'auth0 api get stats/daily => net.fetch',
  ),
  service(
    'stripe braintree square paypal adyen shopify shopify-cli recurly chargebee plaid',
    '-d -e -p -s --stripe-account --expand --forward-to --theme --store',
    {
      looks:
        'listen, logs tail, samples list, get, open, resources, status, playback, theme list, theme check, app info, app logs, events retrieve, version, whoami',
      changes:
        'trigger, post, fixtures, events resend, login, logout, samples create, theme push, app deploy, theme publish, apps upload, terminal',
      destroys:
        'delete, subscriptions cancel, payment_intents cancel, theme delete, accounts reject',
      builds: 'theme dev, app dev, app build, serve',
    },
    'stripe listen => net.fetch',
    'stripe customers list => net.fetch',
    'stripe customers delete cus_1 => destroy.infra',
    'stripe refunds create --charge c => net.send',
    'square catalog list => net.fetch',
  ),
  service(
    'sendgrid mailgun postmark mailchimp twilio vonage nexmo messagebird resend ses courier customerio iterable',
    '-p -l -o -f -t -s --to --from --subject --body',
    {
      looks:
        'servers list, templates preview, debugger logs list, phone-numbers list, domains verify-status, profiles list, plugins, balance',
      changes:
        'email, email send, email raw, email template, login, logout, servers push, templates push, templates pull, phone-numbers buy, api core messages create, profiles create, profiles use, flex plugins deploy, serverless deploy',
    },
    'twilio phone-numbers:list => net.fetch',
    'sendgrid templates delete --id a => destroy.infra',
    'postmark servers list => net.fetch',
    'mailgun domains delete x.example => destroy.infra',
  ),
  service(
    'ldcli launchdarkly flipt unleash flagd flagsmith growthbook configcat optimizely statsig posthog amplitude',
    '--key --flag --project-key --environment-key --data -d -e -p -c --port --uri',
    {
      looks: 'validate, evaluate, config list, flags toggle-status, export, members list',
      changes:
        'flags toggle-on, flags toggle-off, flags update, config set, login, import, start, server, sync, dev-server, bundle, quickstart, setup, migrate, serve',
      destroys:
        'flags archive, dev-server remove-project, features archive, toggles archive, features stale',
    },
    'ldcli flags list => net.fetch',
    'ldcli flags delete --flag a => destroy.infra',
    'unleash features list => net.fetch',
    'flipt flag delete a => destroy.infra',
  ),
  service(
    'datadog dog dogshell datadog-ci datadog-agent newrelic nrql pd pagerduty opsgenie splunk grafana-cli grafanactl grr sentry-cli honeycomb honeymarker rollbar bugsnag-cli logdna logtail axiom betteruptime checkly pingdom statuspage sumo elastic-agent filebeat metricbeat logstash telegraf vector fluent-bit fluentd otelcol jaeger tempo-cli logcli mimirtool cortextool thanos cloudwatch',
    '-q -i -t -p -s -o -n -a --since --from --to --addr --service --guid --accountId --account-id --release --index -auth',
    {
      looks:
        'nrql query, entity search, entity get, apm application, events list, projects list, organizations list, releases list, info, incident list, schedule list, service list, service get, on-call, search, list monitor, show config, show cluster-status, btool, status, configcheck, diagnose, health, check, query, labels, series, instant-query, volume, stats, rules list, rules print, rules diff, rules check, plugins ls, plugins list-remote, test config, validate, top, rules lint, alertmanager get, alerts verify, analyze',
      changes:
        'incident ack, incident resolve, incident create, incident merge, incident reassign, incident snooze, incident note, monitor mute, monitor unmute, monitor mute_all, releases new, releases finalize, releases set-commits, releases deploys, sourcemaps upload, sourcemaps inject, upload-dif, upload-dsym, debug-files upload, send-event, send-metric, metric post, event post, junit upload, dsyms upload, login, add monitor, add index, enable, start, restart, reload, apm deployment create, plugins install, plugins update, rules load, rules sync, alertmanager load, deploys, monitors run, send-envelope, run, apply, synthetics run-tests, marker, tag, deployment mark, remote-write, agent',
      destroys:
        'clean, remove index, remove monitor, stop, offline, disable, rollback, clean all, clean eventdata, service disable, integration disable, maintenance delete, releases delete, plugins uninstall, monitor delete, rules delete, alertmanager delete, entity tags delete, apm deployment delete, reset-password, admin reset-admin-password',
    },
    'pd incident list => net.fetch',
    'pd service remove -i P1 => destroy.infra',
    'newrelic nrql query -q "SELECT 1" => net.fetch',
    'splunk clean eventdata => destroy.infra',
    'sentry-cli releases list => net.fetch',
    'sentry-cli releases new 1.0 => net.send',
    'logcli query "{a=1}" => net.fetch',
  ),
  service(
    'kong deck apigeecli apigee tyk tyk-sync gloo glooctl krakend apisix a7 gravitee zuplo wundergraph rover hasura',
    '-c -s -o -e -p --kong-addr --state --conf --admin-secret --project --database-name',
    {
      looks:
        'health, check, config parse, config init, version, ping, dump, gateway dump, gateway ping, gateway diff, gateway validate, diff, validate, convert, file, file lint, file render, file validate, file merge, migrations list, migrations status, audit, graph check, subgraph check, subgraph fetch, subgraph introspect, migrate status, metadata diff, metadata export, metadata inconsistency, metadata inconsistency-list, supergraph compose, roar, vault list, apis get, apis export',
      changes:
        'start, restart, reload, prepare, migrations up, migrations bootstrap, migrations finish, config db_import, sync, apply, gateway sync, gateway apply, publish, update, subgraph publish, graph publish, migrate apply, metadata apply, metadata reload, seed apply, run, deploy, console, hybrid, merge',
      destroys:
        'stop, quit, reset, gateway reset, migrations reset, metadata clear, subgraph delete, database drop, migrate delete, clean',
      reveals: 'config db_export, vault get, token gen',
    },
    'deck dump => net.fetch',
    'deck reset --force => destroy.infra',
    'deck sync => net.send',
    'kong health => net.fetch',
    'kong migrations reset => destroy.infra',
  ),
  service(
    'fastly cloudflare flarectl akamai cloudfront bunny gcore keycdn stackpath cfcli dnscontrol octodns-sync lexicon namecheap-cli godaddy gandi porkbun certbot acme.sh lego',
    '-s --service-id --zone --domain -d --dns --email -m --type --content -i --cert-name --webroot-path -w',
    {
      looks:
        'whoami, stats, log-tail, service list, service-version list, check, preview, print-ir, get-zones, certificates, show_account, plugins, service describe, backend list, domain list, zone list, zone info, dns list, ips, user info, compute validate, list, get-certs, check-creds',
      changes:
        'purge-url, push, compute publish, compute deploy, compute update, renew, certonly, run, install, enhance, register, update_account, service-version activate, service-version clone, service-version lock, service-version stage, service-version update, dns create, dns update, dns create-or-update, zone create, --issue, issue, create-domains, auth-token create, reconfigure',
      destroys:
        'purge, purge --all, zone purge, zone delete, dns delete, delete, revoke, unregister, service delete, service-version deactivate, remove, cache-purge, kv-store delete, acl delete, dictionary delete, logging delete, backend delete, domain delete',
      builds: 'compute build, compute serve',
      reveals: 'auth-token describe, profile token, dump',
    },
    'fastly service list => net.fetch',
    'fastly purge --all => destroy.infra',
    'fastly service-version activate --version 2 => net.send',
    'certbot certificates => net.fetch',
    'certbot delete --cert-name a => destroy.infra',
    'dnscontrol preview => net.fetch',
  ),
  service(
    'circleci travis buildkite-agent bk drone gitlab-runner jenkins-cli jenkins-cli.jar jenkins semaphore appveyor codefresh concourse spinnaker spin harness woodpecker-cli bitrise dagger act',
    '-s -auth -p -t -f -w --org-id --pipeline --job --job-id -c --config --url --executor -user',
    {
      looks:
        'diagnostic, config validate, config process, config pack, local validate, orb list, orb info, orb source, orb validate, context list, context show, pipeline list, pipelines, info, status, whoami, verify, list, list-jobs, list-plugins, list-changes, get-job, get-view, get-node, console, who-am-i, version, help, wait-node-offline, wait-node-online, lint, log view, build ls, build info, repo ls, logs, history, branches, requests, show, env list, artifact search, artifact download, meta-data get, annotation list, ls, jobs, workers, containers, volumes, teams, get-pipeline, validate-pipeline, format-pipeline, checklist, builds, settings, docs',
      builds: 'local execute',
      changes:
        'trigger, register, start, restart, reload-configuration, create-job, update-job, copy-job, enable-job, build-start, safe-restart, quiet-down, cancel-quiet-down, online-node, install-plugin, set-build-description, orb publish, orb create, context create, context store-secret, namespace create, pipeline upload, pipeline run, setup, login, logout, build create, build restart, build promote, build approve, repo enable, repo add, repo sync, secret add, secret update, env set, set-pipeline, unpause-pipeline, pause-pipeline, trigger-job, annotate, artifact upload, meta-data set, step update, sync, encrypt, follow, open, replay-pipeline, deploy, api, import-job, retry',
      destroys:
        'delete, delete-job, delete-builds, delete-node, delete-view, delete-credentials, disable-job, offline-node, disconnect-node, shutdown, safe-shutdown, stop, stop-builds, clear-queue, unregister, context delete, context remove-secret, orb unlist, repo disable, repo rm, secret rm, env unset, destroy-pipeline, abort-build, build stop, build decline, prune, cancel, uninstall, stop-job, remove-job-from-view, disable-plugin, reset-failed, queue-clear, cron rm, server destroy, prune-worker, clear-task-cache, clear-resource-cache',
      enters: 'groovy, groovysh, intercept, hijack, session-id, ssh',
      reveals: 'secret get, env get, token',
    },
    'circleci config validate => net.fetch',
    'circleci context delete a b => destroy.infra',
    'gitlab-runner list => net.fetch',
    'gitlab-runner unregister --all-runners => destroy.infra',
    'jenkins-cli delete-job a => destroy.infra',
  ),
  service(
    'turso planetscale pscale neonctl neon convex xata fauna fauna-shell astra ydb tidbcloud ticloud aiven avn timescale tiger motherduck edgedb gel dolt surreal',
    '--branch --database --role-name --service --org -d -u -p --group --location -q',
    {
      looks:
        'db list, db show, branch list, branch show, branch diff, branch schema, deploy-request list, deploy-request diff, projects list, branches list, schema-diff, auth status, service list, service get, service logs, dashboard, logs, org list, regions, diff, log, status, blame, ls, group list, size',
      reveals:
        'db tokens create, password create, connection-string, auth token, roles reset-password, service user-get, env get, env list, credentials, auth api-tokens mint, service connection-info',
      changes:
        'db create, deploy, deploy-request create, deploy-request deploy, branch create, branch promote, import, env set, run, branch schema-update, branches restore, set-context, commit, add, push, pull, merge, checkout, branch, auth login',
      destroys:
        'db destroy, group destroy, branch delete, database delete, password delete, projects delete, branches delete, env unset, env remove, service terminate, service topic-delete, reset, tag -d, branch -d, db wipe, migration reset, branch wipe',
      enters: 'db shell, shell, connect, sql, psql, service cli, console',
      builds: 'dev, codegen',
    },
    'turso db list => net.fetch',
    'turso db destroy a => destroy.infra',
    'pscale branch delete a b => destroy.infra',
    'neonctl branches list => net.fetch',
    'turso db tokens create a => net.fetch, secret.read',
  ),
  service(
    'algolia meilisearch typesense opensearch-cli es-cli elasticsearch-cli esctl curator solr',
    '-c -p -s -d --application-id --object-ids --index --ca-cert -u --name',
    {
      looks:
        'search, indices list, objects browse, settings get, rules browse, synonyms browse, apikeys list, describe, profile list, status, healthcheck, version, knn stats, ad get',
      changes:
        'objects import, objects update, settings set, settings import, rules import, synonyms import, indices copy, indices move, start, restart, create, create_collection, create_core, config, post, profile add, crawler crawl, dictionary entries import, package',
      destroys:
        'indices clear, indices delete, objects delete, rules delete, synonyms delete, apikeys delete, stop, delete, delete_collection, crawler unblock, crawler pause, dictionary entries clear, profile remove, ad delete',
      reveals: 'apikeys get, apikeys create',
    },
    'algolia indices list => net.fetch',
    'algolia indices delete a -y => destroy.infra',
    'solr delete -c a => destroy.infra',
  ),
  service(
    'jira linear slack notion todoist asana trello clickup monday confluence zendesk hubspot sf sfdx force contentful sanity storyblok strapi directus wix webflow figma airtable gam discord telegram-send matrix-commander intercom jfrog jf nexus artifactory cloudsmith gemfury packagecloud quay',
    '-p -t -s -q -o -u -a -f -r -m -b --space-id --dataset --target-org --sobject --label --summary',
    {
      looks:
        'issue list, issue view, issues, issue, sprint list, board list, epic list, me, my, open, serverinfo, project list, dataset list, documents query, documents get, data query, org list, org display, rt search, rt s, rt ping, rt dl, rt download, config show, c show, space list, content-type list, diff, info, print, whoami, show, report, debug, manage, versions, auth status, graphql, export, dataset export, apex log, apex tail log, sobject describe, project deploy report, project deploy validate, project retrieve start, scan, audit, chat history',
      changes:
        'issue create, issue move, issue edit, issue assign, issue comment, issue link, issue worklog, epic create, sprint add, chat send, send, msg, file upload, documents create, dataset import, dataset create, deploy, project deploy start, apex run, data create, data update, data upsert, data import, rt upload, rt u, rt move, rt mv, rt copy, rt cp, rt set-props, rt build-publish, rt bp, rt bpr, config add, c add, login, logout, init, push, space import, org create, schema deploy, hook create, add, complete, close',
      destroys:
        'issue delete, epic remove, sprint close, documents delete, dataset delete, data delete, rt delete, rt del, rt delete-props, rt build-discard, config remove, c rm, space delete, content-type delete, org delete, project delete source, delete, undeploy, unpublish, archive, package uninstall, hook delete',
      builds: 'dev, start, build, develop',
      reveals:
        'access-token-create, rt access-token-create, org auth, apex get, space accesstoken create, config export',
    },
    'jira issue list => net.fetch',
    'jira issue delete A-1 => destroy.infra',
    'slack chat send hi => net.send',
    'sanity dataset list => net.fetch',
    'jf rt del a/b => destroy.infra',
  ),
  service(
    'snyk sonar-scanner sonar codecov coveralls deepsource fossa trivy grype syft anchore dependency-check wiz orca socket renovate dependabot greenkeeper whitesource veracode checkmarx codeql rekor-cli regctl oras notation',
    '-f -o -s -t --org --severity-threshold --file --format --type -q --input --key --src-tls-verify --authfile',
    {
      looks:
        'test, code test, container test, iac test, image, fs, filesystem, repo, rootfs, k8s, sbom, list, ls, manifest, config, digest, catalog, tag ls, inspect, list-tags, verify, tree, triangulate, scan, packages, db, resolve, discover, pull, validate, export, blob, layer, referrers, repo ls, image digest, image manifest, image inspect, dir, explain, convert, log, aibom, cyclonedx, policy',
      reveals: 'auth token',
      changes:
        'monitor, container monitor, auth, push, copy, cp, sync, tag, sign, attest, attach, upload, upload-process, do-upload, report, analyze, append, mutate, rebase, flatten, login, logout, auth login, index, generate-key-pair, standalone-sign, ignore, database create, database analyze, fix, mod, image copy, image mod, blob push, manifest push, server, report issue',
      destroys:
        'delete, clean, tag delete, image delete, manifest delete, blob delete, repo delete, untag, rm, tag rm',
      bare: 'looks',
    },
    'snyk test => net.fetch',
    'snyk monitor => net.send',
    'trivy image a:1 => net.fetch',
    'regctl tag ls x.example/a => net.fetch',
    'regctl image delete x.example/a:1 => destroy.infra',
  ),
  service(
    'dagster prefect airflow dbt mlflow wandb huggingface-cli hf modal runpodctl replicate openai ollama kaggle databricks sagemaker-cli clearml comet dvc sky lightning paperspace gradient vast vastai lambda-cloud together groq cohere llm great_expectations sqlmesh meltano airbyte fivetran spark-submit flink ray',
    '-m -s -t -p -f -d --select --models --target --profiles-dir --dag-id --run-id --json --repo-type --deployment --name --model -i --experiment-id',
    {
      looks:
        'dags list, dags show, dags report, dags details, dags state, tasks list, tasks state, runs list, variables list, pools list, config get-value, db check, db check-migrations, providers list, info, jobs check-job, compile, parse, debug, ls, list, docs generate, docs serve, show, source freshness, deps, flow-run ls, deployment ls, deployment inspect, work-pool ls, version, whoami, scan-cache, env, models, models list, ps, experiments search, runs describe, artifacts list, artifacts download, download, status, artifact get, app list, app logs, container list, volume ls, volume get, secret list, clusters list, clusters get, workspace list, fs ls, fs cat, jobs list, jobs get, jobs get-run, competitions list, datasets list, datasets download, kernels list, kernels pull, dag, diff, doctor, metrics, plots, params, get, search instances, list-datasets, plan, job logs, job status, summary, logs, queue',
      reveals:
        'connections get, connections list, connections export, variables get, variables export, config list, config get, auth token, secrets get-secret, secrets get, tokens create, env show',
      changes:
        'dags trigger, dags backfill, dags unpause, dags pause, dags test, tasks run, tasks test, variables set, connections add, db migrate, db init, db upgrade, users create, standalone, scheduler, webserver, run, build, seed, snapshot, test, run-operation, deploy, serve, deployment run, deployment apply, deployment build, server start, login, logout, upload, repo create, repo tag, launch, sync, sweep, agent, artifact put, server, ui, experiments create, models serve, pull, create, cp, push, volume put, secret create, clusters start, clusters create, jobs run-now, jobs create, fs cp, bundle deploy, workspace import, submit, job submit, up, exec, start, kernels push, competitions submit, chat, completions, api, add, repro, fetch, commit, import',
      destroys:
        'dags delete, db reset, db clean, tasks clear, users delete, pools delete, connections delete, variables delete, clean, deployment delete, flow-run delete, flow-run cancel, work-pool delete, database reset, repo delete, repo-files delete, delete-cache, rm, stop, experiments delete, runs delete, gc, app stop, volume rm, volume delete, secret delete, clusters delete, clusters permanent-delete, fs rm, jobs delete, bundle destroy, workspace delete, job stop, down, environment delete, destroy, remove, delete, tag delete, invalidate',
      enters: 'shell, ssh, exec',
    },
    'dbt compile => net.fetch',
    'dbt run => net.send',
    'airflow dags list => net.fetch',
    'airflow db reset -y => destroy.infra',
    'airflow dags delete a => destroy.infra',
    'hf download a/b => net.fetch',
    'ollama rm a => destroy.infra',
  ),
  service(
    'mongocli tailscale headscale zerotier-cli twingate netbird nebula teleport tsh',
    '-o --orgId --projectId --clusterName --accept-routes --login-server --authkey --proxy',
    {
      looks:
        'status, ip, ping, netcheck, whois, version, metrics, bugreport, clusters list, clusters describe, clusters watch, projects list, accessLogs list, listnetworks, listpeers, peers, info, ls, list, nodes list, users list, routes list, dns, apps, apps ls, db ls, kube ls, recordings ls, play, clusters, debug, exit-node list, dns status, lock status, drive list, netmap, logs download, alerts list, backups snapshots list',
      reveals: 'preauthkeys create, apikeys create, cert, dbusers certs, request',
      changes:
        'up, login, set, serve, funnel, switch, file cp, file get, configure, clusters create, clusters upgrade, clusters start, clusters pause, clusters loadSampleData, dbusers create, accessLists create, join, lock, drive share, routes enable, nodes register, users create, auth login, setup, exit-node suggest, update, kube login, db login, app login',
      destroys:
        'down, logout, clusters delete, clusters terminate, projects delete, dbusers delete, accessLists delete, backups snapshots delete, nodes delete, users destroy, leave, nodes expire, routes disable, apikeys expire',
      enters: 'ssh, nc, proxy, scp, db connect, kube exec, proxy ssh',
    },
    'tailscale status => net.fetch',
    'tailscale up => net.send',
    'tailscale ssh x => net.send, opaque remote-host',
    'mongocli clusters delete a => destroy.infra',
  ),
]
