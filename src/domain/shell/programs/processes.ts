// Programs that stop what runs, or say what runs and when: signals, services, power, schedules.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type CommandRange, textOf } from '../word.ts'
import { names, verbOf } from './showing.ts'
import { showsEnvironment } from './surroundings.ts'

/** Killing the client or the gate leaves the session without its gate. */
const GATE = /claude|isonapse/i

const mentions = (call: ProgramCall, range: CommandRange | undefined): boolean =>
  call.commandsIn(range).some((command) => command.words.some((word) => GATE.test(word.text)))

const EVERYTHING = new Set(['-1', '1'])

const kills = (call: ProgramCall): void => {
  const words = call.operands
  if (call.hasExactly('-l', '-L', '--list', '--table')) return
  if (call.args.length === 0 && call.name !== 'xkill') return
  // Signal 0 only asks whether the process is there.
  if (call.hasExactly('-0') || textOf(call.value('-s', '--signal', '-n')) === '0') return
  const ofGate = words.some(
    (word) => GATE.test(word.text) || (word.is === 'dynamic' && mentions(call, word.source)),
  )
  if (ofGate) call.effect('tamper', { name: 'client-process' })
  if (call.name === 'kill') {
    // Process 1 and -1 are everything that the user runs; a job is the script's own.
    const dashed = call.args.findLastIndex((word) => word.text === '-1')
    const all = words.some((word) => EVERYTHING.has(word.text)) || dashed > 0
    // A group of processes, not known before it runs: `-$!`.
    const group = call.args.some((word) => word.is === 'dynamic' && word.text.startsWith('-'))
    if (all) call.effect('destroy.system')
    else if (
      group ||
      words.some((word) => word.job !== true && !/^%(?:\d+|[%+-])?$/.test(word.text))
    )
      call.effect('destroy.data', { name: 'process' })
    return
  }
  const whole =
    (call.has('-u', '-U', '--uid', '--euid') && words.length === 0) ||
    words.some((word) => /^(?:\^?\.[*+]?\$?|\*)?$/.test(word.text)) ||
    call.name === 'killall5'
  if (whole) call.effect('destroy.system')
  else if (!ofGate) call.effect('destroy.data', { name: 'process' })
}

const SHOWS = names(
  'status show cat help get-default print blame list plist version dump print-cache print-disabled procinfo hostinfo resolveport ' +
    'examine dumpstate dumpjpcategory managerpid manageruid managername error variant getenv user-status session-status seat-status ' +
    'show-session show-user show-seat show-config avail tail pid maintail log-level log-target usage check-config is-active ' +
    'is-enabled is-failed is-system-running critical-chain time plot dot verify condition calendar timestamp timespan security unit-files',
)

const STARTS =
  /^(?:enable|reenable|preset|preset-all|link|edit|revert|set-default|load|bootstrap|submit|add|import-environment|set-environment|enable-linger|add-wants|add-requires|default|mask|unmask|disable|disable-linger|setenv|config|reread|update)$/

const HALTS =
  /^(?:isolate|rescue|emergency|halt|poweroff|reboot|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|default)$/

const services = (call: ProgramCall): void => {
  const second = /^(?:service|rc-service|invoke-rc.d)$/.test(call.name)
  const [first, other] = [verbOf(call), verbOf(call, 1)]
  if (second && call.hasExactly('--status-all')) return
  const verb = second ? other || (call.args.length > 0 ? '?' : '') : first
  if (verb === 'show-environment') {
    showsEnvironment(call)
    return
  }
  if (verb === '' || SHOWS.has(verb) || verb.startsWith('list-')) return
  if (call.name === 'launchctl' && verb === 'limit' && call.operands.length < 3) return
  if (call.name === 'sv' && /^(?:s|st|stat)$/.test(verb)) return
  if (HALTS.test(verb)) call.effect('destroy.system', { name: verb })
  else if (STARTS.test(verb)) call.effect('persist', { name: call.name })
  else call.effect('privilege', { name: call.name })
}

