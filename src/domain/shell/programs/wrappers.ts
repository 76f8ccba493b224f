// Programs that run another command, named by their arguments: the inner command is read as itself.
import { setsLoader } from '../variables.ts'
import type { ProgramCall } from '../programCall.ts'
import type { ProgramRow } from '../program.ts'
import { type ShellWord, textOf } from '../word.ts'

/** The operands after the first `skip` are a command. */
const runs = (skip = 0) => (call: ProgramCall): void => call.around.inner(call.operands.slice(skip))

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

const joined = (words: ReadonlyArray<ShellWord>): ShellWord | undefined => {
  const [first] = words
  if (first === undefined) return undefined
  const dynamic = words.some((word) => word.is === 'dynamic')
  return { ...first, is: dynamic ? 'dynamic' : 'literal', text: words.map((word) => word.text).join(' ') }
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
  if (word !== undefined && /^(?:ls|list-sessions|kill-session|attach|a|has-session|capture-pane|list-windows)$/.test(word)) return
  call.effect('spawn', { name: call.name })
  if (verb === undefined || word === undefined) return
  if (word === 'send-keys' || word === 'send') {
    call.exec('dynamic-command')
    for (const key of rest) if (!/^(?:Enter|C-m|-t|C-\w)$/.test(key.text)) call.around.script(key.text, { certainty: 'possible' })
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
    options: { '-u --user -g --group -p --prompt -C -h --host -R --chroot -T -r -t -U -a -c': 'data', '-D --chdir': 'chdir' },
    run: withPrivilege,
    examples: ['sudo rm -rf /var =>', 'sudo -u root ls =>', 'sudo -i =>', 'doas cat /etc/shadow =>', 'sudo FOO=1 reboot =>'],
  },
  { names: 'su runuser', options: { '-c --command': 'data', '-s --shell': 'data' }, run: switchUser, examples: ['su - root -c "rm x" =>', 'su =>'] },
  {
    names: 'env',
    style: 'posix',
    options: { '-u --unset': 'data', '-C --chdir': 'chdir', '-S --split-string': 'data' },
    run: environment,
    examples: ['env A=1 rm a =>', 'env =>', 'env LD_PRELOAD=./x.so ls =>', 'env -S "rm a" =>'],
  },
  {
    names: 'nice ionice stdbuf chrt taskset setarch linux32 linux64 caffeinate unbuffer time gtime prlimit eatmydata',
    style: 'posix',
    options: { '-n --adjustment -c --class -p --pid -i --input -o --output -e --error -w -f --format': 'data' },
    run: runs(),
    examples: ['nice -n 5 rm a =>', 'time ls =>', 'stdbuf -oL cat a =>'],
  },
  { names: 'timeout gtimeout', style: 'posix', options: { '-s --signal -k --kill-after': 'data' }, run: runs(1), examples: ['timeout 5 rm a =>', 'timeout -s KILL 5s npm test =>'] },
  { names: 'nohup setsid daemonize', style: 'posix', run: background, examples: ['nohup node a.js =>'] },
  { names: 'command builtin', style: 'posix', run: looksUp, examples: ['command rm a =>', 'command -v rm =>'] },
  { names: 'exec', style: 'posix', options: { '-a': 'data' }, run: runs(), examples: ['exec rm a =>', 'exec 2>&1 =>'] },
  { names: 'watch viddy', style: 'posix', options: { '-n --interval -d': 'data' }, run: repeated, examples: ['watch -n 1 "rm a" =>'] },
  { names: 'chroot unshare nsenter systemd-nspawn', style: 'posix', options: { '-t --target --userspec --groups -S -G -w': 'data' }, run: elsewhere, examples: ['chroot /mnt rm a =>', 'nsenter -t 1 sh =>'] },
  { names: 'flock lockf', style: 'posix', options: { '-w --timeout -E': 'data', '-c --command': 'data' }, run: locked, examples: ['flock /tmp/l rm a =>'] },
  { names: 'script', style: 'posix', options: { '-c --command -t -o -m': 'data' }, run: recorded, examples: ['script -c "rm a" out =>'] },
  { names: 'strace ltrace dtruss gdb lldb valgrind perf rr heaptrack', style: 'posix', options: { '-o --output': 'write', '-e -p -s -u -S -E -x -ex': 'data' }, run: runs(), examples: ['strace -f ls =>'] },
  { names: 'tmux screen zellij', style: 'posix', options: { '-t -s -n -c -L -S -f': 'data' }, run: session, examples: ['tmux new -d "rm a" =>', 'tmux ls =>'] },
  { names: 'busybox toybox', style: 'posix', run: named, examples: ['busybox rm a =>'] },
]
