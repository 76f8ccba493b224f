// Programs whose output is a plain function of their arguments and input, evaluated where both are
// known: what hides a command behind `base64 -d`, `tr` or `printf` is read as what it is. An unknown
// piece of the input stays an unknown piece of the output; a form that is not listed is unknown.
import { baseName, normalise } from '../action/paths.ts'
import { fromBase32, fromBase64, fromHex, unescaped } from '../decoding.ts'
import { UNKNOWN } from './word.ts'

export interface TextCall {
  readonly args: ReadonlyArray<string>
  /** Undefined: nothing is known of it. */
  readonly input: string | undefined
  readonly cwd: string | undefined
  readonly project: string | undefined
  readonly file: (path: string) => string | undefined
}

type TextProgram = (call: TextCall) => string | undefined

const linesOf = (text: string): ReadonlyArray<string> =>
  (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')

const asLines = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join('')

const echo: TextProgram = ({ args }) => {
  let at = 0
  let escapes = false
  let newline = '\n'
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++) {
    if (args[at]!.includes('n')) newline = ''
    if (args[at]!.includes('e')) escapes = true
  }
  const text = args.slice(at).join(' ')
  return (escapes ? unescaped(text) : text) + newline
}

const MOST_ROUNDS = 64

/** The format is used again while arguments are left. */
const printf: TextProgram = ({ args }) => {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args
  if (format === undefined || format === '-v') return ''
  const pieces = format.match(/%%|%[-+ #0]*[\d*]*(?:\.\d+)?[a-zA-Z]|\\.|[^%\\]+|[%\\]/gs) ?? []
  let out = ''
  let at = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let run = ''
    const flush = (): void => {
      out += unescaped(run)
      run = ''
    }
    for (const piece of pieces) {
      if (!piece.startsWith('%') || piece === '%%' || piece === '%') {
        run += piece === '%%' ? '%' : piece
        continue
      }
      flush()
      const value = values[at++] ?? ''
      const kind = piece.at(-1)!
      if (kind === 's' || kind === 'q') out += value
      else if (kind === 'b') out += unescaped(value)
      else if (kind === 'c') out += value.slice(0, 1)
      else if ('diuxXo'.includes(kind)) {
        const number = /^['"]/.test(value) ? value.codePointAt(1) : Number(value || '0')
        if (number === undefined || !Number.isInteger(number)) return undefined
        const digits = number.toString(kind === 'o' ? 8 : kind.toLowerCase() === 'x' ? 16 : 10)
        const width = Number(/^%0?(\d{1,2})/.exec(piece)?.[1] ?? 0)
        out += digits.padStart(width, piece.startsWith('%0') ? '0' : ' ')
      } else return undefined
    }
    flush()
    if (at >= values.length || at === 0) return out
  }
  return undefined
}

/** Operands as files, `-` and none at all as the input. */
const inputOf = (call: TextCall, operands: ReadonlyArray<string>): string | undefined => {
  if (operands.length === 0) return call.input
  let text = ''
  for (const operand of operands) {
    text += (operand === '-' ? call.input : call.file(operand)) ?? `${UNKNOWN}\n`
  }
  return text
}

/** Flags, values of the options that take one, and operands. */
const split = (
  args: ReadonlyArray<string>,
  valued: string,
): { flags: string; values: Map<string, string>; operands: Array<string> } => {
  const values = new Map<string, string>()
  const operands: Array<string> = []
  let flags = ''
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg.startsWith('--') && arg.length > 2) {
      const equals = arg.indexOf('=')
      if (equals > 0) values.set(arg.slice(2, equals), arg.slice(equals + 1))
      else flags += ` ${arg.slice(2)} `
    } else if (!arg.startsWith('-') || arg.length === 1) operands.push(arg)
    else
      for (let letter = 1; letter < arg.length; letter++) {
        const one = arg[letter]!
        if (!valued.includes(one)) flags += one
        else {
          values.set(one, arg.slice(letter + 1) || (args[++at] ?? ''))
          break
        }
      }
  }
  return { flags, values, operands }
}

