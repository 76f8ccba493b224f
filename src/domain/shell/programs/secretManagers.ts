// Managers of secrets: names and states may be looked at, values are secrets, and a command that is
// run with them holds them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { byManner, type Manner, service } from './verbs.ts'

/** `op run -- command`: the command that follows `--`, else what follows the verb. */
const runsWith = (call: ProgramCall, verbs: RegExp, skip = 1): boolean => {
  const [verb] = call.operands
  if (verb === undefined || !verbs.test(verb.text)) return false
  call.effect('secret.read')
  const at = call.args.findIndex((word) => word.text === '--')
  const command = at < 0 ? call.operands.slice(skip) : call.args.slice(at + 1)
  if (command.length > 0) call.around.inner(command)
  for (const text of call.valuesOf('--command')) call.shellText(text)
  return true
}

const runner =
  (manner: Manner, verbs: RegExp, skip = 1) =>
  (call: ProgramCall): void => {
    if (!runsWith(call, verbs, skip)) byManner(manner)(call)
  }

const vaultVerbs = byManner({
  looks:
    'status, version, list, path-help, kv list, kv metadata get, token lookup, token capabilities, lease lookup, secrets list, auth list, auth help, policy list, policy read, policy fmt, audit list, plugin list, plugin info, namespace list, operator members, operator raft list-peers, operator key-status, operator usage, operator diagnose, pki health-check, pki list-intermediates, monitor, debug, read sys, version-history, hcp',
  reveals:
    'read, kv get, unwrap, print token, login, token create, transit, ssh, operator init, operator generate-root',
  destroys:
    'delete, kv delete, kv destroy, kv metadata delete, secrets disable, auth disable, policy delete, audit disable, token revoke, lease revoke, operator seal, operator step-down, operator rekey, operator raft remove-peer, operator raft snapshot, plugin deregister, namespace delete',
  changes:
    'write, patch, kv put, kv patch, kv undelete, kv rollback, kv metadata put, secrets enable, secrets move, secrets tune, auth enable, auth tune, auth move, policy write, audit enable, token renew, lease renew, operator unseal, operator rotate, operator migrate, plugin register, plugin reload, namespace create, server, agent, proxy, pki issue',
})

/** What lies below `sys/` and the state of one's own token are no secrets. */
const vault = (call: ProgramCall): void => {
  const [verb, path] = call.operands
  const plain =
    textOf(verb) === 'read' &&
    /^\/?(?:sys|auth\/token\/lookup-self)(?:\/|$)/.test(textOf(path) ?? '')
  if (plain) call.effect('net.fetch')
  else vaultVerbs(call)
}

const DOPPLER: Manner = {
  looks:
    'me, activity, projects, environments, configs, configs list, configs get, configs logs, configs tokens, projects get, environments get, secrets notes get, configure, settings, open, changelog, feedback',
  reveals:
    'secrets, secrets get, secrets download, secrets substitute, configs tokens create, configure get token',
  destroys:
    'secrets delete, projects delete, environments delete, configs delete, configs tokens revoke, configure reset, configure unset',
  changes:
    'setup, login, logout, secrets set, secrets upload, configs create, configs update, configs clone, configs lock, configs unlock, projects create, projects update, environments create, environments rename, configure set, update, import',
}

const doppler = (call: ProgramCall): void => {
  if (runsWith(call, /^run$/)) return
  if (call.hasExactly('--only-names') && textOf(call.operands[0]) === 'secrets')
    call.effect('net.fetch')
  else byDoppler(call)
}

const byDoppler = byManner(DOPPLER)

const sops = (call: ProgramCall): void => {
  const [first] = call.operands
  if (runsWith(call, /^exec-(?:env|file)$/, 2)) return
  const verb = first?.text ?? ''
  const words =
    /^(?:decrypt|encrypt|edit|set|unset|rotate|updatekeys|publish|filestatus|groups)$/.test(verb)
  const files = words ? call.operands.slice(1) : call.operands
  const decrypts = call.has('-d', '--decrypt') || verb === 'decrypt' || verb === 'edit'
  const encrypts = call.has('-e', '--encrypt') || verb === 'encrypt'
  if (decrypts || (!words && !encrypts && files.length > 0 && !call.has('-r', '--rotate')))
    call.effect('secret.read')
  if (verb === 'publish') call.effect('net.send')
  const changes =
    call.has('-i', '--in-place', '-r', '--rotate', '--set') ||
    /^(?:set|unset|rotate|updatekeys|edit)$/.test(verb)
  for (const file of files.slice(0, 1)) call.take(changes ? 'write' : 'read', file)
}

const OP: Manner = {
  looks:
    'whoami, item list, vault list, vault get, vault user list, vault group list, account list, account get, user list, user get, group list, group get, group user list, document list, events-api list, connect server list, connect server get, connect token list, service-account ratelimit, item template list, item template get, plugin list, plugin inspect, environment list, completion',
  reveals:
    'read, item get, document get, inject, get item, get document, signin, item share, connect token create, service-account create',
  changes:
    'item create, item edit, item move, document create, document edit, vault create, vault edit, signout, update, account add, plugin init, plugin run',
  destroys:
    'item delete, document delete, vault delete, vault user revoke, vault group revoke, user delete, user suspend, group delete, account forget, connect server delete, connect token delete, connect vault revoke, plugin clear',
}

