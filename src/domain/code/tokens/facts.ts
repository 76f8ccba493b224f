// What Ruby, Perl or PHP text says about its own names before any call is read: which it defines,
// which variables keep one value throughout, and where brackets close.
import type { ShellWord } from '../../shell/word.ts'
import type { Dialect } from './strings.ts'
import type { Token } from './tokens.ts'

export interface Facts {
  readonly tokens: ReadonlyArray<Token>
  /** Functions, methods and classes that the text defines. */
  readonly defined: ReadonlySet<string>
  /** Ruby's local variables. */
  readonly variables: ReadonlySet<string>
  /** Variables whose only value is a function written in the text. */
  readonly closures: ReadonlySet<string>
  /** Variables that are assigned once, and where that value stands. */
  readonly constants: ReadonlyMap<string, { readonly from: number; readonly to: number }>
  /** By index of a bracket, that of its partner. */
  readonly close: Readonly<Record<number, number>>
  readonly open: Readonly<Record<number, number>>
  /** Values of the text around this one. */
  readonly known: (name: string) => ShellWord | undefined
}

const OPENS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const CHANGES = /^(?:\.=|\+=|-=|\*=|\/=|%=|\|\|=|&&=|\?\?=|\/\/=|<<=?|=~|\+\+|--|x=|\*\*=|\|=|&=)$/
const CHANGERS = /!$|^(?:replace|concat|insert|prepend|clear|setbyte|push|append)$/
const DEFINES = new Set([
  'def',
  'sub',
  'function',
  'class',
  'module',
  'package',
  'interface',
  'trait',
])
const ATTRIBUTES = new Set(['attr_accessor', 'attr_reader', 'attr_writer', 'define_method'])
/** Functions that put a value into an argument after the first. */
const FILLS = new Set(
  'preg_match preg_match_all sscanf settype exec passthru system proc_open read sysread recv str_replace str_ireplace parse_str mb_parse_str'.split(
    ' ',
  ),
)

