// Tools that work on many machines at once: what asks them looks, what tells them runs code there.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { LOOKS, service } from './verbs.ts'

const remote = (call: ProgramCall): void => {
  call.effect('net.send')
  call.opaque('remote-host')
}

const ONLY_LISTS = [
  '--syntax-check',
  '--list-hosts',
  '--list-tasks',
  '--list-tags',
  '--help',
  '-h',
  '--version',
]

const vaultFile = (call: ProgramCall): void => {
  for (const file of call.valuesOf(
    '--vault-password-file',
    '--vault-pass-file',
    '-e',
    '--extra-vars',
  ))
    if (!/[={\s]/.test(file.text) || file.text.startsWith('@'))
      call.take('read', { ...file, text: file.text.replace(/^@/, '') })
}

const playbook = (call: ProgramCall): void => {
  vaultFile(call)
  const checks = call.name !== 'ansible-pull' && call.hasExactly('-C')
  if (checks || call.hasExactly('--check', ...ONLY_LISTS)) call.effect('net.fetch')
  else remote(call)
}

/** Modules that gather and answer. */
const ASKING =
  /^(?:ansible\.(?:builtin|windows)\.)?(?:ping|win_ping|setup|debug|gather_facts|stat|find|getent|service_facts|package_facts|assert|mount_facts|slurp_facts)$/

const adHoc = (call: ProgramCall): void => {
  if ((call.args.length === 0 && call.name === 'ansible') || call.hasExactly(...ONLY_LISTS)) return
  vaultFile(call)
  const name = textOf(call.value('-m', '--module-name')) ?? ''
  if (ASKING.test(name) || call.hasExactly('-C', '--check')) call.effect('net.fetch')
  else remote(call)
}

const vaulted: Behaviour = { does: ['secret.read'], operands: ['read'] }

const inventory = (call: ProgramCall): void => {
  for (const file of call.valuesOf('--output')) call.take('write', file)
  call.effect('net.fetch')
}

const salt = (call: ProgramCall): void => {
  const [, target] = call.operands
  const name = textOf(call.name === 'salt-call' ? call.operands[0] : target) ?? ''
  const asks =
    /^(?:test\.(?:ping|version|echo)|grains\.(?:items?|get|ls)|sys\.\w+|status\.\w+|disk\.\w+|network\.(?:interfaces|ip_addrs)|pkg\.(?:list_pkgs|version)|service\.(?:status|get_all)|state\.show_\w+|cp\.list_\w+)$/
  if (asks.test(name) || call.args.some((word) => /^test=true$/i.test(word.text)))
    call.effect('net.fetch')
  else if (name.startsWith('pillar.')) call.facts(['net.fetch', 'secret.read'])
  else remote(call)
}

const saltKeys = (call: ProgramCall): void => {
  if (call.has('-d', '-D', '--delete', '--delete-all', '-r', '-R', '--reject'))
    call.effect('destroy.infra')
  else if (call.has('-a', '-A', '--accept', '--accept-all', '--gen-keys')) call.effect('net.send')
  else call.effect('net.fetch')
}

const puppet = (call: ProgramCall): void => {
  const words = call.operands.map((word) => textOf(word) ?? '')
  const [verb = '', second = ''] = words
  if (
    call.hasExactly('--noop') ||
    /^(?:parser|facts?|lookup|config|help|describe|doc|epp|strings|lint)$/.test(verb)
  )
    call.effect(verb === 'config' && second === 'set' ? 'net.send' : 'net.fetch')
  else if (/^(?:clean|purge|deactivate|destroy|revoke|uninstall)$/.test(second))
    call.effect('destroy.infra')
  else if (verb === 'resource' && !words.some((word) => word.includes('=')))
    call.effect('net.fetch')
  else if (/^(?:list|search|show|status)$/.test(second)) call.effect('net.fetch')
  else remote(call)
}

export const AUTOMATION: ReadonlyArray<ProgramRow> = [
  {
    names: 'ansible-playbook ansible-pull ansible-navigator ansible-runner',
    options: {
      '-i -u -e --extra-vars -l --limit -t --tags -f --vault-password-file --vault-pass-file -U -d':
        'data',
    },
    run: playbook,
    examples: [
      'ansible-playbook a.yml => net.send, opaque remote-host',
      'ansible-playbook --check a.yml => net.fetch',
      'ansible-playbook a.yml --list-tags => net.fetch',
      'ansible-pull -U https://x.example/r -C main => net.send, opaque remote-host',
    ],
  },
  {
    names: 'ansible ansible-console',
    options: {
      '-i -m --module-name -a --args -u -e --extra-vars -l --limit -t -f -P -B --vault-password-file --become-user':
        'data',
    },
    run: adHoc,
    examples: [
      'ansible all -m ping => net.fetch',
      'ansible all -m shell -a "rm -rf /x" => net.send, opaque remote-host',
      'ansible all -a uptime => net.send, opaque remote-host',
      'ansible -h =>',
    ],
  },
  {
    names: 'ansible-doc ansible-config ansible-community',
    examples: ['ansible-doc -l =>', 'ansible-config dump =>'],
  },
  {
    names: 'ansible-lint molecule',
    flags: { '--fix --write': ['writes .'] },
    does: ['reads .', 'exec', 'project-code'],
    examples: ['ansible-lint a.yml => fs.read ., exec ansible-lint, opaque project-code'],
  },
  {
    names: 'ansible-test',
    does: ['exec', 'project-code'],
    examples: ['ansible-test sanity => exec ansible-test, opaque project-code'],
  },
  {
    names: 'ansible-inventory',
    options: { '-i --host --output --vault-password-file -l': 'data' },
    run: inventory,
    examples: [
      'ansible-inventory --list => net.fetch',
      'ansible-inventory --list --output a.json => fs.write a.json, net.fetch',
    ],
  },
  {
    names: 'ansible-vault',
    options: {
      '--vault-password-file --vault-id --new-vault-password-file': 'read',
      '--output': 'write',
      '--name -n': 'data',
    },
    sub: {
      'view decrypt edit': vaulted,
      'encrypt rekey create': { operands: ['write'] },
      encrypt_string: {},
    },
    examples: [
      'ansible-vault view a.yml => secret.read, fs.read a.yml',
      'ansible-vault encrypt a.yml => fs.write a.yml',
    ],
  },
  {
    names: 'ansible-galaxy',
    options: { '-p --roles-path --collections-path -r -s --server --token --api-key': 'data' },
    helps: true,
    sub: {
      'collection role': {
        sub: {
          'list search info verify': LOOKS,
          init: { does: ['writes .'] },
          'download build': { does: ['net.fetch', 'writes .'] },
          install: { does: ['net.fetch', 'exec', 'new-package'] },
          'publish import setup': { does: ['net.send'] },
          'remove delete': { does: ['destroy.infra'] },
        },
      },
      'list search info': LOOKS,
      init: { does: ['writes .'] },
      install: { does: ['net.fetch', 'exec', 'new-package'] },
    },
    examples: [
      'ansible-galaxy collection list => net.fetch',
      'ansible-galaxy role install a => net.fetch, exec ansible-galaxy, opaque new-package',
    ],
  },
  {
    names: 'salt salt-call salt-ssh salt-run',
    options: { '-L -G -E -C -b -t -c --out --timeout': 'data' },
    run: salt,
    examples: [
      "salt '*' test.ping => net.fetch",
      "salt '*' cmd.run 'rm -rf /x' => net.send, opaque remote-host",
    ],
  },
  {
    names: 'salt-key',
    run: saltKeys,
    examples: ['salt-key -L => net.fetch', 'salt-key -D => destroy.infra'],
  },
  {
    names: 'puppet bolt r10k',
    options: { '--environment --modulepath -e --targets -t': 'data' },
    run: puppet,
    examples: [
      'puppet agent --test --noop => net.fetch',
      'puppet apply a.pp => net.send, opaque remote-host',
      'puppet node clean a => destroy.infra',
    ],
  },
  service(
    'knife chef chef-client chef-solo chef-run inspec fabric capistrano cap pyinfra mina rex cfn-lint cfn-guard stacker sceptre former2 juju landscape foreman hammer maas cobbler',
    '-a -z -o -s -E -N -i -t -u -P -c -m --node --environment',
    {
      looks:
        'status, search, node list, node show, cookbook list, diff, check, detect, archive, cfn-lint, validate, controllers, models, debug-log, show-model, T',
      changes:
        'bootstrap, upload, cookbook upload, exec, deploy, launch, create, apply, push, converge, update, add-unit, add-model, config, relate, refresh, run',
      destroys:
        'node delete, client delete, cookbook delete, data bag delete, delete, destroy-model, destroy-controller, remove-application, remove-unit, remove-machine, kill-controller, release',
      enters: 'ssh, shell, winrm',
      bare: 'enters',
    },
    'knife node list => net.fetch',
    'knife node delete a -y => destroy.infra',
    'knife ssh a uptime => net.send, opaque remote-host',
    'chef-client => net.send, opaque remote-host',
  ),
]
