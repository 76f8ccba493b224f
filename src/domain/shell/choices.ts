// Which variables of a command may hold one of several values, and the ways in which they can be
// held together. A command is read once for each way; past the bound the values are unknown.
import { forEachChild } from 'unbash'
import type { Command, SyntaxNode, Word } from 'unbash'
import { EMPTY, isChoice, type Value } from './bindings.ts'
import type { ShellState } from './shellState.ts'
import { literalWord } from './word.ts'

export interface OpenVariable {
  readonly name: string
  readonly values: ReadonlyArray<Value>
  /** Set by nothing in the script: `${x:-y}` asks whether the environment does. */
  readonly unset: boolean
}

const DEPTH_LIMIT = 24
const WAYS_LIMIT = 64

/** Nobody but an attacker leaves it empty, and then `${TMPDIR:-/tmp}` says what it is. */
const TEMPORARY = new Set(['TMPDIR', 'TMP', 'TEMP'])

/** `$TMPDIR/*` and `$TMPDIR/usr` are folders of the system where it is not set. */
const PERILOUS =
  /\$\{?(?:TMPDIR|TMP|TEMP)\}?"?\/*(?:[.?*[{$]|$|["'\s]|(?:bin|boot|dev|etc|home|lib\w*|mnt|opt|proc|root|run|s?bin|srv|sys|usr|var|Users|System|Library|Applications|Volumes|private|nix)\b)/

/** Variables of these words that are open; those in nested scripts too. */
export const openVariables = (
  words: ReadonlyArray<SyntaxNode>,
  state: ShellState,
): ReadonlyArray<OpenVariable> => {
  const found = new Map<string, OpenVariable>()
  const name = (of: string, hasDefault: boolean, assigns = false): void => {
    if (found.has(of)) return
    const bound = state.get(of)
    if (isChoice(bound)) found.set(of, { name: of, values: bound.choices, unset: false })
    else if (hasDefault && bound === undefined && /^\w+$/.test(of))
      found.set(of, {
        name: of,
        values: TEMPORARY.has(of) ? [EMPTY] : ['unknown', EMPTY],
        unset: !assigns,
      })
  }
  const walk = (node: SyntaxNode, depth: number): void => {
    if (depth > DEPTH_LIMIT) return
    if (node.type === 'SimpleExpansion') name(node.text.slice(1), false)
    if (node.type === 'ParameterExpansion') {
      const operator = node.operation?.type === 'Default' ? node.operation.operator : ''
      const hasDefault = node.index === undefined && /[-=]$/.test(operator)
      name(node.parameter, hasDefault, operator.endsWith('='))
      if (node.prefix === '!') {
        const target = state.get(node.parameter)
        if (typeof target === 'object' && 'text' in target) name(target.text, false)
      }
    }
    if ('script' in node && node.script !== undefined) {
      // What stands in a nested script alone is left to that script, unless a choice is to agree.
      if (state.chooses) walk(node.script, depth + 1)
      return
    }
    forEachChild(node, (child) => walk(child, depth + 1))
  }
  for (const word of words) walk(word, 0)
  return [...found.values()]
}

/** Both what it usually is and what it is where nobody has set it. */
const temporary = (
  nodes: ReadonlyArray<SyntaxNode>,
  state: ShellState,
): ReadonlyArray<OpenVariable> =>
  [...TEMPORARY]
    .filter((name) => state.get(name) === undefined)
    .filter((name) =>
      nodes.some((node) => 'text' in node && node.text.includes(name) && PERILOUS.test(node.text)),
    )
    .map((name) => ({ name, values: [literalWord('/tmp'), EMPTY], unset: true }))

const hasParts = (word: Word | undefined): boolean => word?.parts !== undefined

/** The same for a simple command, told at once for the many that hold no expansion at all. */
export const openInCommand = (
  { name, prefix, suffix }: Command,
  state: ShellState,
): ReadonlyArray<OpenVariable> => {
  const nodes: Array<SyntaxNode> = []
  if (name !== undefined && hasParts(name)) nodes.push(name)
  for (const one of suffix) if (one.type !== 'Word' || hasParts(one)) nodes.push(one)
  for (const one of prefix) nodes.push(one)
  if (nodes.length === 0) return []
  const open = openVariables(nodes, state)
  const more = temporary(nodes, state).filter(({ name }) => open.every((one) => one.name !== name))
  return more.length === 0 ? open : [...open, ...more]
}

/** Every way in which they can hold their values; the last of too many are unknown in each. */
export const waysOf = (
  open: ReadonlyArray<OpenVariable>,
): ReadonlyArray<ReadonlyArray<readonly [string, Value]>> => {
  let ways: Array<ReadonlyArray<readonly [string, Value]>> = [[]]
  for (const { name, values } of open) {
    const taken: ReadonlyArray<Value> =
      ways.length * values.length > WAYS_LIMIT ? ['unknown'] : values
    ways = ways.flatMap((way) => taken.map((value) => [...way, [name, value] as const]))
  }
  return ways
}