/** A filter of the whole input, unknown as soon as a piece of it is. */
const filter =
  (
    change: (
      text: string,
      flags: string,
      values: ReadonlyMap<string, string>,
    ) => string | undefined,
    valued = '',
  ): TextProgram =>
  (call) => {
    const { flags, values, operands } = split(call.args, valued)
    const text = inputOf(call, operands)
    return text === undefined || text.includes(UNKNOWN) ? undefined : change(text, flags, values)
  }

const decoder = (decode: (text: string) => string | undefined): TextProgram =>
  filter((text, flags) => (/[dD]| decode /.test(flags) ? decode(text) : undefined), 'wio')

const CLASSES: Readonly<Record<string, string>> = {
  upper: 'A-Z',
  lower: 'a-z',
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: 'A-Za-z0-9',
  space: ' \t\n\r\v\f',
  blank: ' \t',
}

/** The characters of a set of tr, in order. */
const setOf = (text: string): ReadonlyArray<string> => {
  const plain = unescaped(text.replaceAll(/\[:(\w+):\]/g, (all, name) => CLASSES[name] ?? all))
  const out: Array<string> = []
  for (let at = 0; at < plain.length && out.length < 4096; at++) {
    const [from, to] = [plain.charCodeAt(at), plain.charCodeAt(at + 2)]
    if (plain[at + 1] !== '-' || Number.isNaN(to) || to < from) {
      out.push(plain[at]!)
      continue
    }
    for (let code = from; code <= to && out.length < 4096; code++)
      out.push(String.fromCharCode(code))
    at += 2
  }
  return out
}

const tr: TextProgram = ({ args, input }) => {
  const { flags, operands } = split(args, '')
  const [from, to] = operands
  if (input === undefined || from === undefined || /[cC]|complement/.test(flags)) return undefined
  const source = setOf(from)
  if (/d|delete/.test(flags)) {
    const gone = new Set(source)
    return [...input].filter((letter) => letter === UNKNOWN || !gone.has(letter)).join('')
  }
  if (to === undefined) return undefined
  const target = setOf(to)
  if (target.length === 0) return undefined
  const map = new Map<string, string>()
  for (const [at, letter] of source.entries())
    map.set(letter, target[Math.min(at, target.length - 1)]!)
  map.delete(UNKNOWN)
  return [...input].map((letter) => map.get(letter) ?? letter).join('')
}

const some = (
  text: string,
  flags: string,
  values: ReadonlyMap<string, string>,
  fromEnd: boolean,
) => {
  const bytes = values.get('c') ?? values.get('bytes')
  const count = bytes ?? values.get('n') ?? values.get('lines') ?? /\d+/.exec(flags)?.[0] ?? '10'
  const number = /^[+-]?\d{1,6}$/.test(count) ? Number(count) : undefined
  if (number === undefined) return undefined
  const parts = bytes === undefined ? linesOf(text) : [...text]
  const from = count.startsWith('+') ? number - 1 : -Math.abs(number)
  const kept = fromEnd
    ? number === 0 && !count.startsWith('+')
      ? []
      : parts.slice(from)
    : parts.slice(0, number)
  return bytes === undefined ? asLines(kept) : kept.join('')
}

const cut = filter((text, _, values) => {
  const fields = values.get('f') ?? values.get('fields')
  const letters = values.get('c') ?? values.get('b')
  const ranges = (fields ?? letters ?? '').split(',').map((one) => /^(\d*)(-?)(\d*)$/.exec(one))
  if (ranges.some((range) => range === null)) return undefined
  const chosen = (at: number): boolean =>
    ranges.some((range) => {
      const from = Number(range![1] || '1')
      const to = range![2] === '' ? from : Number(range![3] || '1000000')
      return at >= from && at <= to
    })
  const by = values.get('d') ?? values.get('delimiter') ?? '\t'
  return asLines(
    linesOf(text).map((line) => {
      if (fields === undefined) return [...line].filter((_, at) => chosen(at + 1)).join('')
      const parts = line.split(by)
      return parts.length === 1 ? line : parts.filter((_, at) => chosen(at + 1)).join(by)
    }),
  )
}, 'fcbd')

const isPlain = (pattern: string): boolean => !/[\\^$.*+?()[\]{}|]/.test(pattern)

