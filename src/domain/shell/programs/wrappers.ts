// Programs that run another command, named by their arguments: the inner command is read as itself.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { tellAssignment } from '../loaders.ts'
import { joined, type ShellWord, tailOf, textOf } from '../word.ts'
import { showsEnvironment } from './surroundings.ts'

/** The operands after the first `skip` are a command. */
const runs =
  (skip = 0) =>
  (call: ProgramCall): void => {
    const words = call.operands.slice(skip)
    call.runs(words[0]?.text === '--' ? words.slice(1) : words)
  }

/** Wrappers with operands of their own before the command: it begins where a known program stands. */
const firstKnown = (call: ProgramCall): void => {
  const words = call.operands
  const at = words.findIndex((word) => word.is === 'literal' && call.around.knows(word.text))
  if (words.length > 0) call.runs(at < 0 ? words : words.slice(at))
}

const withPrivilege = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  if (call.has('-e', '--edit')) {
    for (const word of call.operands) call.take('write', word)
    return
  }
  const words = [...call.operands]
  while (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0].text)) words.shift()
  if (words.length > 0) call.runs(words)
  else if (call.has('-i', '-s', '--login', '--shell')) call.exec('dynamic-command')
}

const switchUser = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  const text = call.value('-c', '--command')
  const dashes = call.args.findIndex((word) => word.text === '--')
  const command = dashes < 0 || call.name !== 'runuser' ? [] : call.args.slice(dashes + 1)
  if (text === undefined && command.length > 0) call.runs(command)
  else if (text === undefined) call.exec('dynamic-command')
  else call.shellText(text)
}

const SPLITS = /^(?:-[i0v]*S|--s(?:[a-z-]*)=?)/

/** Where the option that splits a text up stands; one of the program behind is that program's. */
const splitAt = (args: ReadonlyArray<ShellWord>): number => {
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (SPLITS.test(text)) return at
    if (!text.startsWith('-')) return -1
    if (/^(?:-[i0v]*[uC]|--unset|--chdir)$/.test(text)) at++
  }
  return -1
}

const environment = (call: ProgramCall): void => {
  const at = splitAt(call.args)
  if (at >= 0) {
    // The value is split up, and what follows are more words of the same command.
    const [option, ...rest] = call.args.slice(at)
    const own = tailOf(option!, SPLITS.exec(option!.text)![0].length)
    const line = joined(own.text === '' ? rest : [own, ...rest])
    if (line !== undefined) call.shellText(line)
    return
  }
  const words = [...call.operands]
  if (words[0]?.text === '-') words.shift()
  while (words[0] !== undefined && /^[A-Za-z_][\w%]*=/.test(words[0].text)) {
    const word = words.shift()!
    const at = word.text.indexOf('=')
    tellAssignment(call, word.text.slice(0, at), tailOf(word, at + 1))
  }
  if (words[0]?.text === '--') words.shift()
  if (words.length > 0) call.runs(words)
  else showsEnvironment(call)
}

/** `command -v x` only looks x up. */
const looksUp = (call: ProgramCall): void => {
  if (!call.has('-v', '-V')) call.runs(call.operands)
}

const background = (call: ProgramCall): void => {
  call.effect('spawn', { name: call.name })
  call.runs(call.operands)
}

/** watch hands its arguments to a shell as one line. */
const repeated = (call: ProgramCall): void => {
  const line = joined(call.operands)
  if (line !== undefined) call.shellText(line)
}

/** In another root or namespace: the paths there are taken for the ones here. */
const elsewhere = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  const words = call.name === 'chroot' ? call.operands.slice(1) : call.operands
  if (words.length > 0) call.runs(words)
  else if (call.args.length > 0) call.exec('dynamic-command')
}

const locked = (call: ProgramCall): void => {
  const [, ...words] = call.operands
  const text = call.value('-c', '--command') ?? (words[0]?.text === '-c' ? words[1] : undefined)
  if (text === undefined) call.runs(words)
  else call.shellText(text)
}