export const factsOf = (
  tokens: ReadonlyArray<Token>,
  dialect: Dialect,
  outer: Facts | undefined,
  outerKnown: Facts['known'] = () => undefined,
): Facts => {
  const close: Record<number, number> = {}
  const open: Record<number, number> = {}
  const stack: Array<number> = []
  const defined = new Set(outer?.defined)
  const variables = new Set(outer?.variables)
  const assigned = new Map<string, number>()
  const changed = new Set<string>()
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'operator') continue
    if (OPENS[text] !== undefined) stack.push(at)
    else if (text === ')' || text === ']' || text === '}') {
      const partner = stack.at(-1)
      if (partner === undefined || OPENS[tokens[partner]!.text] !== text) continue
      stack.pop()
      close[partner] = at
      open[at] = partner
    }
  }
  const isNamed = (token: Token | undefined): token is Token =>
    token !== undefined &&
    (token.kind === 'variable' || (dialect === 'ruby' && token.kind === 'name'))
  /** Every variable in a list that is assigned to, or filled by a call, is known no more. */
  const unknownWithin = (from: number, to: number): void => {
    for (let at = from; at < to && at < from + 64; at++)
      if (isNamed(tokens[at])) {
        changed.add(tokens[at]!.text)
        if (dialect === 'ruby') variables.add(tokens[at]!.text)
      }
  }
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]
    const before = tokens[at - 1]
    if (token.kind === 'name') {
      if (DEFINES.has(token.text) && next?.kind === 'name') {
        const own = tokens[at + 2]?.text === '.' && next.text === 'self' ? tokens[at + 3] : next
        if (own !== undefined) {
          defined.add(own.text)
          if (dialect === 'php') defined.add(own.text.toLowerCase())
        }
      }
      if (
        /^(?:def|function|fn|sub|foreach|for|my|local|global|static|use|rescue|catch|lambda)$/.test(
          token.text,
        )
      ) {
        let from = at + 1
        for (let skip = 0; skip < 4 && tokens[from]?.kind === 'name'; skip++) from++
        if (tokens[from]?.text === '.') from += 2
        if (tokens[from]?.text === '(' && token.text !== 'for') {
          const to = Math.min(close[from] ?? tokens.length, from + 64)
          if (token.text === 'foreach' && dialect === 'php') {
            const as = tokens.slice(from, to).findIndex((one) => one.text === 'as')
            if (as > 0) unknownWithin(from + as, to)
          } else unknownWithin(from, to)
        } else if (token.text === 'def')
          unknownWithin(from, Math.min(from + 12, endOf(tokens, from)))
        else if (
          token.text === 'for' ||
          token.text === 'foreach' ||
          token.text === 'global' ||
          token.text === 'local'
        ) {
          const variable = tokens.slice(at + 1, at + 4).find(isNamed)
          if (variable !== undefined) {
            changed.add(variable.text)
            variables.add(variable.text)
          }
        }
      }
      if (token.text === 'rescue') {
        const arrow = tokens.slice(at, at + 12).findIndex((one) => one.text === '=>')
        if (arrow > 0) unknownWithin(at + arrow, at + arrow + 2)
      }
      if (ATTRIBUTES.has(token.text))
        for (let i = at + 1; i < at + 32 && i < tokens.length && tokens[i]!.kind !== 'end'; i++)
          if (tokens[i]!.kind === 'symbol') defined.add(tokens[i]!.text)
      if (FILLS.has(token.text) && next?.text === '(') {
        const comma = tokens.slice(at, at + 64).findIndex((one) => one.text === ',')
        if (comma > 0) unknownWithin(at + comma, Math.min(close[at + 1] ?? tokens.length, at + 64))
      }
      if (CHANGERS.test(token.text) && before?.kind === 'operator' && isNamed(tokens[at - 2]))
        changed.add(tokens[at - 2]!.text)
    }
    if (token.kind === 'operator' && token.text === '|' && dialect === 'ruby') {
      // Parameters of a block: `{ |a, b|`, `do |a|`.
      if (before?.text === '{' || before?.text === 'do') {
        const end = tokens.slice(at + 1, at + 32).findIndex((one) => one.text === '|')
        if (end > 0) unknownWithin(at, at + 1 + end)
      }
    }
    if (token.text === '->' && dialect === 'ruby' && next?.text === '(')
      unknownWithin(at, close[at + 1] ?? at)
    if (!isNamed(token) || next?.kind !== 'operator') continue
    if (before?.text === '\\' || (before?.text === '&' && dialect === 'php'))
      changed.add(token.text)
    if (next.text === '=') {
      const count = assigned.get(token.text)
      if (count !== undefined) changed.add(token.text)
      assigned.set(token.text, at + 2)
      if (dialect === 'ruby') variables.add(token.text)
      // `a, b = …`
      for (let i = at - 1; i > at - 16 && tokens[i]?.text === ','; i -= 2)
        unknownWithin(i - 1, at + 1)
    } else if (CHANGES.test(next.text)) {
      changed.add(token.text)
      if (dialect === 'ruby' && next.text.endsWith('=')) variables.add(token.text)
    } else if (next.text === '=>' && dialect === 'ruby') continue
    else if (next.text === ')' && tokens[at + 2]?.text === '=') changed.add(token.text)
    else if (
      (next.text === '[' || next.text === '{') &&
      tokens[(close[at + 1] ?? -2) + 1]?.text === '='
    )
      changed.add(token.text)
  }
  const constants = new Map<string, { from: number; to: number }>()
  const closures = new Set(outer?.closures)
  for (const [name, from] of assigned) {
    if (
      changed.has(name) ||
      (outer !== undefined && outer.tokens !== tokens && outer.constants.has(name))
    )
      continue
    if (
      /^(?:sub|function|fn|lambda|proc)$/.test(tokens[from]?.text ?? '') ||
      tokens[from]?.text === '->'
    ) {
      closures.add(name)
      continue
    }
    constants.set(name, { from, to: endOf(tokens, from) })
  }
  return {
    tokens,
    defined,
    variables,
    closures,
    constants,
    close,
    open,
    known: (name) => (assigned.has(name) || changed.has(name) ? undefined : outerKnown(name)),
  }
}

const endOf = (tokens: ReadonlyArray<Token>, from: number): number => {
  let at = from
  while (at < tokens.length && at < from + 256) {
    const { kind, text } = tokens[at]!
    if (
      kind === 'end' &&
      (text === ';' || tokens[at - 1]?.kind !== 'operator' || /^[)\]}]$/.test(tokens[at - 1]!.text))
    )
      break
    if (kind === 'name' && (text === 'if' || text === 'unless')) break
    at++
  }
  return at
}
