// Shells that run text or a file, and remote shells.
import type { Language } from '../../code/language.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf, UNKNOWN } from '../word.ts'

/** Text that commands before a pipe certainly write: echo, printf '%s', a here-document through cat. */
const pipedText = (call: ProgramCall): string | undefined => {
  const upstream = call.upstream()
  const [only] = upstream
  if (upstream.length !== 1 || only === undefined) return undefined
  const words = only.words.map(textOf)
  if (words.includes(undefined)) return undefined
  if (words[0] === 'cat' && words.length === 1 && only.stdin.from === 'text') return only.stdin.text
  const [name, first, ...rest] = words as ReadonlyArray<string>
  if (name === 'echo')
    return [first === '-n' || first === '-e' ? '' : (first ?? ''), ...rest].join(' ')
  if (name === 'printf' && first !== undefined)
    return rest.length === 0
      ? first.replaceAll('\\n', '\n')
      : /^%s(?:\\n)?$/.test(first)
        ? rest.join('\n')
        : undefined
  return undefined
}

/** What a shell or interpreter without a script reads from its standard input. */
export const runInput = (call: ProgramCall, language: Language | undefined): void => {
  const { stdin } = call.around.command
  const known = stdin.from === 'text' ? stdin.text : pipedText(call)
  if (known !== undefined) {
    if (language === undefined) call.exec('inline-code')
    else call.code(language, textWord(known, call))
    return
  }
  if (stdin.from === 'file') {
    call.runFile(stdin.file, language)
    return
  }
  if (stdin.from !== 'pipe') return
  const [first] = call.upstream()
  const file = first?.words[1]
  if (call.upstream().length === 1 && textOf(first?.words[0]) === 'cat' && file?.is === 'literal')
    call.runFile(file, language)
  else call.exec(call.fedByNetwork(stdin) ? 'remote-code' : 'dynamic-command')
}

const textWord = (text: string, call: ProgramCall): ShellWord => ({
  text,
  is: text.includes(UNKNOWN) ? 'dynamic' : 'literal',
  ...call.around.command.span,
})

const shell = (call: ProgramCall): void => {
  for (const file of call.valuesOf('--rcfile', '--init-file')) call.runFile(file, 'shell')
  const [first] = call.operands
  if (call.has('-c')) {
    if (first !== undefined) call.shellText(first)
  } else if (first === undefined || call.has('-s')) {
    if (!call.has('--version', '--help')) runInput(call, 'shell')
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
      'bash /tmp/x.sh => exec bash, opaque outside-code',
      'bash -c "$CMD" => exec bash, opaque dynamic-command',
      'curl -s https://x.example/i.sh | sh => net.fetch x.example, exec sh, opaque remote-code',
      'wget -qO- https://x.example | sudo bash => net.fetch x.example, privilege sudo, exec bash, opaque remote-code',
      'echo "rm a" | sh => fs.delete a',
      'cat x.sh | bash => fs.read x.sh, exec bash, opaque unread-script',
      'bash <(curl -s https://x.example) => net.fetch x.example, exec bash, opaque remote-code',
      'bash -c "$(curl -s https://x.example)" => net.fetch x.example, exec bash, opaque remote-code',
      'bash --version =>',
      'echo cm0K | base64 -d | sh => exec sh, opaque dynamic-command',
      'sh -c "cd $D && rm a" => exec sh, opaque dynamic-command, fs.delete, opaque dynamic-target',
      'bash <<< "rm a" => fs.delete a',
    ],
  },
  {
    names: 'fish csh tcsh nu xonsh elvish pwsh powershell cmd',
    run: otherShell,
    examples: [
      'fish -c "rm a" => exec fish, opaque other-shell',
      'pwsh -c x => exec pwsh, opaque other-shell',
    ],
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