const recorded = (call: ProgramCall): void => {
  const text = call.value('-c', '--command')
  const [file, ...words] = call.operands
  if (file !== undefined) call.take('write', file)
  if (text !== undefined) call.shellText(text)
  else if (words[0]?.text === '-c' && words[1] !== undefined) call.shellText(words[1])
  else if (words.length > 0) call.runs(words)
}

/** `perf stat x` and its like name what is measured before the program. */
const measured = (call: ProgramCall): void => {
  const at = call.args.findIndex((word) => word.text === '--')
  if (at >= 0) call.runs(call.args.slice(at + 1))
  else if (/^(?:stat|record|trace|mem|c2c)$/.test(call.operands[0]?.text ?? ''))
    call.runs(call.operands.slice(1))
}

/** A debugger's own commands reach a shell by `shell` and `!`. */
const debugged = (call: ProgramCall): void => {
  const { args } = call
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    const value = args[at + 1]
    if (/^(?:--?(?:p|pid)(?:=.*)?|-p\d+)$/s.test(text)) {
      // Whoever is attached to a process has it do anything, or stand still.
      call.effect('privilege', { name: 'process' })
      if (/^--?(?:p|pid)$/.test(text)) at++
      continue
    }
    if (/^--?(?:c|core)$/.test(text)) {
      at++
      continue
    }
    if (/^--?(?:ex|iex|eval-command|o|O|one-line)$/.test(text) && value !== undefined) {
      debuggerLine(call, value)
      at++
    } else if (/^--?(?:x|command|s|source)$/.test(text) && value !== undefined) {
      call.exec('inline-code')
      at++
    } else if (text === '--' || !text.startsWith('-')) {
      call.runs(args.slice(text === '--' ? at + 1 : at))
      return
    }
  }
}

/** Lines that are programs, that call a function of the program or that write files. */
const DEBUGGER_CODE =
  /^\s*(?:python|py|pi|guile|gu|call|source|compile|expr|script|define|eval|dump|append|restore|generate-core-file|gcore|save|set logging|target|add-auto-load)\b|^\s*\w+\b.*[\w)\]]\s*\(/s

const debuggerLine = (call: ProgramCall, word: ShellWord): void => {
  const line = /^\s*(?:shell|platform shell|!|pipe)\s*(.*)$/s.exec(word.text)?.[1]
  if (line !== undefined) call.shellText({ ...word, text: line })
  else if (DEBUGGER_CODE.test(word.text.slice(0, 4096))) call.exec('inline-code')
}

const session = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  const word = textOf(verb)
  if (
    word !== undefined &&
    /^(?:ls|list-sessions|kill-session|attach|a|has-session|capture-pane|list-windows)$/.test(word)
  )
    return
  if (word !== undefined && /^(?:show-environment|showenv)$/.test(word)) {
    showsEnvironment(call)
    return
  }
  call.effect('spawn', { name: call.name })
  if (verb === undefined || word === undefined) return
  const stuffs = call.valuesOf('-X').some((value) => value.text === 'stuff')
  if (stuffs) {
    call.exec('dynamic-command')
    if (verb !== undefined) call.around.script(word, { certainty: 'possible' })
    return
  }
  if (word === 'send-keys' || word === 'send') {
    call.exec('dynamic-command')
    for (const key of rest)
      if (!/^(?:Enter|C-m|-t|C-\w)$/.test(key.text))
        call.around.script(key.text, { certainty: 'possible' })
    return
  }
  const line = rest.at(-1)
  if (/^new(?:-session|-window|w)?$|^split-window$|^run(?:-shell)?$/.test(word)) {
    if (line !== undefined && !line.text.startsWith('-')) call.shellText(line)
  } else call.runs(call.operands)
}

/** Everything after `--`, or else from the first program that is known. */
const afterDashes = (call: ProgramCall): void => {
  const at = call.args.findIndex((word) => word.text === '--')
  if (at >= 0) call.runs(call.args.slice(at + 1))
  else firstKnown(call)
}

