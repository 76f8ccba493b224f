// From a word of the syntax tree to the words it becomes: quotes, tilde, braces, variables that the
// script itself has set. What is not known stays marked; no expansion is ever skipped, because
// commands hide in them: each nested script is handed to the caller.
import { forEachChild } from 'unbash'
import type { DoubleQuotedChild, ParsedScript, SyntaxNode, Word, WordPart } from 'unbash'
import type { ShellState } from './shellState.ts'
import { braceAlternatives, type CommandRange, hasGlob, type ShellWord, UNKNOWN } from './word.ts'

/** A substitution, as the walker reports it after reading its script. */
export interface Substituted extends CommandRange {
  /** Its output where that is certain. */
  readonly text: string | undefined
}

export interface Expander {
  readonly state: ShellState
  readonly home: string
  readonly substitute: (script: ParsedScript | undefined, part: WordPart) => Substituted
}

interface Building {
  text: string
  glob: boolean
  open: boolean
  /** Holds something besides empty expansions: an empty word of those alone vanishes. */
  solid: boolean
  source: CommandRange | undefined
}

const WORDS_LIMIT = 64

const fresh = (): Building => ({
  text: '',
  glob: false,
  open: false,
  solid: false,
  source: undefined,
})

/** The words that one word of the tree becomes: usually one, none for an empty expansion. */
export const expandWord = (word: Word, expander: Expander): ReadonlyArray<ShellWord> => {
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
    building = append(building, part, at === 0, expander, finished)
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
    }))
}

/** One word, with no splitting: the value of an assignment, a redirection's target. */
export const expandSingle = (word: Word, expander: Expander): ShellWord => {
  const words = expandWord(word, expander)
  const [first] = words
  if (words.length === 1) return first!
  const { pos: start, end } = word
  if (words.length === 0) return { text: '', is: 'literal', start, end }
  const source = words.find((one) => one.source !== undefined)?.source
  const dynamic = words.some((one) => one.is === 'dynamic')
  return {
    text: words.map((one) => one.text).join(' '),
    is: dynamic ? 'dynamic' : 'literal',
    start,
    end,
    ...(source === undefined ? {} : { source }),
  }
}

/** The text of an unquoted here-document's body. */
export const expandText = (parts: ReadonlyArray<WordPart>, expander: Expander): string => {
  let text = ''
  for (const part of parts)
    if (part.type === 'Literal') text += part.value
    else if (isQuotedChild(part)) text += valueOf(part, expander).text ?? UNKNOWN
    else {
      visitScripts(part, expander)
      text += part.text
    }
  return text
}

const isQuotedChild = (
  part: WordPart,
): part is Exclude<DoubleQuotedChild, { readonly type: 'Literal' }> =>
  part.type === 'SimpleExpansion' ||
  part.type === 'ParameterExpansion' ||
  part.type === 'CommandExpansion' ||
  part.type === 'ArithmeticExpansion'

/** Reads the scripts inside a node whose own value does not matter (arithmetic, patterns). */
export const visitScripts = (node: SyntaxNode, expander: Expander): void => {
  if (
    node.type === 'CommandExpansion' ||
    node.type === 'ProcessSubstitution' ||
    node.type === 'ArithmeticCommandExpansion'
  ) {
    expander.substitute(node.script, node as WordPart)
    return
  }
  if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default')
    if (node.operation.operator.includes('=')) expander.state.set(node.parameter, 'unknown')
  forEachChild(node, (child) => visitScripts(child, expander))
}

/** `~`, `~/x` and `name=~/x`; `~user` is not known. */
const tilde = (value: string, source: string, { state, home }: Expander): string => {
  const at = source.startsWith('~') ? 0 : /^[A-Za-z_]\w*=~/.test(source) ? source.indexOf('~') : -1
  if (at < 0 || value[at] !== '~') return value
  const bound = state.get('HOME')
  const root =
    bound === undefined
      ? home
      : bound === 'unknown' || bound.is !== 'literal'
        ? UNKNOWN
        : bound.text
  const rest = value.slice(at + 1)
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
  }
  return building
}

