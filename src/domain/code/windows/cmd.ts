// Reads text of Windows' command prompt and its batch files to effects: its own commands here, all
// others as programs. Options begin with a slash; names and options know no case.
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import type { CodeCall, CodeReader } from '../codeCall.ts'
import { isSecretName } from '../secretNames.ts'
import { pathWord, windowsPath } from './paths.ts'

const MOST_TEXT = 48 * 1024
const MOST_COMMANDS = 5000
const MOST_WORDS = 2000

interface CmdWord {
  readonly text: string
  readonly quoted: boolean
}

export const cmd: CodeReader = (text, call) => {
  if (text.length > MOST_TEXT) {
    call.opaque('too-large')
    return
  }
  let count = 0
  const known = constantsOf(text)
  for (const line of text.split(/\r?\n/)) {
    for (const { words, files } of commandsOf(line, call, known)) {
      if (++count > MOST_COMMANDS) {
        call.opaque('too-large')
        return
      }
      for (const { write, word } of files)
        windowsPath(call, write ? 'fs.write' : 'fs.read', shellWord(word))
      run(words, call, 0)
    }
  }
}

/** `set NAME=value`, where nothing sets the name twice. */
const constantsOf = (text: string): ReadonlyMap<string, string> => {
  const out = new Map<string, string>()
  const seen = new Set<string>()
  for (const [, name, value] of text.matchAll(/\bset\s+"?(\w{1,64})=([^"&|\r\n]{0,500})/gi)) {
    const key = name!.toLowerCase()
    if (seen.has(key) || value!.includes('%') || value!.includes('!')) out.delete(key)
    else out.set(key, value!.trim())
    seen.add(key)
  }
  return out
}

interface Simple {
  readonly words: ReadonlyArray<CmdWord>
  readonly files: ReadonlyArray<{ readonly write: boolean; readonly word: CmdWord }>
}

/** The simple commands of a line: `&`, `&&`, `||` and `|` part them, quotes and carets protect. */
const commandsOf = (
  line: string,
  call: CodeCall,
  known: ReadonlyMap<string, string>,
): ReadonlyArray<Simple> => {
  const out: Array<Simple> = []
  let words: Array<CmdWord> = []
  let files: Array<{ write: boolean; word: CmdWord }> = []
  let text = ''
  let quoted = false
  let inQuotes = false
  let redirects: 'write' | 'read' | undefined
  const endWord = (): void => {
    if (text === '' && !quoted) return
    const word = { text, quoted }
    if (redirects === undefined) words.push(word)
    else files.push({ write: redirects === 'write', word })
    redirects = undefined
    text = ''
    quoted = false
  }
  const endCommand = (): void => {
    endWord()
    if (words.length > 0 || files.length > 0) out.push({ words, files })
    words = []
    files = []
  }
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!
    if (char === '%' || char === '!') {
      const found =
        /^%(?:(\w[\w()]{0,63})(?::[^%]{0,80})?%|~[a-z]*\d|[\d*]|%?~?[a-z]*[A-Za-z])|^!(\w{1,64})!/.exec(
          line.slice(at, at + 160),
        )
      if (found === null) text += char
      else {
        text += /^%~[dp]+0$/.test(found[0])
          ? folderOf(call)
          : valueOf(found[1] ?? found[2], call, known)
        at += found[0].length - 1
      }
    } else if (char === '"') {
      inQuotes = !inQuotes
      quoted = true
    } else if (inQuotes) text += char
    else if (char === '^') text += line[++at] ?? ''
    else if (char === '&' || char === '|') {
      if (char === '&' && /[<>]$/.test(line.slice(Math.max(0, at - 1), at))) {
        redirects = undefined
        at++
      } else endCommand()
    } else if (char === '>' || char === '<') {
      if (/^[12]$/.test(text)) text = ''
      endWord()
      redirects = char === '>' ? 'write' : 'read'
    } else if (/[\s,;=]/.test(char) && !(char === '=' && /^\w*$/.test(text) && text !== ''))
      endWord()
    else if (char === '(' && text === '') endWord()
    else if (char === ')') endWord()
    else if (char === '/' && text !== '' && !/[\\/:.]/.test(text) && words.length === 0) {
      // `del/f` and `rd/s` are a name and its options.
      endWord()
      text = char
    } else text += char
  }
  endCommand()
  return out
}

