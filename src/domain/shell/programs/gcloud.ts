// Google's command lines: nouns before the verb, buckets, and SQL for its warehouse.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { bucketCopy } from './aws.ts'
import { runsSql } from './sqlText.ts'
import { byManner, firstWords, service } from './verbs.ts'

const BUCKET = /^gs:\/\//

const verbs = byManner({
  exports: true,
  looks:
    'topic, help, config list, config get-value, config get, feedback, meta list-files-for-upload',
  nothing: 'cheat-sheet',
  reveals:
    'kms decrypt, auth print-access-token, auth print-identity-token, auth application-default print-access-token, compute reset-windows-password, sql generate-login-token',
  changes: 'auth, init, alpha interactive',
  enters:
    'compute ssh, compute scp, compute start-iap-tunnel, compute connect-to-serial-port, app instances ssh, app ssh, sql connect, cloud-shell ssh, cloud-shell scp, workstations ssh, spanner cli, alloydb connect',
})

const CONFIG: Readonly<Record<string, string>> = {
  'config set': '.config/gcloud/configurations',
  'config unset': '.config/gcloud/configurations',
  'config configurations': '.config/gcloud/configurations',
  'auth login': '.config/gcloud/credentials.db',
  'auth revoke': '.config/gcloud/credentials.db',
  'auth activate-service-account': '.config/gcloud/credentials.db',
  'auth configure-docker': '.docker/config.json',
}

const gcloud = (call: ProgramCall): void => {
  const words = firstWords(call, 4)
  const at = /^(?:alpha|beta|preview)$/.test(words[0] ?? '') ? 1 : 0
  const [group = '', verb = '', third = ''] = words.slice(at)
  if (group === 'storage' && /^(?:cp|mv|rsync)$/.test(verb)) {
    bucketCopy(call, call.operands.slice(at + 2), BUCKET, verb === 'mv')
    return
  }
  const config = CONFIG[`${group} ${verb}`]
  if (config !== undefined && !/^(?:list|describe)$/.test(third)) {
    call.effect('fs.write', { path: `${call.home}/${config}` })
    return
  }
  if (verb === 'list' && group === 'auth') {
    call.effect('net.fetch')
    return
  }
  if (third === 'get-credentials' || words[3] === 'get-credentials') {
    call.effect('net.fetch')
    call.effect('fs.write', { path: `${call.home}/.kube/config` })
    return
  }
  verbs(call)
}

const gsutilVerbs = byManner({
  looks:
    'stat, du, hash, ls, cat, version, help, lifecycle get, iam get, acl get, cors get, versioning get, logging get, label get, retention get, notification list',
  changes: 'signurl, compose, rewrite, config, perfdiag, setmeta, web set',
})

const gsutil = (call: ProgramCall): void => {
  const [verb = ''] = firstWords(call, 1)
  if (/^(?:cp|mv|rsync)$/.test(verb))
    bucketCopy(call, call.operands.slice(1), BUCKET, verb === 'mv')
  else gsutilVerbs(call)
}

const bqVerbs = byManner({
  looks: 'ls, show, head, version, info, wait, get-iam-policy',
  changes:
    'mk, load, cp, update, extract, insert, partition, set-iam-policy, add-iam-policy-binding, mkdef, init, shell',
  destroys: 'rm, cancel, truncate',
})

const bq = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  if (verb?.text !== 'query') bqVerbs(call)
  else if (call.hasExactly('--dry_run')) call.effect('net.fetch', { name: 'database' })
  else if (rest.length > 0) for (const word of rest) runsSql(call, word, 'other', { is: 'server' })
  else {
    const { stdin } = call.around.command
    if (stdin.from === 'text')
      runsSql(call, { ...verb, text: stdin.text }, 'other', { is: 'server' })
    else call.exec('inline-code')
  }
}

export const GCLOUD: ReadonlyArray<ProgramRow> = [
  {
    names: 'gcloud',
    options: {
      '--project --region --zone --format --filter --account --configuration --limit --sort-by --verbosity --impersonate-service-account --billing-project --location --cluster --instance --database --secret --version --page-size --freshness':
        'data',
    },
    run: gcloud,
    named: 3,
    helps: true,
    examples: [
      'gcloud compute instances list => net.fetch',
      'gcloud compute instances delete x => destroy.infra',
      'gcloud run services describe delete-user => net.fetch',
      'gcloud run deploy x => net.send',
      'gcloud auth print-access-token => net.fetch, secret.read',
      'gcloud secrets versions access latest --secret x => net.fetch, secret.read',
      'gcloud secrets versions list x => net.fetch',
      'gcloud sql export sql i gs://b/a => net.send',
      'gcloud compute ssh x => net.send, opaque remote-host',
      'gcloud config set project x => fs.write ~/.config/gcloud/configurations',
      'gcloud storage rm gs://b/a => destroy.infra',
      'gcloud storage cp a gs://b => fs.read a, net.send',
    ],
  },
  {
    names: 'gsutil',
    run: gsutil,
    named: 1,
    options: { '-o -h -u -p': 'data' },
    examples: [
      'gsutil cp a gs://b => fs.read a, net.send',
      'gsutil rm -r gs://b => destroy.infra',
      'gsutil -m rsync -d out gs://b => fs.read out, net.send, destroy.infra',
      'gsutil du -s gs://b => net.fetch',
    ],
  },
  {
    names: 'bq',
    options: { '--project_id --dataset_id --location --format --max_rows --job_id': 'data' },
    run: bq,
    named: 1,
    helps: true,
    examples: [
      'bq query "SELECT 1" => net.fetch database',
      'bq query --use_legacy_sql=false "DELETE FROM a.b WHERE true" => destroy.data',
      'bq rm -f a.b => destroy.infra',
      'bq ls => net.fetch',
    ],
  },
  service(
    'cbt gke-gcloud-auth-plugin',
    '-project -instance',
    {
      looks: 'read, ls, count, lookup',
      destroys: 'deleteallrows, deletefamily, deletetable',
      nothing: 'gke-gcloud-auth-plugin',
    },
    'cbt ls => net.fetch',
    'cbt deletetable x => destroy.infra',
  ),
]
