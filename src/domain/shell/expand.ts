// From a word of the syntax tree to the words it becomes: quotes, tilde, braces, variables that the
// script itself has set. What is not known stays marked; no expansion is ever skipped, because
// commands hide in them: each nested script is handed to the caller.
import type { DoubleQuotedChild, Word, WordPart } from 'unbash'
import { valueOfBinding } from './bindings.ts'
import { type Expander, visitScripts } from './expander.ts'
import { positionalWords, valueOf } from './parameters.ts'
import { braceAlternatives, type CommandRange, hasGlob, type ShellWord, UNKNOWN } from './word.ts'

interface Building {
  text: string
  glob: boolean
  open: boolean
  /** Holds something besides empty expansions: an empty word of those alone vanishes. */
  solid: boolean
  source: CommandRange | undefined
  secret: string | undefined
  job: boolean
}

const WORDS_LIMIT = 64

const fresh = (): Building => ({
  text: '',
  glob: false,
  open: false,
  solid: false,
  source: undefined,
  secret: undefined,
  job: false,
})

/**
 * The words that one word of the tree becomes: usually one, none for an empty expansion. `split`:
 * whether values outside quotes are split, as they are everywhere but in an assignment.
 */
export const expandWord = (
  word: Word,
  expander: Expander,
  split = true,
): ReadonlyArray<ShellWord> => {
  const { pos: start, end } = word
  const parts = word.parts
  if (parts === undefined) {
    const text = tilde(word.value, word.text, expander)
    return [{ text, is: text.includes(UNKNOWN) ? 'dynamic' : 'literal', start, end }]
  }
  const whole = positionalWords(parts, expander)
  if (whole !== undefined) return whole
  const finished: Array<Building> = []
  let building: Array<Building> = [fresh()]
  for (const [at, part] of parts.entries()) {
    building = append(building, part, at === 0, expander, split ? finished : undefined)
    if (building.length + finished.length > WORDS_LIMIT) {
      const unknown = fresh()
      building = [{ ...unknown, text: UNKNOWN, open: true, solid: true }]
      finished.length = 0
      for (const rest of parts) visitScripts(rest, expander)
      break
    }
  }
  return [...finished, ...building]
    .filter((one) => one.solid || one.text !== '')
    .map((one) => ({
      text: one.text,
      is: one.text.includes(UNKNOWN) ? 'dynamic' : one.glob ? 'glob' : 'literal',
      start,
      end,
      ...(one.open ? { open: true } : {}),
      ...(one.source === undefined ? {} : { source: one.source }),
      ...(one.secret === undefined ? {} : { secret: one.secret }),
      ...(one.job && one.text === UNKNOWN ? { job: true as const } : {}),
    }))
}

/** One word, with no splitting: the value of an assignment, a redirection's target. */
export const expandSingle = (word: Word, expander: Expander): ShellWord => {
  const words = expandWord(word, expander, false)
  const [first] = words
  if (words.length === 1) return first!
  const { pos: start, end } = word
  if (words.length === 0) return { text: '', is: 'literal', start, end }
  const source = words.find((one) => one.source !== undefined)?.source
  const secret = words.find((one) => one.secret !== undefined)?.secret
  const dynamic = words.some((one) => one.is === 'dynamic')
  return {
    text: words.map((one) => one.text).join(' '),
    is: dynamic ? 'dynamic' : 'literal',
    start,
    end,
    ...(source === undefined ? {} : { source }),
    ...(secret === undefined ? {} : { secret }),
  }
}

export interface ExpandedText {
  readonly text: string
  readonly source: CommandRange | undefined
  readonly secret: string | undefined
}

/** The text of an unquoted here-document's body. */
export const expandText = (parts: ReadonlyArray<WordPart>, expander: Expander): ExpandedText => {
  let text = ''
  let source: CommandRange | undefined
  let secret: string | undefined
  for (const part of parts)
    if (part.type === 'Literal') text += part.value
    else if (isQuotedChild(part)) {
      const value = valueOf(part, expander)
      text += value.text ?? UNKNOWN
      source ??= value.source
      secret ??= value.secret
    } else {
      visitScripts(part, expander)
      text += part.text
    }
  return { text, source, secret }
}

const isQuotedChild = (
  part: WordPart,
): part is Exclude<DoubleQuotedChild, { readonly type: 'Literal' }> =>
  part.type === 'SimpleExpansion' ||
  part.type === 'ParameterExpansion' ||
  part.type === 'CommandExpansion' ||
  part.type === 'ArithmeticExpansion'

