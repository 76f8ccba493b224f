// Programs that show the machine's logs, and the forms of them that wipe what was logged.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { verbOf } from './showing.ts'

const wipes = (call: ProgramCall): void => call.effect('destroy.data', { name: 'log' })

const kernelLog = (call: ProgramCall): void => {
  if (call.has('-c', '-C', '--clear', '--read-clear')) wipes(call)
  else if (call.has('-D', '-E', '-n', '--console-off', '--console-on', '--console-level'))
    call.effect('privilege', { name: 'dmesg' })
}

const journal = (call: ProgramCall): void => {
  for (const flag of call.flagNames)
    if (flag.length > 3 && '--vacuum-'.startsWith(flag.slice(0, 9))) {
      wipes(call)
      return
    }
  const changes = ['--rotate', '--flush', '--sync', '--relinquish-var', '--smart-relinquish-var']
  if (call.has(...changes, '--setup-keys', '--update-catalog'))
    call.effect('privilege', { name: 'journalctl' })
}

const unified = (call: ProgramCall): void => {
  const verb = verbOf(call)
  if (verb === 'erase') wipes(call)
  else if (verb === 'collect') {
    if (call.value('--output') === undefined) call.takeDirectory('write')
  } else if (verb === 'config' && !call.has('--status')) call.effect('privilege', { name: 'log' })
}

const rotate = (call: ProgramCall): void => {
  if (call.has('-d', '--debug')) return
  // Its configuration names the logs, and commands that run after them.
  call.effect('privilege', { name: 'logrotate' })
  call.exec('unread-script')
}

export const LOGS: ReadonlyArray<ProgramRow> = [
  {
    names: 'dmesg',
    options: {
      '-l --level -f --facility -s --buffer-size --since --until --time-format': 'data',
      '-F --file -K --kmsg-file': 'read',
      '-n --console-level': 'data',
    },
    run: kernelLog,
    examples: [
      'dmesg -T =>',
      'dmesg -Tc => destroy.data log',
      'dmesg --clear => destroy.data log',
      'dmesg -n 1 => privilege dmesg',
    ],
  },
  {
    names: 'journalctl',
    options: {
      '-u --unit -n --lines -p --priority -S --since -U --until -o --output -t --identifier -g --grep -b --boot -M --machine -F --field --output-fields --namespace --facility -c --cursor --after-cursor --user-unit --vacuum-time --vacuum-size --vacuum-files':
        'data',
      '-D --directory --file --root --image': 'read',
      '--cursor-file': 'write',
    },
    run: journal,
    examples: [
      'journalctl -u nginx -n 20 =>',
      'journalctl --vacuum-time=1d => destroy.data log',
      'journalctl --rotate => privilege journalctl',
    ],
  },
  {
    names: 'log',
    options: {
      '--predicate --last --style --start --end --level --process --size --type --timeout': 'data',
      '--archive --file': 'read',
      '--output': 'write',
    },
    run: unified,
    examples: ['log show --last 1h =>', 'log erase --all => destroy.data log'],
  },
  {
    names: 'logrotate',
    options: { '-s --state': 'write', '-m --mail': 'data', '-l --log': 'write' },
    operands: ['read'],
    run: rotate,
    examples: [
      'logrotate -d a.conf => fs.read a.conf',
      'logrotate a.conf => fs.read a.conf, privilege logrotate, exec logrotate, opaque unread-script',
    ],
  },
  {
    names: 'logger systemd-cat',
    options: {
      '-t --tag -p --priority -i --id -P --port': 'data',
      '-f --file': 'read',
      '-n --server': 'send',
    },
    does: ['writes /var/log'],
    examples: [
      'logger x => fs.write /var/log',
      'logger -n x.example y => net.send x.example, fs.write /var/log',
    ],
  },
  {
    names: 'updatedb makewhatis mandb',
    does: ['writes /var/cache'],
    examples: ['updatedb => fs.write /var/cache'],
  },
  { names: 'ausearch aureport', operands: ['data'], examples: ['ausearch -m avc =>'] },
]