/** Each operand is a command line of its own, run by a shell. */
const eachLine = (call: ProgramCall): void => {
  for (const word of [
    ...call.operands,
    ...call.valuesOf('-p', '--prepare', '-s', '--setup', '-c', '--cleanup', '-C', '--conclude'),
  ])
    call.shellText(word)
}

/** What runs whenever a file changes: `{}` and `/_` stand for the file. */
const onChange = (call: ProgramCall): void => {
  call.effect('spawn', { name: call.name })
  const line = call.has('-s') && call.name === 'entr' ? call.operands[0] : undefined
  if (line !== undefined) call.shellText(line)
  else call.runs(call.operands)
}

/** A unit of the service manager that runs a command once, or by the clock. */
const asUnit = (call: ProgramCall): void => {
  call.effect('spawn', { name: call.name })
  if ([...call.flagNames].some((flag) => flag.startsWith('--on-')))
    call.effect('persist', { name: call.name })
  if (!call.has('--user')) call.effect('privilege', { name: call.name })
  call.runs(call.operands)
}

/** `expect -c` and its like script programs; the text is a language of its own. */
const timed = (call: ProgramCall): void => call.runs(call.operands.slice(1))

const named = (call: ProgramCall): void => {
  const [applet, ...rest] = call.operands
  if (applet !== undefined) call.runs([applet, ...rest])
}

