// Programs that run another command, named by their arguments: the inner command is read as itself.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { setsLoader } from '../variables.ts'
import { joined, textOf } from '../word.ts'

/** The operands after the first `skip` are a command. */
const runs =
  (skip = 0) =>
  (call: ProgramCall): void =>
    call.around.inner(call.operands.slice(skip))

/** Wrappers with operands of their own before the command: it begins where a known program stands. */
const firstKnown = (call: ProgramCall): void => {
  const words = call.operands
  const at = words.findIndex((word) => word.is === 'literal' && call.around.knows(word.text))
  if (words.length > 0) call.around.inner(at < 0 ? words : words.slice(at))
}

const withPrivilege = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  if (call.has('-e', '--edit')) {
    for (const word of call.operands) call.take('write', word)
    return
  }
  const words = [...call.operands]
  while (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0].text)) words.shift()
  if (words.length > 0) call.around.inner(words)
  else if (call.has('-i', '-s', '--login', '--shell')) call.exec('dynamic-command')
}

const switchUser = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  const text = call.value('-c', '--command')
  if (text === undefined) call.exec('dynamic-command')
  else call.shellText(text)
}

const environment = (call: ProgramCall): void => {
  const split = call.value('-S', '--split-string')
  if (split !== undefined) call.shellText(split)
  const words = [...call.operands]
  while (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0].text)) {
    if (setsLoader(words[0].text)) call.opaque('environment-code')
    words.shift()
  }
  if (words[0]?.text === '--') words.shift()
  call.around.inner(words)
}

/** `command -v x` only looks x up. */
const looksUp = (call: ProgramCall): void => {
  if (!call.has('-v', '-V')) call.around.inner(call.operands)
}

const background = (call: ProgramCall): void => {
  call.effect('spawn', { name: call.name })
  call.around.inner(call.operands)
}

/** watch hands its arguments to a shell as one line. */
const repeated = (call: ProgramCall): void => {
  const line = joined(call.operands)
  if (line !== undefined) call.shellText(line)
}

const elsewhere = (call: ProgramCall): void => {
  call.effect('privilege', { name: call.name })
  const [root, ...words] = call.operands
  if (root === undefined) return
  if (words.length > 0) call.around.inner(words)
  else call.exec('dynamic-command')
}

const locked = (call: ProgramCall): void => {
  const text = call.value('-c', '--command')
  if (text === undefined) call.around.inner(call.operands.slice(1))
  else call.shellText(text)
}

const recorded = (call: ProgramCall): void => {
  const text = call.value('-c', '--command')
  const [file, ...words] = call.operands
  if (file !== undefined) call.take('write', file)
  if (text !== undefined) call.shellText(text)
  else if (words.length > 0) call.around.inner(words)
}

const session = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  const word = textOf(verb)
  if (
    word !== undefined &&
    /^(?:ls|list-sessions|kill-session|attach|a|has-session|capture-pane|list-windows)$/.test(word)
  )
    return
  call.effect('spawn', { name: call.name })
  if (verb === undefined || word === undefined) return
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
  } else call.around.inner(call.operands)
}

const named = (call: ProgramCall): void => {
  const [applet, ...rest] = call.operands
  if (applet !== undefined) call.around.inner([applet, ...rest])
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
    options: { '-c --command': 'data', '-s --shell': 'data' },
    run: switchUser,
    examples: [
      'su - root -c "rm x" => privilege su, fs.delete x',
      'su => privilege su, exec su, opaque dynamic-command',
    ],
  },
  {
    names: 'env',
    style: 'posix',
    options: { '-u --unset': 'data', '-C --chdir': 'chdir', '-S --split-string': 'data' },
    run: environment,
    examples: [
      'env A=1 -- rm a => fs.delete a',
      'env =>',
      'env LD_PRELOAD=./x.so ls => opaque environment-code, fs.read .',
      'env -S "rm a" => fs.delete a',
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
    options: { '-n --interval -d': 'data' },
    run: repeated,
    examples: ['watch -n 1 "rm a" => fs.delete a'],
  },
  {
    names: 'chroot unshare nsenter systemd-nspawn',
    style: 'posix',
    options: { '-t --target --userspec --groups -S -G -w': 'data' },
    run: elsewhere,
    examples: [
      'chroot /mnt rm a => privilege chroot, fs.delete a',
      'nsenter -t 1 sh => privilege nsenter, exec nsenter, opaque dynamic-command',
    ],
  },
  {
    names: 'flock lockf',
    style: 'posix',
    options: { '-w --timeout -E': 'data', '-c --command': 'data' },
    run: locked,
    examples: ['flock /tmp/l rm a => fs.delete a'],
  },
  {
    names: 'script',
    style: 'posix',
    options: { '-c --command -t -o -m': 'data' },
    run: recorded,
    examples: ['script -c "rm a" out => fs.write out, fs.delete a'],
  },
  {
    names: 'strace ltrace dtruss gdb lldb valgrind perf rr heaptrack',
    style: 'posix',
    options: { '-o --output': 'write', '-e -p -s -u -S -E -x -ex': 'data' },
    run: runs(),
    examples: ['strace -f ls => fs.read .'],
  },
  {
    names: 'tmux screen zellij',
    style: 'posix',
    options: { '-t -s -n -c -L -S -f': 'data' },
    run: session,
    examples: ['tmux new -d "rm a" => spawn tmux, fs.delete a', 'tmux ls =>'],
  },
  {
    names: 'busybox toybox',
    style: 'posix',
    run: named,
    examples: ['busybox rm a => fs.delete a'],
  },
]