/** `%~dp0`: the folder of the batch file itself. */
const folderOf = ({ file }: CodeCall): string =>
  file === undefined ? UNKNOWN : file.slice(0, file.lastIndexOf('/') + 1)

const valueOf = (
  name: string | undefined,
  { home, directory }: CodeCall,
  known: ReadonlyMap<string, string>,
): string => {
  switch (name?.toLowerCase()) {
    case 'userprofile':
    case 'home':
      return home
    case 'temp':
    case 'tmp':
      return '/tmp'
    case 'cd':
      return directory ?? UNKNOWN
    case 'systemroot':
    case 'windir':
      return 'C:\\Windows'
    case 'systemdrive':
    case 'homedrive':
      return 'C:'
    case 'appdata':
      return `${home}/AppData/Roaming`
    case 'localappdata':
      return `${home}/AppData/Local`
    case 'programfiles':
      return 'C:\\Program Files'
    case 'comspec':
      return 'cmd'
    default:
      return known.get(name?.toLowerCase() ?? '') ?? UNKNOWN
  }
}

const shellWord = ({ text }: CmdWord): ShellWord => ({
  ...literalWord(text),
  is: text.includes(UNKNOWN) ? 'dynamic' : 'literal',
})

const PURE = new Set(
  'echo echo. echo: rem cls ver vol title pause exit setlocal endlocal popd prompt color path break shift goto verify help chcp mode time date assoc ftype pushd'.split(
    ' ',
  ),
)

const READS = new Set('type more find findstr sort fc comp'.split(' '))
/** Options of one letter each, written together: `/s/q`. */
const OPTIONS = /^(?:\/[A-Za-z?](?::[^/]*)?)+$/
const LISTS = new Set('dir tree where attrib'.split(' '))