export const WRAPPERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'sudo doas pkexec run0 dzdo please',
    style: 'posix',
    options: {
      '-u --user -g --group -p --prompt -C -h --host -R --chroot -T -r -t -U -a -c': 'data',
      '-D --chdir': 'chdir',
    },
    run: withPrivilege,
    examples: [
      'sudo rm -rf /var => privilege sudo, fs.delete /var, destroy.system /var',
      'sudo -u root ls => privilege sudo, fs.read .',
      'sudo -i => privilege sudo, exec sudo, opaque dynamic-command',
      'doas cat /etc/shadow => privilege doas, fs.read /etc/shadow, secret.read /etc/shadow',
      'sudo FOO=1 reboot => privilege sudo, destroy.system',
    ],
  },
  {
    names: 'su runuser',
    options: { '-c --command': 'data', '-s --shell': 'data', '-u --user -g --group -G': 'data' },
    run: switchUser,
    examples: [
      'su - root -c "rm x" => privilege su, fs.delete x',
      'su => privilege su, exec su, opaque dynamic-command',
      'runuser -u x -- rm a => privilege runuser, fs.delete a',
    ],
  },
  {
    names: 'env',
    style: 'posix',
    options: { '-u --unset': 'data', '-C --chdir': 'chdir', '-S --split-string': 'data' },
    run: environment,
    examples: [
      'env A=1 -- rm a => fs.delete a',
      'env => secret.read environment',
      'env | grep ^PATH= =>',
      'env -u A FOO=1 ls => fs.read .',
      'env LD_PRELOAD=./x.so ls => opaque environment-code, fs.read .',
      'env -S "rm a" => fs.delete a',
      'env -iS "rm a" => fs.delete a',
      `env python3 -S -c 'import os; os.remove("a")' => exec python3, fs.delete a`,
      'env -S rm -rf a => fs.delete a',
      'env -C src rm a => fs.delete src/a',
    ],
  },
  {
    names: 'nice gnice',
    style: 'posix',
    options: { '-n --adjustment': 'data' },
    run: runs(),
    examples: ['nice -n 5 rm a => fs.delete a', 'nice rm a => fs.delete a'],
  },
  {
    names: 'ionice',
    style: 'posix',
    options: { '-c --class -n --classdata -p --pid -P -u': 'data' },
    run: runs(),
    examples: ['ionice -c 3 rm a => fs.delete a'],
  },
  {
    names: 'stdbuf',
    style: 'posix',
    options: { '-i --input -o --output -e --error': 'data' },
    run: runs(),
    examples: ['stdbuf -oL cat a => fs.read a', 'stdbuf -o L cat a => fs.read a'],
  },
  {
    names: 'chrt taskset numactl setarch',
    style: 'posix',
    options: { '-T -P -D': 'data' },
    run: firstKnown,
    examples: [
      'taskset 0x1 rm a => fs.delete a',
      'taskset -c 0 rm a => fs.delete a',
      'chrt -f 1 rm a => fs.delete a',
      'setarch x86_64 rm a => fs.delete a',
    ],
  },
  {
    names: 'arch',
    style: 'posix',
    options: { '-e -d': 'data' },
    run: runs(),
    examples: ['arch =>', 'arch -x86_64 rm a => fs.delete a'],
  },
  {
    names: 'caffeinate',
    style: 'posix',
    options: { '-t -w': 'data' },
    run: runs(),
    examples: ['caffeinate -i rm a => fs.delete a'],
  },
  {
    names: 'time gtime',
    style: 'posix',
    options: { '-f --format': 'data', '-o --output': 'write' },
    run: runs(),
    examples: ['time ls => fs.read .', '/usr/bin/time -v rm a => fs.delete a'],
  },
  {
    names: 'linux32 linux64 unbuffer eatmydata prlimit setpriv chronic ts sem',
    style: 'posix',
    run: firstKnown,
    examples: ['eatmydata rm a => fs.delete a', 'prlimit --nofile=9 rm a => fs.delete a'],
  },
  {
    names: 'timeout gtimeout',
    style: 'posix',
    options: { '-s --signal -k --kill-after': 'data' },
    run: runs(1),
    examples: [
      'timeout 5 rm a => fs.delete a',
      'timeout -s KILL 5s npm test => exec npm, opaque project-code',
    ],
  },
  {
    names: 'nohup setsid daemonize',
    style: 'posix',
    run: background,
    examples: ['nohup node a.js => spawn nohup, exec node, opaque unread-script'],
  },
  {
    names: 'command builtin',
    style: 'posix',
    run: looksUp,
    examples: ['command rm a => fs.delete a', 'command -v rm =>'],
  },
  {
    names: 'exec',
    style: 'posix',
    options: { '-a': 'data' },
    run: runs(),
    examples: ['exec rm a => fs.delete a', 'exec 2>&1 =>'],
  },
  {
    names: 'watch viddy',
    style: 'posix',
    options: { '-n --interval': 'data' },
    run: repeated,
    examples: ['watch -n 1 "rm a" => fs.delete a'],
  },
  {
    names: 'chroot unshare nsenter systemd-nspawn',
    style: 'posix',
    options: {
      '-t --target --userspec --groups -S -G -w --setuid --setgid --map-user --map-group': 'data',
      '-D -M --machine -u --user --bind': 'data',
    },
    run: elsewhere,
    examples: [
      'chroot /mnt rm a => privilege chroot, fs.delete a',
      'nsenter -t 1 -m rm a => privilege nsenter, fs.delete a',
      'unshare -r rm a => privilege unshare, fs.delete a',
    ],
  },
  {
    names: 'flock lockf',
    style: 'posix',
    options: { '-w --timeout -E': 'data', '-c --command': 'data' },
    run: locked,
    examples: ['flock /tmp/l rm a => fs.delete a', 'flock /tmp/l -c "rm a" => fs.delete a'],
  },
  {
    names: 'script',
    style: 'posix',
    options: { '-c --command -t -o -m': 'data' },
    run: recorded,
    examples: ['script -c "rm a" out => fs.write out, fs.delete a'],
  },
  {
    names: 'strace ltrace dtruss valgrind heaptrack',
    style: 'posix',
    options: { '-o --output': 'write', '-e -p -s -u -S -E -x -ex': 'data' },
    run: runs(),
    examples: ['strace -f ls => fs.read .'],
  },
  {
    names: 'perf rr',
    style: 'posix',
    run: measured,
    examples: [
      'perf stat -- rm a => fs.delete a',
      'perf record rm a => fs.delete a',
      'perf report =>',
    ],
  },
  {
    names: 'gdb lldb cgdb',
    style: 'posix',
    run: debugged,
    examples: [
      'gdb --args rm a => fs.delete a',
      'gdb -batch -ex "shell rm a" ./x => fs.delete a, exec ./x, opaque unread-script',
      'gdb -p 1 => privilege process',
      'gdb -p 1 -ex "shell rm a" => privilege process, fs.delete a',
      'gdb -batch -ex "p system(x)" => exec gdb, opaque inline-code',
    ],
  },
  {
    names: 'tmux screen zellij',
    style: 'posix',
    options: { '-t -s -n -c -L -S -f -X': 'data' },
    run: session,
    examples: [
      'tmux new -d "rm a" => spawn tmux, fs.delete a',
      'tmux ls =>',
      'tmux show-environment => secret.read environment',
    ],
  },
  {
    names: 'faketime',
    style: 'posix',
    options: { '-f --date-prog': 'data' },
    run: timed,
    examples: ['faketime "1 day ago" rm a => fs.delete a'],
  },
  {
    names:
      'rlwrap torsocks torify proxychains proxychains4 fakeroot xvfb-run dbus-run-session dbus-launch catchsegv trickle cpulimit cgexec sshpass gosu su-exec tini dumb-init with-contenv socksify tsocks prime-run gamemoderun mpirun mpiexec',
    style: 'posix',
    run: afterDashes,
    examples: [
      'rlwrap rm a => fs.delete a',
      'xvfb-run -a rm a => fs.delete a',
      'dbus-run-session -- rm a => fs.delete a',
      'gosu nobody rm a => fs.delete a',
    ],
  },
  {
    names: 'firejail bwrap proot systemd-inhibit numad',
    style: 'posix',
    run: afterDashes,
    examples: [
      'firejail --private rm a => fs.delete a',
      'bwrap --ro-bind / / rm a => fs.delete a',
      'proot -r x rm a => fs.delete a',
    ],
  },
  {
    names: 'hyperfine',
    options: {
      '-w --warmup -m --min-runs -M --max-runs -r --runs -n --command-name -S --shell -i': 'data',
      '-p --prepare -s --setup -c --cleanup -C --conclude': 'data',
      '--export-json --export-csv --export-markdown': 'write',
    },
    run: eachLine,
    examples: [
      'hyperfine -w 3 "rm a" "ls" => fs.delete a, fs.read .',
      'hyperfine -p "rm a" ls => fs.read ., fs.delete a',
    ],
  },
  {
    names: 'entr watchexec chokidar reflex',
    style: 'posix',
    options: { '-e --exts -w --watch -i --ignore -f --filter -d --debounce -r -g -s': 'data' },
    run: onChange,
    examples: [
      'entr rm a => spawn entr, fs.delete a',
      'watchexec -e js -- rm a => spawn watchexec, fs.delete a',
    ],
  },
  {
    names: 'systemd-run',
    style: 'posix',
    options: {
      '-p --property -u --unit -E --setenv -M --machine -H --host --slice --uid --gid --working-directory --description --on-calendar --on-active --on-boot':
        'data',
    },
    run: asUnit,
    examples: [
      'systemd-run --user rm a => spawn systemd-run, fs.delete a',
      'systemd-run --on-calendar=daily rm a => spawn systemd-run, persist systemd-run, privilege systemd-run, fs.delete a',
    ],
  },
  {
    names: 'sg',
    run: (call) => {
      call.effect('privilege', { name: 'sg' })
      const line = call.value('-c') ?? call.operands[1]
      if (line === undefined) call.exec('dynamic-command')
      else call.shellText(line)
    },
    options: { '-c': 'data' },
    examples: ['sg root -c "rm a" => privilege sg, fs.delete a'],
  },
  {
    names: 'busybox toybox',
    style: 'posix',
    run: named,
    examples: ['busybox rm a => fs.delete a'],
  },
]
