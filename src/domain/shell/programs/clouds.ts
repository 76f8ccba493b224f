// Infrastructure and services beyond the machine: what looks, what changes, what destroys.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { remoteHostOf } from '../../action/hosts.ts'
import { textOf } from '../word.ts'
import { byVerb } from './verbs.ts'

const LOOKS: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const DESTROYS: Behaviour = { does: ['destroy.infra'] }

const service = (names: string, values: string, ...examples: ProgramRow['examples']): ProgramRow => ({
  names,
  options: { [values]: 'data' },
  run: byVerb,
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
  call.effect('net.send')
  if (call.has('-destroy', '--destroy')) call.effect('destroy.infra')
  if (call.has('--prune')) call.effect('destroy.infra')
}

const playbook = (call: ProgramCall): void => {
  if (call.has('--check', '--syntax-check', '--list-hosts', '--list-tasks')) call.effect('net.fetch')
  else call.facts(['net.send', 'remote-host'])
}

const KUBE_VALUES =
  '-n --namespace --context --cluster --kubeconfig -l --selector -o --output -c --container --user --server -s --token --as --field-selector --tail --since'

const kubeGet = (call: ProgramCall): void => {
  call.effect('net.fetch')
  const shows = /^(?:yaml|json|jsonpath|go-template|custom)/.test(textOf(call.value('-o', '--output')) ?? '')
  if (shows && call.operands.some((word) => /^secrets?(?:\/|$)/.test(word.text))) call.effect('secret.read')
}

const inside = (call: ProgramCall): void => {
  call.effect('net.send')
  call.opaque('remote-host')
}

const kubeCopy = (call: ProgramCall): void => {
  for (const [at, word] of call.operands.entries())
    if (remoteHostOf(word.text) !== undefined) call.effect(at === call.operands.length - 1 ? 'net.send' : 'net.fetch')
    else call.take(at === call.operands.length - 1 ? 'write' : 'scan', word)
}

export const CLOUDS: ReadonlyArray<ProgramRow> = [
  {
    names: 'terraform tofu terragrunt opentofu',
    style: 'long',
    options: { '-chdir': 'chdir', '-var -var-file -target -out -state -backend-config': 'data' },
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
    examples: ['terraform plan =>', 'terraform apply -auto-approve =>', 'terraform destroy =>', 'terraform apply -destroy =>', 'terraform state rm a =>', 'terraform fmt =>'],
  },
  {
    names: 'pulumi cdk cdktf serverless sls sam',
    options: { '-s --stack -C --cwd -p --profile --stage --region': 'data' },
    sub: {
      'preview stack config logs whoami about version diff ls list synth doctor info print validate context': LOOKS,
      'destroy remove delete down rollback': DESTROYS,
      'build package local test watch': { does: ['exec', 'project-code'] },
    },
    other: SENDS,
    examples: ['pulumi preview =>', 'pulumi up --yes =>', 'cdk destroy =>'],
  },
  {
    names: 'kubectl oc k3s microk8s',
    options: { [KUBE_VALUES]: 'data', '-f --filename -k --kustomize': 'data' },
    sub: {
      get: { run: kubeGet },
      'describe logs top explain version cluster-info api-resources api-versions events diff wait auth config options completion kustomize plugin help status whoami projects': LOOKS,
      'apply create replace patch edit set scale autoscale expose annotate label run rollout cordon uncordon taint certificate new-project login': { run: applies },
      'delete drain evict': DESTROYS,
      'exec attach debug rsh': { run: inside },
      cp: { run: kubeCopy },
      'port-forward proxy': { does: ['net.send', 'spawn'] },
    },
    examples: ['kubectl get pods -n x =>', 'kubectl get secret a -o yaml =>', 'kubectl apply -f a.yaml =>', 'kubectl delete ns prod =>', 'kubectl -n x delete pod a =>', 'kubectl exec -it a -- sh =>', 'kubectl cp a.txt pod:/tmp =>'],
  },
  {
    names: 'helm helmfile',
    options: { '-n --namespace --kube-context -f --values --set --version': 'data' },
    sub: {
      'list ls get status history show search template lint version env repo pull dependency verify inspect help diff': LOOKS,
      'uninstall delete un del destroy rollback': DESTROYS,
      'create package': { does: ['writes .'] },
      'install upgrade push test registry apply sync plugin': SENDS,
    },
    examples: ['helm list =>', 'helm uninstall x =>', 'helm upgrade x ./c =>'],
  },
  { names: 'aws awslocal', options: { '--profile --region --output --query --endpoint-url --cli-input-json': 'data' }, run: aws, examples: ['aws s3 ls =>', 'aws s3 rb s3://b --force =>', 'aws s3 cp .env s3://b/ =>', 'aws s3 sync out s3://b --delete =>', 'aws ec2 describe-instances =>', 'aws ec2 terminate-instances --instance-ids i =>', 'aws secretsmanager get-secret-value --secret-id x =>', 'aws sts get-caller-identity =>'] },
  { names: 'gsutil', run: gsutil, options: { '-o -h -u -p': 'data' }, examples: ['gsutil cp a gs://b =>', 'gsutil rm -r gs://b =>'] },
  service('gcloud bq', '--project --region --zone --format --filter --account --configuration', 'gcloud compute instances list =>', 'gcloud compute instances delete x =>', 'gcloud auth print-access-token =>'),
  service('az', '-g --resource-group -n --name -o --output --subscription --query', 'az vm list =>', 'az group delete -n x =>'),
  service(
    'doctl hcloud linode-cli vultr-cli oci ibmcloud aliyun scw civo exo openstack ovh upctl eksctl rosa kops kubeadm kind minikube k3d kustomize argocd flux istioctl linkerd consul nomad boundary packer crane skopeo regctl cosign',
    '--context --output -o --format --region --zone --project -n',
    'doctl compute droplet delete 1 =>',
    'hcloud server list =>',
  ),
  service(
    'heroku fly flyctl vercel netlify railway render supabase firebase wrangler amplify eb cf surge now deployctl dokku porter platform upsun auth0 okta stripe twilio sentry-cli launchdarkly ldcli datadog-ci newrelic snyk sonar-scanner fastly cloudflare turso planetscale pscale neonctl convex shopify contentful sanity algolia jira linear slack notion todoist circleci travis buildkite-agent jfrog jf nexus atlas mongocli confluent rpk pulsar-admin temporal dagster prefect airflow dbt mlflow wandb huggingface-cli hf modal runpodctl replicate openai ollama',
    '-a --app --project --org --team --token --scope -p -o --output --config -c',
    'heroku apps:destroy -a x =>',
    'vercel ls =>',
    'vercel deploy --prod =>',
    'fly apps destroy x =>',
  ),
  {
    names: 'vault op bw lpass pass gopass keybase chamber aws-vault aws-okta teller infisical doppler secret-tool security keyring',
    options: { '-address -namespace -format -field --vault --format --account': 'data' },
    sub: {
      'status version help list ls search server policy audit login signin whoami dump-trust-settings find-identity list-keychains': LOOKS,
      'delete rm remove destroy revoke purge delete-keychain delete-generic-password': { does: ['destroy.data'] },
      'write put set create edit insert add add-generic-password store': SENDS,
      'exec run': { style: 'posix', does: ['secret.read'], run: (call) => call.around.inner(call.operands.filter((word) => word.text !== '--')) },
    },
    other: { does: ['secret.read'] },
    examples: ['vault read secret/x =>', 'vault status =>', 'op read op://a/b/c =>', 'security find-generic-password -w x =>', 'pass show x =>'],
  },
  { names: 'ansible ansible-playbook ansible-pull salt salt-ssh puppet chef-client knife fabric', options: { '-i -m -a -u -e -l -t -f --extra-vars': 'data' }, run: playbook, examples: ['ansible-playbook a.yml =>', 'ansible-playbook --check a.yml =>'] },
]