const local = (store: string): Manner => ({
  local: store,
  looks:
    'ls, list, find, search, version, git log, git status, audit, sources, recipients, fsck, process, status, help, config',
  reveals:
    'show, get, cat, grep, lookup, otp, clip, sum, unclip, export, totp, code, generate-code',
  changes:
    'insert, add, edit, generate, mv, cp, rename, copy, move, init, set, put, store, create, link, import, git, sync, clone, setup, config set, update, unlock, login',
  destroys: 'rm, delete, remove, del, clear, destroy',
  bare: 'looks',
})

const pass = (call: ProgramCall): void => {
  const [first] = call.operands
  // `pass name` shows that entry.
  if (
    first !== undefined &&
    /^(?:pass|gopass)$/.test(call.name) &&
    (/[/@.]/.test(first.text) || first.is !== 'literal')
  )
    call.effect('secret.read')
  else localStore(call)
}

const localStore = byManner(local('.password-store'))

export const SECRET_MANAGERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'vault bao',
    options: { '-address -namespace -format -field -mount -version -output -ttl -policy': 'data' },
    style: 'long',
    helps: true,
    named: 2,
    run: vault,
    examples: [
      'vault read secret/x => net.fetch, secret.read',
      'vault read sys/health => net.fetch',
      'vault kv get -field=a secret/x => net.fetch, secret.read',
      'vault kv list secret => net.fetch',
      'vault status => net.fetch',
      'vault kv delete a => destroy.infra',
      'vault secrets disable kv => destroy.infra',
      'vault operator seal => destroy.infra',
      'vault write secret/a b=c => net.send',
    ],
  },
  {
    names: 'op',
    options: {
      '--vault --format --account --fields --field -o --out-file --env-file --session': 'data',
    },
    helps: true,
    named: 2,
    run: runner(OP, /^run$/),
    examples: [
      'op read op://a/b/c => net.fetch, secret.read',
      'op item list => net.fetch',
      'op item get a => net.fetch, secret.read',
      'op item delete a => destroy.infra',
      'op run -- ls => secret.read, fs.read .',
    ],
  },
  {
    names: 'doppler',
    options: { '-p --project -c --config --command --format -t --token --scope': 'data' },
    helps: true,
    named: 2,
    run: doppler,
    examples: [
      'doppler secrets --only-names => net.fetch',
      'doppler secrets get A --plain => net.fetch, secret.read',
      'doppler run -- ls => secret.read, fs.read .',
      'doppler projects delete a => destroy.infra',
    ],
  },
  {
    names: 'pass gopass secret-tool keyring kwallet-query pwsafe kpcli keepassxc-cli',
    options: { '-c --clip -p -k --key-file': 'data' },
    run: pass,
    helps: true,
    examples: [
      'pass show x => secret.read',
      'pass web/x => secret.read',
      'pass ls =>',
      'pass rm x => destroy.data',
      'secret-tool lookup a b => secret.read',
      'secret-tool store --label x a b => fs.write ~/.password-store',
    ],
  },
  {
    names: 'sops',
    options: {
      '--output': 'write',
      '-k --kms -p --pgp -a --age --gcp-kms --azure-kv --hc-vault-transit --input-type --output-type --extract --set --config':
        'data',
    },
    run: sops,
    examples: [
      'sops -d a.yaml => secret.read, fs.read a.yaml',
      'sops -e a.yaml => fs.read a.yaml',
      'sops exec-env a.yaml "ls" => secret.read, fs.read .',
    ],
  },
  {
    names:
      'chamber aws-vault aws-okta teller envchain summon saml2aws granted assume infisical phase dotenv-vault berglas ssm-env',
    options: { '--env -e --path --profile -p --region --duration -b --backend': 'data' },
    helps: true,
    named: 2,
    run: runner(
      {
        looks: 'list, services list, history, list-services, version, whoami, user, find, status',
        reveals:
          'read, export, env, secrets, secrets get, show, pull, get, export-vars, access, console, template, credential, sh, yaml, console-url',
        changes:
          'write, import, add, login, secrets set, create, update, grant, set, put, push, init, configure, rotate, logout',
        destroys: 'delete, remove, clear, secrets delete, revoke, destroy',
      },
      /^(?:run|exec)$/,
      2,
    ),
    examples: [
      'chamber list app => net.fetch',
      'chamber read app key => net.fetch, secret.read',
      'aws-vault list => net.fetch',
      'infisical run -- ls => secret.read, fs.read .',
    ],
  },
  service(
    'bw lpass keeper dcli akeyless conjur ksm bws proton-pass keybase',
    '--session --folderid --organizationid',
    {
      looks:
        'status, ls, list folders, list collections, list organizations, sync, version, whoami, id, ps, team list-members, chat list, item list',
      reveals:
        'get, show, list items, list, export, unlock, login, secret get, secret list, read, generate, variable get, get-secret-value, paperkey, chat read, pgp export',
      changes:
        'create, edit, add, move, share, import, put, set, config, encode, send, restore, confirm, sign, encrypt, chat send, logout, lock, serve',
      destroys: 'delete, rm, remove, purge, destroy, wipe, deprovision',
    },
    'bw status => net.fetch',
    'bw get password x => net.fetch, secret.read',
    'lpass show x => net.fetch, secret.read',
    'bw delete item x => destroy.infra',
  ),
]
