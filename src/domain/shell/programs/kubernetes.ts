// Kubernetes and its package manager: the cluster is another machine, its secrets are secrets.
import { remoteHostOf } from '../../action/hosts.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { isDry, LOOKS, SENDS, service } from './verbs.ts'

const KUBE_VALUES =
  '-n --namespace --context --cluster --kubeconfig -l --selector -o --output -c --container --user --server -s --token --as --field-selector --tail --since --since-time --template --sort-by -p --patch --type --image --replicas --raw --for --timeout --grace-period --v -v --as-group --as-uid --cache-dir --certificate-authority --client-certificate --client-key --log-flush-frequency --password --username --profile --profile-output --request-timeout --tls-server-name --log-dir --log-file --stderrthreshold --vmodule --kuberc'

/** A configuration of the cluster may name programs that log in: it is code of whoever wrote it. */
const config = (call: ProgramCall): void => {
  for (const file of call.valuesOf('--kubeconfig')) {
    const path = call.pathOf(file)
    if (path !== undefined && path.startsWith(`${call.home}/.kube/`)) continue
    const why = call.codeAt(path)
    call.opaque(why === 'unread-script' ? 'project-code' : why)
  }
}

const files = (call: ProgramCall): void => {
  for (const value of call.valuesOf(
    '-f',
    '--filename',
    '-k',
    '--kustomize',
    '--from-file',
    '--from-env-file',
    '--cert',
    '--key',
  ))
    if (/^https?:\/\//.test(value.text)) call.fetch(value)
    else call.take('read', { ...value, text: value.text.replace(/^[\w.-]+=/, '') })
}

const changes = (call: ProgramCall): void => {
  files(call)
  if (isDry(call)) {
    call.effect('net.fetch')
    return
  }
  const [first] = call.operands
  if (first !== undefined && /^(?:view-last-applied|list)$/.test(first.text)) {
    call.effect('net.fetch')
    return
  }
  call.effect('net.send')
  if (call.hasExactly('--prune', '--force')) call.effect('destroy.infra')
  if (textOf(first) === 'token') call.effect('secret.read')
}

const destroys = (call: ProgramCall): void => {
  call.effect(isDry(call) ? 'net.fetch' : 'destroy.infra')
}

const SECRETS = /(?:^|[,/])secrets?(?:[,/.]|$)/i

const get = (call: ProgramCall): void => {
  call.effect('net.fetch')
  const format = call.value('-o', '--output', '--template')
  const shows =
    call.open ||
    format?.is === 'dynamic' ||
    call.hasExactly('--template') ||
    /^(?:yaml|json|jsonpath|go-template|template|custom)/.test(textOf(format) ?? '')
  const named = [...call.operands, ...call.valuesOf('--raw')]
  const raw = call.valuesOf('--raw').length > 0
  if ((shows || raw) && named.some((word) => word.is === 'dynamic' || SECRETS.test(word.text)))
    call.effect('secret.read', { certainty: 'possible' })
}

const inside = (call: ProgramCall): void => {
  call.effect('net.send')
  call.opaque('remote-host')
}

const copy = (call: ProgramCall): void => {
  for (const [at, word] of call.operands.entries())
    if (remoteHostOf(word.text) !== undefined)
      call.effect(at === call.operands.length - 1 ? 'net.send' : 'net.fetch')
    else call.take(at === call.operands.length - 1 ? 'write' : 'scan', word)
}

const kubeConfig = (call: ProgramCall): void => {
  call.effect('fs.write', { path: `${call.home}/.kube/config` })
}

const view = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.has('--raw') || call.open || call.operands.length > 0) call.effect('secret.read')
}

const CONFIG: Behaviour = {
  sub: { 'get-contexts current-context get-clusters get-users': LOOKS, view: { run: view } },
  other: { run: kubeConfig },
}

const whoami = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.hasExactly('-t', '--show-token')) call.effect('secret.read')
}

const helmChanges = (call: ProgramCall): void => {
  for (const value of call.valuesOf('--post-renderer')) call.runs([value])
  for (const value of call.valuesOf('-f', '--values'))
    if (!/^https?:/.test(value.text)) call.take('read', value)
  call.effect(isDry(call) ? 'net.fetch' : 'net.send')
}

const below =
  (folder: string) =>
  (call: ProgramCall): void => {
    call.effect('net.fetch')
    call.effect('fs.write', { path: `${call.home}/${folder}` })
  }

const helmPull = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.value('-d', '--destination', '--untardir') === undefined) call.takeDirectory('write')
}

const helmTemplate = (call: ProgramCall): void => {
  for (const value of call.valuesOf('--post-renderer')) call.runs([value])
  call.effect('net.fetch')
}

