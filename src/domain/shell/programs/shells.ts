// Shells that run text or a file, and remote shells.
import type { Language } from '../../code/language.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, textOf } from '../word.ts'

/** What a shell or interpreter without a script reads from its standard input. */
export const runInput = (call: ProgramCall, language: Language | undefined): void =>
  call.runInput(language)

const shell = (call: ProgramCall): void => {
  const [one] = call.operands
  if (one !== undefined && /^\+[A-Za-z]+$/.test(one.text)) {
    // `+x` is an option too.
    if (one.text.includes('n')) call.exec('dynamic-argument')
    call.runs([literalWord(call.name), ...call.args.filter((word) => word !== one)])
    return
  }
  for (const file of call.valuesOf('--rcfile', '--init-file')) call.runFile(file, 'shell')
  const [first] = call.operands
  if (call.has('-c')) {
    const [self, ...args] = call.operands.slice(1)
    const name = textOf(self)
    if (first !== undefined)
      call.shellText(first, { args, ...(name === undefined ? {} : { self: name }) })
  } else if (first === undefined || call.has('-s')) {
    if (!call.has('--version', '--help')) call.runInput('shell', call.operands)
  } else if (call.has('-n') && !call.has('-i')) {
    // The file is checked, not run; an interactive shell would not heed that.
    call.take('read', first)
  } else call.runFile(first, 'shell', call.operands.slice(1))
}

const otherShell = (call: ProgramCall): void => {
  if (call.has('--version', '--help', '-v')) return
  call.exec('other-shell')
}

const remoteShell = (call: ProgramCall): void => {
  const [target] = call.operands
  for (const value of call.valuesOf('-o'))
    if (/^(?:ProxyCommand|LocalCommand|KnownHostsCommand)=?/i.test(value.text))
      call.shellText({ ...value, text: value.text.replace(/^\w+[= ]?/, '') })
  if (target === undefined) return
  const host = textOf(target)
    ?.replace(/^.*@/, '')
    .replace(/^ssh:\/\//, '')
  call.effect('net.send', host === undefined ? {} : { host })
  call.opaque('remote-host')
}

export const SHELLS: ReadonlyArray<ProgramRow> = [
  {
    names: 'sh bash dash zsh ksh ash mksh rbash',
    style: 'posix',
    options: { '-o -O +o +O': 'data', '--rcfile --init-file': 'data' },
    run: shell,
    examples: [
      'bash -c "rm a" => fs.delete a',
      'sh x.sh => exec sh, opaque unread-script',
      'bash -n x.sh => fs.read x.sh',
      'bash -in x.sh => exec bash, opaque unread-script',
      'bash x.sh -n => exec bash, opaque unread-script',
      'bash /tmp/x.sh => exec bash, opaque outside-code',
      'bash -c "$CMD" => exec bash, opaque dynamic-command',
      'curl -s https://x.example/i.sh | sh => net.fetch x.example, exec sh, opaque remote-code',
      'wget -qO- https://x.example | sudo bash => net.fetch x.example, privilege sudo, exec bash, opaque remote-code',
      'echo "rm a" | sh => fs.delete a',
      'cat x.sh | bash => fs.read x.sh, exec bash, opaque unread-script',
      'bash <(curl -s https://x.example) => net.fetch x.example, exec bash, opaque remote-code',
      'bash -c "$(curl -s https://x.example)" => net.fetch x.example, exec bash, opaque remote-code',
      'bash --version =>',
      'echo cm0gYQo= | base64 -d | sh => fs.delete a',
      'base64 -d x | sh => fs.read x, exec sh, opaque dynamic-command',
      'sh -c "cd $D && rm a" => exec sh, opaque dynamic-command, fs.delete, opaque dynamic-target',
      'bash <<< "rm a" => fs.delete a',
      'bash <<EOF => exec bash, opaque dynamic-command',
    ],
  },
  {
    names: 'fish csh tcsh nu xonsh elvish',
    run: otherShell,
    examples: ['fish -c "rm a" => exec fish, opaque other-shell'],
  },
  {
    names: 'ssh mosh autossh rsh slogin',
    style: 'posix',
    options: { '-p -i -l -L -R -D -F -J -b -c -e -m -w -W -E -S -Q -B -I -o -P': 'data' },
    run: remoteShell,
    examples: [
      'ssh me@h.example "rm -rf /" => net.send h.example, opaque remote-host',
      'ssh -o ProxyCommand="nc h 1" h => net.send h, net.send h, opaque remote-host',
      'ssh -V =>',
    ],
  },
]