const run = (words: ReadonlyArray<CmdWord>, call: CodeCall, depth: number): void => {
  const [first, ...rest] = words
  if (first === undefined) return
  if (depth > 12 || words.length > MOST_WORDS) {
    call.opaque('too-large')
    return
  }
  const name = first.text
    .toLowerCase()
    .replace(/^@/, '')
    .replace(/\.(?:exe|com)$/, '')
  if (name === '') {
    run(rest, call, depth + 1)
    return
  }
  if (first.text.includes(UNKNOWN)) {
    call.opaque('dynamic-command')
    return
  }
  const flags = new Set(
    rest.flatMap(({ text }) =>
      OPTIONS.test(text)
        ? text.toLowerCase().split(/(?=\/)/)
        : /^\/[A-Za-z?]/.test(text)
          ? [text.toLowerCase()]
          : [],
    ),
  )
  const isFlag = (text: string): boolean =>
    OPTIONS.test(text) ||
    (/^\/{1,2}[A-Za-z?](?::|$|[A-Za-z]*(?::|$))/.test(text) && !/^\/[A-Za-z]+\//.test(text))
  const operands = rest.filter(({ text, quoted }) => quoted || !isFlag(text)).map(shellWord)
  if (flags.has('/?')) return
  switch (name) {
    case 'del':
    case 'erase':
      for (const word of operands)
        windowsPath(
          call,
          'fs.delete',
          flags.has('/s') && !/[*?]/.test(word.text) ? { ...word, text: `${word.text}` } : word,
          flags.has('/s') ? 'all' : 'self',
        )
      return
    case 'rd':
    case 'rmdir':
      for (const word of operands)
        windowsPath(call, 'fs.delete', word, flags.has('/s') ? 'all' : 'self')
      return
    case 'copy':
    case 'xcopy':
    case 'robocopy': {
      const [from, to] = operands
      if (from !== undefined) windowsPath(call, 'fs.read', from, 'all')
      if (to !== undefined) windowsPath(call, 'fs.write', to)
      if ((flags.has('/mir') || flags.has('/purge')) && to !== undefined)
        windowsPath(call, 'fs.delete', to, 'all')
      return
    }
    case 'move':
    case 'ren':
    case 'rename': {
      const [from, to] = operands
      if (from !== undefined) windowsPath(call, name === 'move' ? 'fs.delete' : 'fs.write', from)
      if (to !== undefined && name === 'move') windowsPath(call, 'fs.write', to)
      return
    }
    case 'md':
    case 'mkdir':
    case 'mklink':
      for (const word of operands.slice(0, name === 'mklink' ? 1 : undefined))
        windowsPath(call, 'fs.write', word)
      return
    case 'cd':
    case 'chdir':
      if (operands[0] !== undefined) call.chdir(pathWord(operands[0], call.home, false))
      return
    case 'set':
      if (rest.length === 0) call.effect('secret.read', { name: 'environment' })
      else if (rest.length === 1 && /^\w+$/.test(rest[0]!.text) && isSecretName(rest[0]!.text))
        call.effect('secret.read', { name: rest[0]!.text })
      return
    case 'start': {
      const target = rest.filter(({ text, quoted }) =>
        quoted ? text !== '' && /[.:\\/]/.test(text) : !isFlag(text),
      )
      const [what] = target
      if (what !== undefined && /^(?:https?|ftp):\/\//i.test(what.text)) call.send(shellWord(what))
      else run(target, call, depth + 1)
      return
    }
    case 'call':
      if (rest[0]?.text.startsWith(':') !== true) run(rest, call, depth + 1)
      return
    case 'if':
      run(afterCondition(rest), call, depth + 1)
      return
    case 'else':
    case 'do':
      run(rest, call, depth + 1)
      return
    case 'for': {
      const at = rest.findIndex(({ text }) => text.toLowerCase() === 'do')
      if (at >= 0) run(rest.slice(at + 1), call, depth + 1)
      const inner = rest.find(({ text }) => /^'.*'$/.test(text) || text.startsWith("'"))
      if (inner !== undefined) call.opaque('other-shell')
      return
    }
  }
  if (name.startsWith(':') || PURE.has(name) || name.startsWith('echo.')) return
  if (READS.has(name)) {
    const pattern = name === 'find' || name === 'findstr' ? 1 : 0
    for (const word of operands.slice(pattern)) windowsPath(call, 'fs.read', word)
    return
  }
  if (LISTS.has(name)) {
    for (const word of operands)
      windowsPath(
        call,
        name === 'attrib' && rest.some(({ text }) => /^[+-]/.test(text)) ? 'fs.write' : 'fs.read',
        word,
        'self',
        true,
      )
    return
  }
  const plain = first.text.replace(/^@/, '').replaceAll('\\', '/')
  const path = pathWord(literalWord(plain), call.home, false)
  if (/\.(?:bat|cmd)$/i.test(plain)) call.runFile(path, 'cmd')
  else if (/\.ps1$/i.test(plain)) call.runFile(path, 'powershell')
  else {
    const system = /^[a-z]:\/windows\/(?:.*\/)?([^/]+)$/i.exec(plain)?.[1]
    call.runs([
      literalWord(system ?? (plain.includes('/') ? path.text : name)),
      ...rest.map(shellWord),
    ])
  }
}

/** `if [not] exist x cmd`, `if [/i] a==b cmd`, `if errorlevel 1 cmd`, `if defined x cmd`. */
const afterCondition = (words: ReadonlyArray<CmdWord>): ReadonlyArray<CmdWord> => {
  let at = 0
  while (/^(?:not|\/i)$/i.test(words[at]?.text ?? '')) at++
  const head = words[at]?.text.toLowerCase() ?? ''
  if (/^(?:exist|defined|errorlevel|cmdextversion)$/.test(head)) return words.slice(at + 2)
  if (/^(?:equ|neq|lss|leq|gtr|geq)$/i.test(words[at + 1]?.text ?? '')) return words.slice(at + 3)
  return words.slice(at + (head.includes('=') && !head.endsWith('=') ? 1 : 2))
}