/** `~`, `~/x` and `name=~/x`; `~user` is not known. */
const tilde = (value: string, source: string, { state, home }: Expander): string => {
  const at = source.startsWith('~') ? 0 : /^[A-Za-z_]\w*=~/.test(source) ? source.indexOf('~') : -1
  if (at < 0 || value[at] !== '~') return value
  const rest = value.slice(at + 1)
  const named = /^[+-](?=\/|$)/.exec(rest)?.[0]
  if (named !== undefined) {
    const folder = (named === '+' ? state.cwd : state.previous) ?? UNKNOWN
    return value.slice(0, at) + folder + rest.slice(1)
  }
  const bound = valueOfBinding(state.get('HOME'))
  const root =
    bound === undefined
      ? home
      : bound === 'unknown' || bound.is !== 'literal'
        ? UNKNOWN
        : bound.text
  if (rest === '' || rest.startsWith('/')) return value.slice(0, at) + root + rest
  const user = /^(?:[A-Za-z_][\w.-]*|[+-]\d*)(?=\/|$)/.exec(rest)
  if (user === null) return value
  return value.slice(0, at) + (user[0] === 'root' ? '/root' : UNKNOWN) + rest.slice(user[0].length)
}

const add = (
  building: Array<Building>,
  text: string,
  more: Partial<Omit<Building, 'text'>> = {},
): Array<Building> => {
  for (const one of building) {
    one.text += text
    one.solid ||= more.solid ?? true
    one.glob ||= more.glob ?? false
    one.open ||= more.open ?? false
    one.source ??= more.source
    one.secret ??= more.secret
    one.job ||= more.job ?? false
  }
  return building
}

const append = (
  building: Array<Building>,
  part: WordPart,
  first: boolean,
  expander: Expander,
  finished: Array<Building> | undefined,
): Array<Building> => {
  switch (part.type) {
    case 'Literal': {
      const value = first ? tilde(part.value, part.text, expander) : part.value
      return add(building, value)
    }
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return add(building, part.value)
    case 'Glob':
      return add(building, part.text, { glob: true })
    case 'ExtendedGlob':
      visitScripts(part, expander)
      return add(building, '*', { glob: true })
    case 'DoubleQuoted':
    case 'LocaleString':
      add(building, '')
      for (const child of part.parts) appendQuoted(building, child, expander)
      return building
    case 'BraceExpansion': {
      const alternatives = braceAlternatives(part.text)
      if (alternatives === undefined) {
        visitScripts(part, expander)
        return add(building, UNKNOWN, { open: true })
      }
      return building.flatMap((one) =>
        alternatives.map((text) => {
          const value = first && one.text === '' ? tilde(text, text, expander) : text
          return { ...one, text: one.text + value, solid: true, glob: one.glob || hasGlob(text) }
        }),
      )
    }
    case 'ProcessSubstitution': {
      const { start, end, group } = expander.substitute(part.script, part)
      return add(building, '/dev/fd/63', {
        source: { start, end, ...(group === undefined ? {} : { group }) },
      })
    }
    default:
      if (finished !== undefined) return appendOpen(building, part, expander, finished)
      appendQuoted(building, part, expander)
      return building
  }
}

/** An expansion outside quotes: its value is split into words and may be a pattern. */
const appendOpen = (
  building: Array<Building>,
  part: Exclude<DoubleQuotedChild, { type: 'Literal' }>,
  expander: Expander,
  finished: Array<Building>,
): Array<Building> => {
  const { text, glob, open, source, secret, job = false } = valueOf(part, expander)
  const { separators } = expander.state
  if (text === undefined || separators === undefined)
    return add(building, UNKNOWN, { open, source, secret, job })
  let current = building
  const pieces = splitAt(text, separators).slice(0, WORDS_LIMIT + 1)
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) {
      finished.push(...current)
      current = [fresh()]
    }
    add(current, piece, {
      solid: piece !== '',
      glob: glob || hasGlob(piece),
      open: piece.includes(UNKNOWN),
      source,
      secret,
    })
  }
  return current
}

const splitAt = (text: string, separators: string): ReadonlyArray<string> => {
  if (separators === ' \t\n') return text.split(/[ \t\n]+/)
  if (separators === '') return [text]
  const out: Array<string> = ['']
  for (const letter of text)
    if (separators.includes(letter)) out.push('')
    else out[out.length - 1] += letter
  return out
}

const appendQuoted = (
  building: Array<Building>,
  part: DoubleQuotedChild,
  expander: Expander,
): void => {
  if (part.type === 'Literal') {
    add(building, part.value)
    return
  }
  const { text, glob, source, secret, job = false } = valueOf(part, expander)
  add(building, text ?? UNKNOWN, { glob, source, secret, job })
}
