// Infrastructure as code: plans look, applies change what the project's files declare.
import { isWithin } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { isLocalPackage } from './packageRunners.ts'
import { placedIn } from './placedCode.ts'
import { namesSecret } from './verbWords.ts'
import { DESTROYS, LOOKS, SENDS, service } from './verbs.ts'

const applies = (call: ProgramCall): void => {
  call.effect('net.send')
  if (call.has('-destroy', '--destroy')) call.effect('destroy.infra')
}

/** Outputs marked sensitive come out in the clear as JSON or raw; one that is asked for is told by its name. */
const output = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (!call.hasExactly('-json', '-raw', '--json', '--raw')) return
  const [name] = call.operands
  if (name === undefined || name.is !== 'literal' || namesSecret([name.text]))
    call.effect('secret.read', { certainty: 'possible' })
}

const state = (call: ProgramCall): void => {
  call.effect('net.fetch')
  call.effect('secret.read', { certainty: 'possible' })
}

/** What is declared there is evaluated, and a data source may start a program. */
const plan = (call: ProgramCall): void => {
  call.effect('net.fetch')
  for (const value of call.valuesOf('-var-file', '--var-file')) call.take('read', value)
  const { project, worktrees = [] } = call.around.place
  const here = call.directory
  if (here === undefined || ![project, ...worktrees].some((root) => isWithin(here, root)))
    call.opaque('outside-code')
}

/** Sensitive values come out in the clear as JSON. */
const show = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.hasExactly('-json', '--json')) call.effect('secret.read', { certainty: 'possible' })
}

