// Clouds and hosting platforms that are told by their verbs and a few words of their own.
import type { ProgramRow } from '../program.ts'
import { service } from './verbs.ts'

export const CLOUDS: ReadonlyArray<ProgramRow> = [
  service(
    'doctl hcloud linode-cli linode vultr-cli vultr scw civo exo openstack nova glance cinder neutron ovh upctl ionosctl katapult phoenixnap packet metal equinix',
    '-o --context --droplet-id -t --access-token',
    {
      looks:
        'account get, account, balance, kubernetes cluster kubeconfig show, compute ssh-key list, auth list, server list, profile list',
      reveals:
        'auth token, token issue, credential show, databases connection, registry docker-config, registry kubernetes-manifest, iam api-key get',
      changes:
        'auth init, auth switch, context use, context create, kubernetes cluster kubeconfig save, compute droplet-action, compute volume-action',
      enters: 'compute ssh, server ssh, instance ssh, server request-console, sandbox connect',
      exports: true,
    },
    'doctl compute droplet delete 1 => destroy.infra',
    'doctl compute droplet list => net.fetch',
    'hcloud server list => net.fetch',
    'hcloud server rebuild x => net.send',
    'doctl compute ssh x => net.send, opaque remote-host',
  ),
  service(
    'ibmcloud bx oci aliyun tccli yc vcd upcloud stackit ncloud kamatera cloudscale zcloud bce',
    '-g -r -o -c --compartment-id --instance-id --bucket-name --namespace-name --RegionId --InstanceId',
    {
      looks:
        'target, regions, account show, resource groups, cs clusters, is instances, ce app list, iaas list, os ns get, os object list',
      reveals:
        'iam oauth-tokens, iam create-token, iam api-key-create, iam service-id-apikey-create, secrets-manager secret, resource service-key, session export, kms crypto decrypt',
      changes:
        'login, logout, config, os object put, os object copy, os object bulk-upload, compute instance action',
      enters: 'cloud-shell, ce app exec, cs worker ssh',
      exports: true,
    },
    'oci os bucket list => net.fetch',
    'oci compute instance terminate --instance-id a => destroy.infra',
    'ibmcloud is instance-delete x => destroy.infra',
    'ibmcloud iam oauth-tokens => net.fetch, secret.read',
    'aliyun ecs DeleteInstance --InstanceId x => destroy.infra',
    'aliyun ecs DescribeInstances => net.fetch',
  ),
  service(
    'heroku',
    '-a -r --remote -s -n --num -t --type -p',
    {
      looks:
        'apps, addons, releases, domains, logs, ps, status, regions, stack, pg, pg info, redis, buildpacks, certs, access, members, teams, spaces, features, labs, keys, sessions, webhooks, pipelines, drains, run list, local version, auth whoami, maintenance, ci, git, plugins, update-check, notifications, orgs, drain-list, pg locks, pg ps, pg backups, pg outliers, pg diagnose',
      reveals:
        'config, config get, auth token, pg credentials url, redis credentials, clients info, authorizations, authorizations info, pg credentials',
      changes:
        'config set, config edit, maintenance on, maintenance off, ps scale, ps restart, ps stop, ps type, pg promote, pg copy, pg push, pg pull, pg upgrade, pg backups capture, pg backups schedule, container push, container release, features enable, access add, addons create, domains add, git remote, login, logout, auth login, auth logout, releases retry, pg maintenance',
      destroys:
        'apps destroy, addons destroy, addons detach, config unset, pg reset, pg killall, pg kill, domains remove, domains clear, releases rollback, rollback, pg backups delete, access remove, certs remove, features disable, pipelines destroy, ps kill, container rm, pg credentials destroy',
      enters:
        'run, ps exec, ps copy, pg psql, psql, redis cli, console, ps socks, ps forward, run detached, run inside',
      builds: 'local',
    },
    'heroku apps => net.fetch',
    'heroku logs --tail -a x => net.fetch',
    'heroku apps:destroy -a x => destroy.infra',
    'heroku config -a x => net.fetch, secret.read',
    'heroku config:set A=b => net.send',
    'heroku pg:reset DATABASE => destroy.infra',
    'heroku run bash => net.send, opaque remote-host',
    'heroku maintenance => net.fetch',
  ),
  service(
    'fly flyctl',
    '-a -c -r -g -o -n --image',
    {
      looks:
        'status, logs, apps list, apps, machines list, machine status, volumes list, secrets list, ips list, certs list, certs check, certs show, releases, regions, platform, doctor, dig, ping, history, info, checks, services list, scale show, orgs list, auth whoami, postgres list, config show, config display, config env, image show, version, open, dashboard, wireguard list, tokens list, redis list, redis status, mpg list, settings, docs, incidents list',
      reveals: 'auth token, tokens create, wireguard create, ssh issue',
      changes:
        'launch, deploy, scale count, scale vm, scale memory, secrets set, secrets import, secrets deploy, secrets sync, ips allocate, certs add, machine run, machine start, machine stop, machine update, volumes create, postgres create, postgres attach, postgres failover, config save, auth login, auth logout, regions set, autoscale, image update, restart, move, resume, suspend, agent',
      destroys:
        'destroy, apps destroy, machine destroy, machine kill, machine remove, volumes destroy, secrets unset, ips release, certs remove, postgres detach, tokens revoke, redis destroy, wireguard remove, mpg destroy, orgs delete, extensions destroy',
      enters:
        'ssh, ssh console, ssh sftp, proxy, postgres connect, console, machine exec, redis connect, mpg connect, redis proxy, mysql connect',
    },
    'fly status => net.fetch',
    'fly apps destroy x => destroy.infra',
    'fly secrets list => net.fetch',
    'fly secrets set A=b => net.send',
    'fly ssh console => net.send, opaque remote-host',
    'fly deploy => net.send',
  ),
  service(
    'vercel vc now netlify ntl',
    '-A -b -S -Q -n --local-config --site --cwd --prod-dir --dir',
    {
      looks:
        'ls, list, inspect, logs, log, whoami, domains ls, dns ls, certs ls, alias ls, teams ls, projects ls, project ls, env ls, secrets ls, bisect, history, status, sites list, functions list, open, open admin, watch, integration list, blobs list, blobs get, target ls, help, lm info, recipes list, project inspect, guidance',
      reveals: 'env pull, pull, env get, env list, env run',
      builds: 'dev, build, functions build, functions serve, functions invoke, serve',
      changes:
        'deploy, redeploy, promote, alias, alias set, env add, env set, env import, env update, domains add, domains buy, domains transfer-in, dns add, link, unlink, switch, login, logout, project add, teams add, init, git connect, sites create, api, integration add, blobs set, target add, certs issue, telemetry, env clone',
      destroys:
        'rm, remove, rollback, env rm, env unset, domains rm, dns rm, certs rm, alias rm, project rm, projects rm, sites delete, blobs delete, cache purge, integration remove, git disconnect',
      bare: 'changes',
    },
    'vercel ls => net.fetch',
    'vercel env ls => net.fetch',
    'vercel env pull => net.fetch, secret.read',
    'vercel => net.send',
    'vercel deploy --prod => net.send',
    'vercel rm x => destroy.infra',
    'netlify dev => exec netlify, opaque project-code',
    'netlify sites:delete x => destroy.infra',
  ),
  service(
    'railway render supabase firebase wrangler amplify eb cf surge deployctl dokku porter platform upsun koyeb northflank zeabur clever scalingo gigalixir nanobox pagoda cyclic ampt sst architect arc begin encore shuttle cargo-shuttle dotcloud acorn defang cycle',
    '-e -s -p -P -c -f --service --site --database --db-url --binding --stage --only --role',
    {
      looks:
        'status, logs, list, whoami, domain, service, environment, tail, secret list, kv namespace list, kv key list, kv key get, kv namespace-list, r2 bucket list, r2 object get, d1 list, d1 info, d1 export, d1 migrations list, deployments list, deployments, pages project list, pages deployment list, versions list, queues list, types, check, docs, health, events, apps, projects list, projects, functions list, functions log, hosting channel list, hosting sites list, migration list, db diff, db lint, inspect, orgs list, apps list, open, login list, target list, firestore indexes, database get, auth export, remoteconfig get, emulators export, stacks, services, routes, buildpacks, app, console-url, user, platform list, gen types, db dump, storage ls, domains list, secrets list, ssl-certs-list, pages functions, apphosting backends list, tunnel list',
      reveals:
        'variables, variable list, variable get, vars, env, env pull, secrets get, functions config get, functions secrets access, printenv, config, config show, config get, env get, login ci, projects api-keys, auth token, tokens, service-key, variable, tunnel token',
      builds:
        'dev, local, emulators start, serve, functions serve, pages dev, build, run local, test db, emulator',
      changes:
        'up, redeploy, deploy, link, unlink, add, init, login, logout, secret put, secret bulk, kv key put, kv bulk put, kv namespace create, r2 bucket create, r2 object put, d1 create, d1 migrations apply, versions upload, versions deploy, triggers deploy, publish, pages deploy, pages project create, queues create, db push, db pull, migration up, migration new, migration repair, functions deploy, secrets set, use, functions config set, functions secrets set, hosting clone, database set, database push, database update, firestore import, auth import, push, pull, checkout, scale, setenv, set-env, bind-service, map-route, create-service, apps create, config set, domains add, hosting channel deploy, ext install, experiments, variable set, variables set, branches create, gen keys, storage cp, storage mv, start-app',
      destroys:
        'down, delete, secret delete, kv key delete, kv bulk delete, kv namespace delete, r2 bucket delete, r2 object delete, d1 delete, d1 time-travel restore, deployments delete, rollback, pages project delete, pages deployment delete, queues delete, queues purge, db reset, migration down, functions delete, secrets unset, branches delete, projects delete, hosting disable, hosting channel delete, database remove, firestore delete, functions config unset, functions secrets destroy, apps destroy, unset-env, unbind-service, delete-service, unmap-route, remove, terminate, teardown, variable delete, ext uninstall, storage rm, domains remove',
      enters:
        'emulators exec, ssh, shell, connect, run, exec, console, enter, tunnel, tunnel run, d1 execute, db connect, sql, psql, functions shell, service ssh, postgres connect, v3-ssh',
    },
    'railway status => net.fetch',
    'wrangler deployments list => net.fetch',
    'wrangler kv:key delete a --binding b => destroy.infra',
    'wrangler delete => destroy.infra',
    'wrangler dev => exec wrangler, opaque project-code',
    'firebase projects:list => net.fetch',
    'firebase firestore:delete --all-collections => destroy.infra',
    'supabase db reset --linked => destroy.infra',
    'supabase functions list => net.fetch',
    'railway variables => net.fetch, secret.read',
    'eb terminate x => destroy.infra',
    'eb printenv => net.fetch, secret.read',
    'cf apps => net.fetch',
  ),
]