export const KUBERNETES: ReadonlyArray<ProgramRow> = [
  {
    names: 'kubectl oc k3s microk8s kubecolor',
    every: config,
    options: {
      [KUBE_VALUES]: 'data',
      '-f --filename -k --kustomize --from-file --from-env-file --from-literal --cert --key':
        'data',
    },
    sub: {
      get: { run: get },
      'describe logs top explain version cluster-info api-resources api-versions events diff wait options completion kustomize plugin help status projects':
        LOOKS,
      auth: { sub: { 'can-i whoami': LOOKS }, other: SENDS },
      whoami: { run: whoami },
      config: CONFIG,
      'apply create replace patch edit set scale autoscale expose annotate label run cordon uncordon taint certificate new-project new-app login logout start-build import-image tag adm policy process secrets rollback project':
        { run: changes },
      rollout: { sub: { 'history status': LOOKS }, other: { run: changes } },
      'delete drain evict': { run: destroys },
      'exec attach debug rsh rsync': { run: inside },
      cp: { run: copy },
      'port-forward proxy': { does: ['net.send', 'spawn'] },
    },
    examples: [
      'kubectl get pods -n x => net.fetch',
      'kubectl get secret a -o yaml => net.fetch, secret.read',
      'kubectl get configmap,secret -o json => net.fetch, secret.read',
      'kubectl get secret => net.fetch',
      'kubectl --cache-dir get delete ns a => destroy.infra',
      'kubectl --kubeconfig /tmp/k get pods => opaque outside-code, net.fetch',
      'kubectl config view --raw => net.fetch, secret.read',
      'kubectl config use-context a => fs.write ~/.kube/config',
      'kubectl apply -f a.yaml => fs.read a.yaml, net.send',
      'kubectl apply --dry-run=server -f a.yaml => fs.read a.yaml, net.fetch',
      'kubectl create secret generic a --from-file=k=.env => fs.read .env, secret.read .env, net.send, secret.send',
      'kubectl delete ns a => destroy.infra',
      'kubectl delete pod a --dry-run=client => net.fetch',
      'kubectl -n x delete pod a => destroy.infra',
      'kubectl exec -it a -- sh => net.send, opaque remote-host',
      'kubectl cp a.txt pod:/tmp => fs.read a.txt, net.send',
    ],
  },
  {
    names: 'helm',
    every: config,
    options: {
      '-n --namespace --kube-context --kubeconfig --set --set-string --version --timeout -o --output --repo --app-version --revision --max --burst-limit --qps --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-tls-server-name --kube-token --registry-config --repository-cache --repository-config --content-cache':
        'data',
      '-f --values --post-renderer': 'data',
      '-d --destination --untardir --output-dir': 'write',
    },
    sub: {
      'list ls get status history hist show search lint version env verify inspect help diff completion':
        LOOKS,
      template: { run: helmTemplate },
      repo: {
        sub: { 'list ls': LOOKS, index: { does: ['writes .'] } },
        other: { run: below('.config/helm/repositories.yaml') },
      },
      'dependency dep dependencies': {
        sub: { 'list ls': LOOKS },
        other: { does: ['net.fetch', 'writes .'] },
      },
      'pull fetch': { run: helmPull },
      'uninstall delete un del rollback': { run: destroys },
      'create package': { does: ['writes .'] },
      plugin: {
        sub: { 'list ls': LOOKS },
        other: { does: ['exec', 'new-package'], run: below('.local/share/helm/plugins') },
      },
      'registry repo-auth': { run: below('.config/helm/registry/config.json') },
      'install upgrade push test': { run: helmChanges },
    },
    examples: [
      'helm list => net.fetch',
      'helm uninstall x => destroy.infra',
      'helm uninstall x --dry-run => net.fetch',
      'helm upgrade x ./c => net.send',
      'helm upgrade --install x ./c --dry-run => net.fetch',
      'helm repo add a https://x.example => net.fetch, fs.write ~/.config/helm/repositories.yaml',
      'helm pull a/b => net.fetch, fs.write .',
      'helm plugin list => net.fetch',
    ],
  },
  service(
    'helmfile kustomize kubectx kubens k9s krew velero kubeseal istioctl linkerd cilium hubble argocd argo flux tkn skaffold tilt telepresence kn devspace garden werf okteto crossplane cmctl',
    '-n -f --file -l -e --selector --kubeconfig --kube-context -o -c -s',
    {
      looks:
        'build, render, template, diff, plan, dashboard, ui, tree, events, k9s, lint, validate, analyze, check, proxy-config, proxy-status, experimental, pc, ps, viz, backup describe, backup logs, backup download, restore describe, restore logs, schedule describe, app diff, app manifests, app history, app wait',
      changes: 'app sync, dev, run, trigger, up, edit, install, bootstrap',
      destroys: 'down, app rollback, delete, uninstall, destroy',
    },
    'kustomize build . => net.fetch',
    'argocd app delete x => destroy.infra',
    'argocd app sync x => net.send',
    'velero backup delete x => destroy.infra',
    'velero restore describe x => net.fetch',
    'flux get all => net.fetch',
    'istioctl analyze => net.fetch',
  ),
  {
    names: 'stern kubetail',
    does: ['net.fetch'],
    examples: ['stern app --since 1m => net.fetch'],
  },
  {
    names: 'kubeval kubeconform kube-linter kube-score popeye pluto tfsec terrascan vale',
    options: {
      '-o --output --out --save --output-file': 'write',
      '-f --format -c --config': 'data',
    },
    operands: ['scan'],
    does: ['net.fetch'],
    examples: [
      'tfsec . => net.fetch, fs.read .',
      'tfsec --out ~/x . => fs.write ~/x, net.fetch, fs.read .',
    ],
  },
  service(
    'eksctl rosa kops kubeadm kind minikube k3d k3sup talosctl kubespray rke rancher clusterctl kubefed',
    '-f -c --file --cluster -n -p',
    {
      looks:
        'get, version, status, ip, service list, addons list, profile list, image ls, export logs, kubeconfig get, config view, config info, health, dmesg, containers, processes, token list, certs check-expiration, toolbox dump, upgrade plan',
      destroys: 'reset, delete, stop, cluster delete',
    },
    'eksctl get cluster => net.fetch',
    'eksctl delete cluster x => destroy.infra',
    'kind get clusters => net.fetch',
    'kind delete cluster => destroy.infra',
    'kubeadm reset -f => destroy.infra',
  ),
]
