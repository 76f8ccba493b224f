// Shell words as far as they are known before the script runs. A word is never guessed: what an
// expansion would put there is marked, and whoever reads the word must say what that means.

/** Stands in `text` for what is only known when the script runs. Never in a script: NUL ends one. */
export const UNKNOWN = '\u0000'

/** Patterns that a reader makes up: some of a folder's files, and everything below it. */
export const SOME = '?*?'
export const EVERYTHING = '**'

/** Commands `start` to `end` (half open) of a reading. */
export interface CommandRange {
  readonly start: number
  readonly end: number
  /** Those of them that write into one and the same place share this number. */
  readonly group?: number
}

export interface ShellWord {
  /** Quotes removed; a glob stays a pattern; each unknown expansion is one UNKNOWN. */
  readonly text: string
  readonly is: 'literal' | 'glob' | 'dynamic'
  /** Offsets into the script. */
  readonly start: number
  readonly end: number
  /** An unknown expansion outside quotes: it may be any number of words, options among them. */
  readonly open?: boolean
  /** The commands whose output the word holds or names. */
  readonly source?: CommandRange
  /** Name of a variable of the environment that the word holds, where its name is a credential's. */
  readonly secret?: string
  /** It is the process number of a job that the script itself has started: `$!`, and nothing else. */
  readonly job?: true
}

export const literalWord = (text: string, start = 0, end = 0): ShellWord => ({
  text,
  is: 'literal',
  start,
  end,
})

/** The value of a word that is fully known, else undefined. */
export const textOf = (word: ShellWord | undefined): string | undefined =>
  word?.is === 'literal' ? word.text : undefined

/** What is known of a word from its beginning: all of it, or what stands before an unknown. */
export const headOf = (word: ShellWord): string => {
  if (word.is !== 'dynamic') return word.text
  const at = word.text.indexOf(UNKNOWN)
  return at < 0 ? word.text : word.text.slice(0, at)
}

/** The same word without its first `count` characters: the value in `--file=value`. */
export const tailOf = (word: ShellWord, count: number): ShellWord => ({
  ...word,
  text: word.text.slice(count),
})

/** Several words as the one line that a program makes of them; undefined for none. */
export const joined = (words: ReadonlyArray<ShellWord>): ShellWord | undefined => {
  const [first] = words
  if (first === undefined) return undefined
  const dynamic = words.some((word) => word.is === 'dynamic')
  return {
    ...first,
    is: dynamic ? 'dynamic' : 'literal',
    text: words.map((word) => word.text).join(' '),
  }
}

/** Partly unknown text as a script to be read: a variable that nothing sets reads as unknown again. */
export const asScript = (text: string): string => text.replaceAll(UNKNOWN, '"$_unknown"')

/** The word as a script would spell it again: what is literal in quotes, a pattern bare. */
export const respelled = ({ text, is }: ShellWord): string =>
  is === 'glob'
    ? text
    : text
        .split(UNKNOWN)
        .map((piece) => (piece === '' ? '' : `'${piece.replaceAll("'", "'\\''")}'`))
        .join('"$_unknown"') || "''"

const GLOB = /[*?]|\[[^\]]+\]/

export const hasGlob = (text: string): boolean => GLOB.test(text)

/**
 * One word for several literal alternatives (the values of a loop variable): a pattern of what lies
 * in their common folder. Undefined where that would say less than they do.
 */
export const commonPattern = (words: ReadonlyArray<ShellWord>): ShellWord | undefined => {
  let common: string | undefined
  for (const { is, text } of words) {
    if (is === 'dynamic' || !/^[\w/][\w./*?+@%=-]*$/.test(text)) return undefined
    if (/(?:^|\/)\.\.?(?:\/|$)|\/$/.test(text)) return undefined
    const folder = text.slice(0, text.lastIndexOf('/') + 1)
    common = common === undefined ? folder : sharedFolder(common, folder)
    if (common === undefined) return undefined
  }
  const [first, last] = [words[0], words.at(-1)]
  if (common === undefined || first === undefined || last === undefined) return undefined
  return { text: `${common}${SOME}`, is: 'glob', start: first.start, end: last.end }
}

const sharedFolder = (a: string, b: string): string | undefined => {
  if (a.startsWith('/') !== b.startsWith('/')) return undefined
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return a.slice(0, at).slice(0, a.slice(0, at).lastIndexOf('/') + 1)
}

const BRACE_LIMIT = 64
const BRACE_TEXT_LIMIT = 1024

/**
 * The alternatives of one brace expansion such as `{a,b}` or `{1..3}`; undefined when it holds
 * quotes, expansions or more alternatives than are read.
 */
export const braceAlternatives = (text: string): ReadonlyArray<string> | undefined => {
  if (text.length > BRACE_TEXT_LIMIT || /["'\\$`]/.test(text)) return undefined
  const inner = text.slice(1, -1)
  const range = /^(-?\d{1,6}|[A-Za-z])\.\.(-?\d{1,6}|[A-Za-z])$/.exec(inner)
  if (range !== null) return rangeOf(range[1]!, range[2]!)
  const out: Array<string> = []
  for (const part of splitTop(inner)) {
    const nested = expandBraces(part)
    if (nested === undefined || out.length + nested.length > BRACE_LIMIT) return undefined
    out.push(...nested)
  }
  return out.length > 1 ? out : undefined
}

const rangeOf = (from: string, to: string): ReadonlyArray<string> | undefined => {
  const numeric = /\d/.test(from)
  const [a, b] = numeric ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  if (Math.abs(a - b) >= BRACE_LIMIT || numeric !== /\d/.test(to)) return undefined
  const step = a <= b ? 1 : -1
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, at) =>
    numeric ? String(a + at * step) : String.fromCharCode(a + at * step),
  )
}

/** Splits at commas that lie in no inner brace. */
const splitTop = (text: string): ReadonlyArray<string> => {
  const out: Array<string> = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}') depth--
    else if (text[at] === ',' && depth === 0) {
      out.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...out, text.slice(from)]
}

const expandBraces = (text: string): ReadonlyArray<string> | undefined => {
  const open = text.indexOf('{')
  if (open < 0) return [text]
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) {
      const inner = braceAlternatives(text.slice(open, at + 1))
      const rest = expandBraces(text.slice(at + 1))
      if (inner === undefined || rest === undefined) return undefined
      if (inner.length * rest.length > BRACE_LIMIT) return undefined
      return inner.flatMap((middle) => rest.map((tail) => text.slice(0, open) + middle + tail))
    }
  }
  return [text]
}