/** Expressions read any file: `file("…")`. */
const asked = (call: ProgramCall): void => {
  call.effect('net.fetch')
  const text = call.input()
  if (call.around.command.stdin.from === 'none') return
  if (text === undefined || /\b(?:file\w*|templatefile)\s*\(/.test(text)) call.exec('inline-code')
}

const format = (call: ProgramCall): void => {
  const kept =
    call.hasExactly('-check', '--check') || call.value('-write', '--write')?.text === 'false'
  const [folder] = call.operands
  const role = kept ? 'scan' : 'write'
  if (folder === undefined) call.takeDirectory(role)
  else call.take(role, folder)
}

/** Providers and modules that the project's lock file names. */
const init = (call: ProgramCall): void => {
  call.facts(['net.fetch', 'writes .', 'exec', 'package-code'])
  if (call.hasExactly('-migrate-state', '--migrate-state', '-force-copy')) call.effect('net.send')
  for (const value of call.valuesOf('-from-module', '--from-module', '-plugin-dir', '--plugin-dir'))
    call.opaque(isLocalPackage(value) ? placedIn(call, [value]) : 'new-package')
  // The state, which holds what is secret in it, goes to where it is told to lie.
  for (const value of call.valuesOf('-backend-config', '--backend-config')) {
    const address = /^(?:(?:un)?lock_)?(?:address|endpoint)=(.+)$/s.exec(value.text)?.[1]
    if (address !== undefined) call.take('send', { ...value, text: address })
  }
}

const WRITES: Behaviour = { does: ['net.fetch', 'writes .'] }

const fixes = (call: ProgramCall): void => {
  if (call.has('--reset', '--clear', '-c', '-e', '--force')) call.takeDirectory('write')
  else call.effect('net.fetch')
}

const cdkCode: Behaviour = { does: ['net.fetch', 'exec', 'project-code'] }

export const TERRAFORM: ReadonlyArray<ProgramRow> = [
  {
    names: 'terraform tofu terragrunt opentofu',
    style: 'long',
    options: {
      '-chdir': 'chdir',
      '-from-module -plugin-dir -var -var-file -target -state -backend-config -lock-timeout -parallelism -replace':
        'data',
      '-write': 'data',
      '-out': 'write',
    },
    sub: {
      plan: { run: plan },
      show: { run: show },
      console: { run: asked },
      'validate version graph get help metadata modules': LOOKS,
      output: { run: output },
      init: { run: init },
      'fmt hclfmt': { run: format },
      'apply refresh import run-all up run stack': { run: applies },
      'destroy force-unlock taint': DESTROYS,
      providers: {
        sub: { schema: LOOKS, 'lock mirror': WRITES },
        run: (call) => call.effect('net.fetch'),
      },
      state: {
        sub: { 'list show': LOOKS, pull: { run: state }, 'rm push': DESTROYS },
        other: SENDS,
      },
      workspace: { sub: { 'list show': LOOKS, select: WRITES, delete: DESTROYS }, other: SENDS },
      'login logout untaint test': SENDS,
    },
    examples: [
      'terraform plan => net.fetch',
      'terraform -chdir=/tmp/x plan => net.fetch, opaque outside-code',
      'terraform plan -var-file=.env => net.fetch, fs.read .env, secret.read .env',
      'terraform init -from-module=x/y => net.fetch, fs.write ., exec terraform, opaque package-code, opaque new-package',
      'terraform show -json => net.fetch, secret.read',
      'terraform apply -auto-approve => net.send',
      'terraform destroy => destroy.infra',
      'terraform apply -destroy => net.send, destroy.infra',
      'terraform -chdir=infra state rm a => destroy.infra',
      'terraform fmt => fs.write .',
      'terraform fmt -check => fs.read .',
      'terraform output -json => net.fetch, secret.read',
      'terraform output => net.fetch',
      'terraform output -raw vpc_id => net.fetch',
      'terraform output -raw db_password => net.fetch, secret.read',
      'terraform providers => net.fetch',
    ],
  },
  {
    names: 'cdk cdktf',
    options: {
      '-a --app --profile --output -o -c --context --region --plugin -p --proxy --ca-bundle-path -r --role-arn --toolkit-stack-name -l --language -t --tags --parameters':
        'data',
    },
    sub: {
      'synth synthesize diff ls list': cdkCode,
      'doctor docs doc metadata notices version help get provider output print-stacks': LOOKS,
      context: { run: fixes },
      'acknowledge ack init convert flags': WRITES,
      'destroy gc rollback': DESTROYS,
      'deploy bootstrap watch import migrate refactor login': SENDS,
    },
    examples: [
      'cdk diff => net.fetch, exec cdk, opaque project-code',
      'cdk deploy => net.send',
      'cdk destroy => destroy.infra',
      'cdk context --reset x => fs.write .',
    ],
  },
  service(
    'pulumi',
    '-s --stack -C --cwd -p -f --file',
    {
      looks:
        'preview, pre, stack ls, stack graph, stack history, config, config get, logs, whoami, about, version, stack output, stack, plugin ls, policy ls, schema, env ls, env get, org get-default, convert-trace',
      changes:
        'up, update, import, refresh, login, logout, stack init, stack tag, stack import, config set, new, watch, install, policy publish',
      destroys: 'destroy, down, dn, stack rm, state delete, cancel, policy rm, env rm, config rm',
      reveals: 'stack export, env open, env run',
    },
    'pulumi preview => net.fetch',
    'pulumi up --yes => net.send',
    'pulumi stack rm a => destroy.infra',
    'pulumi destroy => destroy.infra',
  ),
  service(
    'serverless sls sam',
    '-s --stage -t --template --stack-name -f --function',
    {
      looks:
        'print, info, logs, metrics, validate, list, traces, deploy list, doctor, docs, plugin list, plugin search, remote test-event get',
      builds:
        'build, invoke local, local, local invoke, local start-api, local start-lambda, offline, test',
      changes: 'deploy, package, publish, sync, invoke, remote invoke, plugin install',
      destroys: 'remove, delete, rollback',
    },
    'sam validate => net.fetch',
    'sam build => exec sam, opaque project-code',
    'sls remove => destroy.infra',
  ),
  {
    names: 'packer',
    style: 'long',
    options: {
      '-var -var-file -only -except -on-error -parallel-builds': 'data',
      '-write': 'data',
      '-output-file': 'write',
    },
    sub: {
      'validate inspect version console': LOOKS,
      plugins: {
        sub: { 'installed required': LOOKS, remove: DESTROYS },
        other: { does: ['net.fetch', 'exec', 'new-package'] },
      },
      fmt: { run: format },
      fix: { operands: ['read'] },
      hcl2_upgrade: WRITES,
      init: { does: ['net.fetch', 'writes ~/.config/packer/plugins', 'exec', 'package-code'] },
      'build push': SENDS,
    },
    examples: [
      'packer validate a.pkr.hcl => net.fetch',
      'packer fmt -check . => fs.read .',
      'packer fmt a.pkr.hcl => fs.write a.pkr.hcl',
      'packer build a.pkr.hcl => net.send',
    ],
  },
  service(
    'nomad consul boundary waypoint levant sentinel tflint checkov infracost driftctl terraform-docs tfswitch atlantis spacectl',
    '-f -c -d -p -address -namespace -datacenter -http-addr --path',
    {
      looks:
        'tflint, breakdown, scan, catalog, members, monitor, kv get, kv export, job status, job plan, job inspect, node status, alloc logs, alloc status, alloc fs, operator raft list-peers, snapshot inspect, render, markdown, eval status, tfsec, checkov',
      changes:
        'kv put, kv import, job run, join, reload, event, acl bootstrap, snapshot save, lock',
      destroys:
        'kv delete, job stop, leave, force-leave, snapshot restore, operator raft remove-peer, system gc, node drain, alloc stop, namespace delete',
      enters: 'exec, alloc exec, connect',
      bare: 'looks',
    },
    'nomad job status => net.fetch',
    'nomad job stop x => destroy.infra',
    'consul kv delete -recurse a => destroy.infra',
    'tflint => net.fetch',
    'nomad alloc exec a sh => net.send, opaque remote-host',
  ),
]