const append = (
  building: Array<Building>,
  part: WordPart,
  first: boolean,
  expander: Expander,
  finished: Array<Building>,
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
      const { start, end } = expander.substitute(part.script, part)
      return add(building, '/dev/fd/63', { source: { start, end } })
    }
    default:
      return appendOpen(building, part, expander, finished)
  }
}

/** An expansion outside quotes: its value is split into words and may be a pattern. */
const appendOpen = (
  building: Array<Building>,
  part: Exclude<DoubleQuotedChild, { type: 'Literal' }>,
  expander: Expander,
  finished: Array<Building>,
): Array<Building> => {
  const { text, glob, open, source } = valueOf(part, expander)
  if (text === undefined || expander.state.splitsUnknown)
    return add(building, UNKNOWN, { open, source })
  let current = building
  for (const [at, piece] of text
    .split(/[ \t\n]+/)
    .slice(0, WORDS_LIMIT + 1)
    .entries()) {
    if (at > 0) {
      finished.push(...current)
      current = [fresh()]
    }
    add(current, piece, { solid: piece !== '', glob: glob || hasGlob(piece), source })
  }
  return current
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
  const { text, glob, source } = valueOf(part, expander)
  add(building, text ?? UNKNOWN, { glob, source })
}

interface Value {
  readonly text: string | undefined
  /** A pattern even inside quotes: a loop variable that runs over file names. */
  readonly glob: boolean
  readonly open: boolean
  readonly source: CommandRange | undefined
}

const UNKNOWN_VALUE: Value = { text: undefined, glob: false, open: true, source: undefined }
const SOME_NUMBER: Value = { text: undefined, glob: false, open: false, source: undefined }

const valueOf = (
  part: Exclude<DoubleQuotedChild, { type: 'Literal' }>,
  expander: Expander,
): Value => {
  switch (part.type) {
    case 'SimpleExpansion':
      return variable(part.text.slice(1), expander)
    case 'ParameterExpansion': {
      visitScripts(part, expander)
      if (part.prefix === '#') return SOME_NUMBER
      if (part.prefix !== undefined || part.index !== undefined) return UNKNOWN_VALUE
      const value = variable(part.parameter, expander)
      const operation = part.operation
      if (operation === undefined) return value
      const keeps = operation.type === 'Default' && !operation.operator.includes('+')
      return keeps && value.text !== undefined && value.text !== '' ? value : UNKNOWN_VALUE
    }
    case 'CommandExpansion': {
      const { text, start, end } = expander.substitute(part.script, part)
      return { text, glob: false, open: true, source: { start, end } }
    }
    default:
      visitScripts(part, expander)
      return SOME_NUMBER
  }
}

const variable = (name: string, { state }: Expander): Value => {
  if (name === '?' || name === '#' || name === '$' || name === '!') return SOME_NUMBER
  const bound = state.get(name)
  if (name === 'IFS' && bound === undefined)
    return { text: ' ', glob: false, open: true, source: undefined }
  if (bound === undefined || bound === 'unknown') return UNKNOWN_VALUE
  if (bound.is === 'dynamic') return { ...UNKNOWN_VALUE, source: bound.source }
  return { text: bound.text, glob: bound.is === 'glob', open: true, source: bound.source }
}

/** `"$@"` or `$@` alone, inside a function whose arguments are known. */
const positionalWords = (
  parts: ReadonlyArray<WordPart>,
  { state }: Expander,
): ReadonlyArray<ShellWord> | undefined => {
  if (parts.length !== 1 || state.positional === undefined) return undefined
  const [part] = parts
  const inner =
    part!.type === 'DoubleQuoted' ? (part!.parts.length === 1 ? part!.parts[0]! : part!) : part!
  const all = inner.type === 'SimpleExpansion' && (inner.text === '$@' || inner.text === '$*')
  const braced = inner.type === 'ParameterExpansion' && inner.text === '${@}'
  return all || braced ? state.positional : undefined
}