const power = (call: ProgramCall): void => {
  if (call.hasExactly('--help', '--show', '-?')) return
  if (call.hasExactly('-c') && call.name === 'shutdown') {
    call.effect('privilege', { name: 'shutdown' })
    return
  }
  if (/^(?:tel)?init$/.test(call.name) && !/^[0-6sSqQ]$/.test(verbOf(call))) {
    if (call.operands.length > 0) call.effect('privilege', { name: 'init' })
    return
  }
  call.effect('destroy.system')
}

const schedule = (call: ProgramCall): void => {
  if (call.hasExactly('-l', '-V', '-T')) return
  if (call.hasExactly('-r')) call.effect('destroy.data', { name: 'crontab' })
  const [file] = call.operands
  if (file !== undefined && file.text !== '-') call.take('read', file)
  call.effect('persist', { name: 'crontab' })
}

const later = (call: ProgramCall): void => {
  if (call.hasExactly('-l', '-c', '-V') || call.name === 'atq') return
  call.effect('persist', { name: call.name })
  if (call.name === 'atrm' || call.hasExactly('-d', '-r')) return
  const { stdin } = call.around.command
  if (stdin.from === 'text') call.around.script(stdin.text, { certainty: 'possible' })
  else if (call.value('-f') === undefined) call.exec('dynamic-command')
}

export const PROCESSES: ReadonlyArray<ProgramRow> = [
  {
    names: 'kill pkill killall xkill skill killall5',
    style: 'long',
    options: { '-s --signal -n -t -P -g -G -o -z': 'data' },
    run: kills,
    examples: [
      'kill 1234 => destroy.data process',
      'kill -0 1234 =>',
      'kill %1 =>',
      'kill -l =>',
      'sleep 9 & kill $! => spawn background',
      'sleep 9 & P=$!; kill -9 "$P" => spawn background',
      'sleep 9 & P=$!; kill $P 1 => spawn background, destroy.system',
      'kill $P => destroy.data process',
      'kill -- -$! => destroy.data process',
      'kill -9 -$P => destroy.data process',
      'kill 0 => destroy.data process',
      'pkill claude => tamper client-process',
      'kill -9 -1 => destroy.system',
      'killall node => destroy.data process',
      'kill $(pgrep isonapse) => tamper client-process, destroy.data process',
      'kill -9 -- -1 => destroy.system',
      'pkill -9 -u dev => destroy.data process',
      'pkill -9 . => destroy.system',
    ],
  },
  {
    names: 'shutdown reboot halt poweroff init telinit',
    run: power,
    examples: [
      'reboot => destroy.system',
      'shutdown -h now => destroy.system',
      'shutdown -c => privilege shutdown',
      'init 0 => destroy.system',
    ],
  },
  {
    names: 'crontab',
    options: { '-u': 'data' },
    run: schedule,
    examples: [
      'crontab -l =>',
      'crontab a.cron => fs.read a.cron, persist crontab',
      'echo x | crontab - => persist crontab',
      'crontab -r => destroy.data crontab, persist crontab',
    ],
  },
  {
    names: 'at batch atq atrm',
    options: { '-f': 'read', '-q -t': 'data' },
    run: later,
    examples: [
      'at -l =>',
      'echo rm | at now => persist at, exec at, opaque dynamic-command',
      'atrm 3 => persist atrm',
    ],
  },
  {
    names:
      'systemctl service launchctl rc-service rc-update rc-status invoke-rc.d chkconfig update-rc.d sv supervisorctl loginctl machinectl initctl systemd-analyze',
    options: {
      '-t --type -p --property -n --lines -o --output -H --host -M --machine --state --job-mode --kill-whom -s --signal':
        'data',
    },
    run: services,
    examples: [
      'systemctl status x =>',
      'systemctl --user list-timers =>',
      'systemctl enable x => persist systemctl',
      'launchctl load a.plist => persist launchctl',
      'launchctl print system =>',
      'systemctl stop x => privilege systemctl',
      'systemctl poweroff => destroy.system poweroff',
      'service nginx restart => privilege service',
      'service --status-all =>',
      'systemctl list-units =>',
      'systemctl --user show-environment => secret.read environment',
      'loginctl terminate-user x => privilege loginctl',
    ],
  },
  {
    names: 'renice chcpu schedtool snice',
    run: (call) => {
      if (call.args.length > 0) call.effect('privilege', { name: call.name })
    },
    examples: ['renice -n 5 -p 12 => privilege renice'],
  },
]