/** `s/a/b/` and `s/a/b/g` on plain text; any other program of sed is not evaluated. */
const sed: TextProgram = (call) => {
  const { values, operands } = split(call.args, 'ef')
  const script = values.get('e') ?? operands.shift()
  const text = inputOf(call, operands)
  const parts = /^s([/|#,:@_])([^\n]*)$/.exec(script ?? '')
  if (text === undefined || text.includes(UNKNOWN) || parts === null || values.has('f'))
    return undefined
  const [from, to, flags, ...rest] = parts[2]!.split(parts[1]!)
  if (from === undefined || from === '' || to === undefined || rest.length > 0) return undefined
  if (!/^g?$/.test(flags ?? 'x') || !isPlain(from) || /[\\&]/.test(to)) return undefined
  return linesOf(text)
    .map((line) => (flags === 'g' ? line.replaceAll(from, () => to) : line.replace(from, () => to)))
    .map((line) => `${line}\n`)
    .join('')
}

/** Lines that hold a plain text. */
const grep: TextProgram = (call) => {
  const { flags, operands } = split(call.args, 'em')
  const [pattern, ...files] = operands
  const text = inputOf(call, files)
  if (text === undefined || text.includes(UNKNOWN) || pattern === undefined) return undefined
  if (!isPlain(pattern) || /[^vFE]/.test(flags)) return undefined
  const wanted = !flags.includes('v')
  return asLines(linesOf(text).filter((line) => line.includes(pattern) === wanted))
}

/** `awk '{print $2}'`. */
const awk: TextProgram = (call) => {
  const { values, operands } = split(call.args, 'Fv')
  const field = /^\s*\{\s*print(?:\s+\$(\d{1,2}))?;?\s*\}\s*$/.exec(operands.shift() ?? '')
  const text = inputOf(call, operands)
  if (text === undefined || text.includes(UNKNOWN) || field === null) return undefined
  const by = values.get('F')
  if (values.has('v') || (by !== undefined && (by.length !== 1 || !isPlain(by)))) return undefined
  const at = Number(field[1] ?? 0)
  return asLines(
    linesOf(text).map((line) =>
      at === 0
        ? line
        : ((by === undefined ? line.trim().split(/\s+/) : line.split(by))[at - 1] ?? ''),
    ),
  )
}

const seq: TextProgram = ({ args }) => {
  const numbers = args.map(Number)
  if (numbers.some((one) => !Number.isInteger(one)) || numbers.length > 2) return undefined
  const [from, to] = numbers.length === 1 ? [1, numbers[0]!] : [numbers[0]!, numbers[1]!]
  if (to - from >= 64) return undefined
  return asLines(Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => String(from + at)))
}

const dirname: TextProgram = ({ args }) => {
  const [path] = args
  if (path === undefined) return undefined
  const trimmed = path.replace(/(.)\/+$/, '$1')
  const at = trimmed.lastIndexOf('/')
  return `${at < 0 ? '.' : at === 0 ? '/' : trimmed.slice(0, at)}\n`
}

const absolute: TextProgram = ({ args, cwd }) => {
  const operands = args.filter((arg) => !arg.startsWith('-'))
  const [path] = operands
  if (operands.length !== 1 || path === undefined) return undefined
  if (!path.startsWith('/') && cwd === undefined) return undefined
  return `${normalise(path.startsWith('/') ? path : `./${path}`, cwd ?? '/', '/')}\n`
}

/** A new name in a temporary folder, which nothing else has. */
const temporary: TextProgram = ({ args }) => {
  const { operands, values } = split(args, 'p')
  if (operands.some((one) => !one.startsWith('/')) || values.size > 0) return undefined
  return `${operands[0] ?? '/tmp/tmp.XXXXXXXXXX'}\n`
}

const openssl: TextProgram = (call) => {
  const [verb, ...rest] = call.args
  const plain = rest.every((arg) => /^-(?:d|a|A|base64)$/.test(arg))
  if (!plain || !rest.includes('-d') || call.input === undefined) return undefined
  return verb === 'base64' || (verb === 'enc' && rest.some((arg) => /^-(?:a|base64)$/.test(arg)))
    ? fromBase64(call.input)
    : undefined
}

/** Where a program lies: what counts is its name. */
const located: TextProgram = ({ args }) => {
  const [name, ...rest] = args.filter((arg) => !arg.startsWith('-'))
  return rest.length === 0 && name !== undefined && /^[\w.+-]+$/.test(name)
    ? `/usr/bin/${name}\n`
    : undefined
}

const nothing: TextProgram = () => ''

const PROGRAMS = new Map<string, TextProgram>([
  ['echo', echo],
  ['printf', printf],
  [
    'cat',
    (call) =>
      inputOf(
        call,
        call.args.filter((arg) => !/^-[a-zA-Z]/.test(arg)),
      ),
  ],
  ['tee', ({ input }) => input],
  ['rev', filter((text) => asLines(linesOf(text).map((line) => [...line].toReversed().join(''))))],
  ['tac', filter((text) => asLines(linesOf(text).toReversed()))],
  ['sort', filter((text, flags) => (flags === '' ? asLines(linesOf(text).toSorted()) : undefined))],
  ['uniq', filter((text) => asLines([...new Set(linesOf(text))]))],
  ['tr', tr],
  ['base64', decoder(fromBase64)],
  ['gbase64', decoder(fromBase64)],
  ['base32', decoder(fromBase32)],
  ['openssl', openssl],
  [
    'xxd',
    filter((text, flags) => (/r/.test(flags) && /p/.test(flags) ? fromHex(text) : undefined)),
  ],
  ['head', filter((text, flags, values) => some(text, flags, values, false), 'nc')],
  ['tail', filter((text, flags, values) => some(text, flags, values, true), 'nc')],
  ['cut', cut],
  ['sed', sed],
  ['gsed', sed],
  ['grep', grep],
  ['awk', awk],
  ['seq', seq],
  [
    'xargs',
    ({ args, input }) =>
      args.length > 0 && args.join(' ') !== 'echo'
        ? undefined
        : input === undefined
          ? undefined
          : `${input.trim().split(/\s+/).join(' ')}\n`,
  ],
  ['which', located],
  ['yes', ({ args }) => `${args.length === 0 ? 'y' : args.join(' ')}\n`],
  ['pwd', ({ cwd }) => (cwd === undefined ? undefined : `${cwd}\n`)],
  ['dirname', dirname],
  [
    'basename',
    ({ args }) =>
      args.length === 1 ? `${baseName(args[0]!.replace(/(.)\/+$/, '$1'))}\n` : undefined,
  ],
  ['realpath', absolute],
  ['readlink', absolute],
  ['mktemp', temporary],
  [
    'git',
    ({ args, project }) =>
      args.join(' ') === 'rev-parse --show-toplevel' && project !== undefined
        ? `${project}\n`
        : undefined,
  ],
  ...'cd pushd popd true false : test [ [[ export set unset shopt sleep mkdir rm rmdir touch chmod wait read local declare eval trap alias exit return shift source .'
    .split(' ')
    .map((name) => [name, nothing] as const),
])

/** Programs that print what the program behind them prints. */
const PREFIXES = new Set('command builtin exec sudo nohup nice busybox toybox env time'.split(' '))

const OUTPUT_LIMIT = 65_536

/** What `words` print; undefined where that is not known. */
export const printed = (
  words: ReadonlyArray<string>,
  call: Omit<TextCall, 'args'>,
): string | undefined => {
  let at = 0
  const looksUp = /^(?:command|type) -[vpP]$/.test(words.slice(0, 2).join(' '))
  if (looksUp) return located({ ...call, args: words.slice(2) })
  while (PREFIXES.has(words[at] ?? '')) at++
  const name = words[at]
  const program = name === undefined ? undefined : PROGRAMS.get(baseName(name))
  const text = program?.({ ...call, args: words.slice(at + 1) })
  return text === undefined || text.length > OUTPUT_LIMIT ? undefined : text
}

/** A filter that prints what it reads, changed or not. */
export const isTextProgram = (name: string): boolean =>
  PROGRAMS.get(name) !== nothing && (PROGRAMS.has(name) || FILTERS.has(name))

const FILTERS = new Set('less more bat jq od hexdump nl fold column paste wc strings'.split(' '))
