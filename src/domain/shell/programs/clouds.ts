// Infrastructure and services beyond the machine: what looks, what changes, what destroys.
import { remoteHostOf } from '../../action/hosts.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { byVerb } from './verbs.ts'

const LOOKS: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const DESTROYS: Behaviour = { does: ['destroy.infra'] }

const service = (
  names: string,
  values: string,
  ...examples: ProgramRow['examples']
): ProgramRow => ({
  names,
  options: { [values]: 'data' },
  run: byVerb,
  named: 2,
  helps: true,
  examples,
})

/** Buckets of a cloud: copying into one sends, with --delete it destroys. */
const aws = (call: ProgramCall): void => {
  const [group, verb, ...rest] = call.operands
  if (textOf(group) === 's3' && /^(?:cp|mv|sync)$/.test(textOf(verb) ?? '')) {
    bucketCopy(call, rest, /^s3:\/\//)
    return
  }
  byVerb(call)
}

const bucketCopy = (call: ProgramCall, words: ProgramCall['operands'], remote: RegExp): void => {
  const target = words.at(-1)
  for (const word of words.slice(0, -1))
    if (remote.test(word.text)) call.effect('net.fetch')
    else call.take('scan', word)
  if (target === undefined) return
  if (!remote.test(target.text)) call.take('write', target)
  else call.effect('net.send')
  if (call.has('--delete', '-d')) call.effect('destroy.infra')
}

const gsutil = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  if (/^(?:cp|mv|rsync)$/.test(textOf(verb) ?? '')) bucketCopy(call, rest, /^gs:\/\//)
  else byVerb(call)
}

const applies = (call: ProgramCall): void => {
  const dry = call.value('--dry-run')
  if (dry === undefined ? call.has('--dry-run') : dry.text !== 'none' && dry.is === 'literal') {
    call.effect('net.fetch')
    return
  }
  call.effect('net.send')
  if (call.has('-destroy', '--destroy')) call.effect('destroy.infra')
  if (call.has('--prune')) call.effect('destroy.infra')
}

const unlessDry = (call: ProgramCall): void => {
  if (!call.has('--dry-run')) call.effect('net.send')
}

/** Stores of secrets: what lists names looks, what deletes destroys, anything else may show values. */
const secretStore = (call: ProgramCall): void => {
  const words = call.operands.slice(0, 3).map((word) => textOf(word) ?? '')
  if (words.length === 0) return
  const [first = ''] = words
  if (first === 'run' || first === 'exec') {
    call.effect('secret.read')
    const at = call.args.findIndex((word) => word.text === '--')
    call.around.inner(at < 0 ? call.operands.slice(1) : call.args.slice(at + 1))
  } else if (
    words.some((word) => /^(?:delete|rm|remove|destroy|revoke|purge|disable)(?:-|$)/.test(word))
  )
    call.effect('destroy.data')
  else if (
    words.some((word) =>
      /^(?:list|ls|status|version|help|lookup|whoami|signin|login|search|error|leaks)(?:-|$)/.test(
        word,
      ),
    )
  )
    call.effect('net.fetch')
  else if (
    words.some((word) =>
      /^(?:write|put|set|create|edit|insert|add|store|import|generate|enable|move|mv|cp|init|setup|upload)(?:-|$)/.test(
        word,
      ),
    )
  )
    call.effect('net.send')
  else call.effect('secret.read')
}

const playbook = (call: ProgramCall): void => {
  if (call.has('-C', '--check', '--syntax-check', '--list-hosts', '--list-tasks'))
    call.effect('net.fetch')
  else call.facts(['net.send', 'remote-host'])
}

const KUBE_VALUES =
  '-n --namespace --context --cluster --kubeconfig -l --selector -o --output -c --container --user --server -s --token --as --field-selector --tail --since'

const kubeGet = (call: ProgramCall): void => {
  call.effect('net.fetch')
  const format = call.value('-o', '--output')
  const shows =
    call.open ||
    format?.is === 'dynamic' ||
    /^(?:yaml|json|jsonpath|go-template|custom)/.test(textOf(format) ?? '')
  if (shows && call.operands.some((word) => /^secrets?(?:\/|$)/.test(word.text)))
    call.effect('secret.read')
}

const inside = (call: ProgramCall): void => {
  call.effect('net.send')
  call.opaque('remote-host')
}

const kubeCopy = (call: ProgramCall): void => {
  for (const [at, word] of call.operands.entries())
    if (remoteHostOf(word.text) !== undefined)
      call.effect(at === call.operands.length - 1 ? 'net.send' : 'net.fetch')
    else call.take(at === call.operands.length - 1 ? 'write' : 'scan', word)
}

export const CLOUDS: ReadonlyArray<ProgramRow> = [
  {
    names: 'terraform tofu terragrunt opentofu',
    style: 'long',
    options: {
      '-chdir': 'chdir',
      '-var -var-file -target -state -backend-config': 'data',
      '-out': 'write',
    },
    sub: {
      'plan show output validate version providers graph console get help metadata': LOOKS,
      init: { does: ['net.fetch', 'writes .', 'exec', 'package-code'] },
      fmt: { does: ['writes .'] },
      'apply refresh import run-all up': { run: applies },
      'destroy force-unlock taint': DESTROYS,
      state: { sub: { 'list show pull': LOOKS, 'rm push': DESTROYS }, other: SENDS },
      workspace: { sub: { 'list show select': LOOKS, delete: DESTROYS }, other: SENDS },
      'login logout untaint test': SENDS,
    },
    examples: [
      'terraform plan => net.fetch',
      'terraform apply -auto-approve => net.send',
      'terraform destroy => destroy.infra',
      'terraform apply -destroy => net.send, destroy.infra',
      'terraform state rm a => destroy.infra',
      'terraform fmt => fs.write .',
    ],
  },
  {
    names: 'pulumi cdk cdktf serverless sls sam',
    options: { '-s --stack -C --cwd -p --profile --stage --region': 'data' },
    sub: {
      'preview stack config logs whoami about version diff ls list synth doctor info print validate context':
        LOOKS,
      'destroy remove delete down rollback': DESTROYS,
      'build package local test watch': { does: ['exec', 'project-code'] },
    },
    other: SENDS,
    examples: [
      'pulumi preview => net.fetch',
      'pulumi up --yes => net.send',
      'cdk destroy => destroy.infra',
    ],
  },
  {
    names: 'kubectl oc k3s microk8s',
    options: { [KUBE_VALUES]: 'data', '-f --filename -k --kustomize': 'data' },
    sub: {
      get: { run: kubeGet },
      'describe logs top explain version cluster-info api-resources api-versions events diff wait auth config options completion kustomize plugin help status whoami projects':
        LOOKS,
      'apply create replace patch edit set scale autoscale expose annotate label run cordon uncordon taint certificate new-project login':
        { run: applies },
      rollout: { sub: { 'history status': LOOKS }, other: SENDS },
      'delete drain evict': DESTROYS,
      'exec attach debug rsh': { run: inside },
      cp: { run: kubeCopy },
      'port-forward proxy': { does: ['net.send', 'spawn'] },
    },
    examples: [
      'kubectl get pods -n x => net.fetch',
      'kubectl get secret a -o yaml => net.fetch, secret.read',
      'kubectl apply -f a.yaml => net.send',
      'kubectl apply --dry-run=server -f a.yaml => net.fetch',
      'kubectl delete ns prod => destroy.infra',
      'kubectl -n x delete pod a => destroy.infra',
      'kubectl exec -it a -- sh => net.send, opaque remote-host',
      'kubectl cp a.txt pod:/tmp => fs.read a.txt, net.send',
    ],
  },
  {
    names: 'helm helmfile',
    options: { '-n --namespace --kube-context -f --values --set --version': 'data' },
    sub: {
      'list ls get status history show search template lint version env repo pull dependency verify inspect help diff':
        LOOKS,
      'uninstall delete un del destroy rollback': DESTROYS,
      'create package': { does: ['writes .'] },
      'install upgrade push test registry apply sync plugin': {
        flags: { '--dry-run': ['net.fetch'] },
        run: unlessDry,
      },
    },
    examples: [
      'helm list => net.fetch',
      'helm uninstall x => destroy.infra',
      'helm upgrade x ./c => net.send',
    ],
  },
  {
    names: 'aws awslocal',
    options: { '--profile --region --output --query --endpoint-url --cli-input-json': 'data' },
    run: aws,
    named: 2,
    helps: true,
    examples: [
      'aws s3 ls => net.fetch',
      'aws s3 rb s3://b --force => destroy.infra',
      'aws s3 cp .env s3://b/ => fs.read .env, secret.read .env, net.send, secret.send',
      'aws s3 sync out s3://b --delete => fs.read out, net.send, destroy.infra',
      'aws ec2 describe-instances => net.fetch',
      'aws ec2 terminate-instances --instance-ids i => destroy.infra',
      'aws secretsmanager get-secret-value --secret-id x => net.fetch, secret.read',
      'aws sts get-caller-identity => net.fetch',
    ],
  },
  {
    names: 'gsutil',
    run: gsutil,
    named: 1,
    options: { '-o -h -u -p': 'data' },
    examples: ['gsutil cp a gs://b => fs.read a, net.send', 'gsutil rm -r gs://b => destroy.infra'],
  },
  service(
    'gcloud bq',
    '--project --region --zone --format --filter --account --configuration',
    'gcloud compute instances list => net.fetch',
    'gcloud compute instances delete x => destroy.infra',
    'gcloud auth print-access-token => net.fetch, secret.read',
  ),
  service(
    'az',
    '-g --resource-group -n --name -o --output --subscription --query',
    'az vm list => net.fetch',
    'az group delete -n x => destroy.infra',
    'az lock list => net.fetch',
    'az vm delete --help =>',
  ),
  service(
    'doctl hcloud linode-cli vultr-cli oci ibmcloud aliyun scw civo exo openstack ovh upctl eksctl rosa kops kubeadm kind minikube k3d kustomize argocd flux istioctl linkerd consul nomad boundary packer crane skopeo regctl cosign',
    '--context --output -o --format --region --zone --project -n',
    'doctl compute droplet delete 1 => destroy.infra',
    'hcloud server list => net.fetch',
  ),
  service(
    'heroku fly flyctl vercel netlify railway render supabase firebase wrangler amplify eb cf surge now deployctl dokku porter platform upsun auth0 okta stripe twilio sentry-cli launchdarkly ldcli datadog-ci newrelic snyk sonar-scanner fastly cloudflare turso planetscale pscale neonctl convex shopify contentful sanity algolia jira linear slack notion todoist circleci travis buildkite-agent jfrog jf nexus atlas mongocli confluent rpk pulsar-admin temporal dagster prefect airflow dbt mlflow wandb huggingface-cli hf modal runpodctl replicate openai ollama rclone restic borg velero mc nats kafka-topics kafka-consumer-groups kafka-configs rabbitmqadmin rabbitmqctl rabbitmq-diagnostics deck apigeecli ansible-galaxy ansible-inventory',
    '-a --app --project --org --team --token --scope -p -o --output --config -c',
    'heroku apps:destroy -a x => destroy.infra',
    'vercel ls => net.fetch',
    'vercel deploy --prod => net.send',
    'fly apps destroy x => destroy.infra',
  ),
  {
    names:
      'vault op bw lpass pass gopass keybase chamber aws-vault aws-okta teller infisical doppler secret-tool security keyring',
    options: { '-address -namespace -format -field --vault --format --account': 'data' },
    helps: true,
    run: secretStore,
    examples: [
      'vault read secret/x => secret.read',
      'vault status => net.fetch',
      'op read op://a/b/c => secret.read',
      'security find-generic-password -w x => secret.read',
      'pass show x => secret.read',
      'op run -- ls => secret.read, fs.read .',
      'vault kv delete a => destroy.data',
    ],
  },
  {
    names: 'ansible ansible-playbook ansible-pull salt salt-ssh puppet chef-client knife fabric',
    options: { '-i -m -a -u -e -l -t -f --extra-vars': 'data' },
    run: playbook,
    examples: [
      'ansible-playbook a.yml => net.send, opaque remote-host',
      'ansible-playbook --check a.yml => net.fetch',
    ],
  },
]
