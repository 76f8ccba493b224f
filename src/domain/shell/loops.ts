// Loops: with few values each turn is read on its own; otherwise a body that may run again after
// itself finds unknown whatever it changes.
import type { CompoundList, For, Select, While, Word } from 'unbash'
import { loopValue } from './assignments.ts'
import { MOST_CHOICES } from './bindings.ts'
import { changesOf } from './changes.ts'
import { openVariables, waysOf } from './choices.ts'
import { isEndless, startsWithoutWaiting } from './multiplying.ts'
import type { Context } from './reading.ts'
import type { ShellState } from './shellState.ts'
import type { Walker } from './walker.ts'
import type { ShellWord } from './word.ts'

const possibly = (context: Context): Context => ({ ...context, certainty: 'possible' })

/** `for` and `select`. */
export const readFor = (
  node: For | Select,
  state: ShellState,
  context: Context,
  inner: Context,
  walker: Walker,
): void => {
  const words =
    node.wordlist === undefined
      ? state.positional
      : expandAll(node.wordlist, state, context, walker)
  const name = node.name.value
  const possible = possibly(inner)
  if (words !== undefined && canTurn(words, walker)) {
    turnByTurn(name, words, node.body, state, possible, walker)
    return
  }
  readLoop([node.body], state, walker, (own) => {
    own.set(name, loopValue(words ?? []))
    walker.list(node.body, own, possible)
  })
  state.set(name, 'unknown')
}

/** `while` and `until`. */
export const readWhile = (node: While, state: ShellState, inner: Context, walker: Walker): void => {
  readLoop([node.clause, node.body], state, walker, (own) => {
    const { elsewhere } = own
    walker.list(node.clause, own, inner)
    own.elsewhere = elsewhere
    walker.list(node.body, own, possibly(inner))
  })
  if (isEndless(node)) walker.tally.forkBomb ||= startsWithoutWaiting(node.body)
}

/** The body may run again after itself: what it changes is unknown from its beginning on. */
export const readLoop = (
  bodies: ReadonlyArray<CompoundList>,
  state: ShellState,
  { tally }: Walker,
  read: (state: ShellState) => void,
): void => {
  const changes = changesOf(bodies)
  // The first turn has the values from before the loop.
  if ((changes.moves || changes.names.size > 0) && tally.canTurn(1)) {
    tally.turn()
    const first = state.fork()
    read(first)
    state.elsewhere = first.elsewhere
  }
  state.forget(changes.names)
  if (changes.moves) state.moveTo(undefined)
  read(state)
  state.forget(changes.names)
  if (changes.moves) state.moveTo(undefined)
  state.ended = undefined
}

const turnByTurn = (
  name: string,
  words: ReadonlyArray<ShellWord>,
  body: CompoundList,
  state: ShellState,
  context: Context,
  walker: Walker,
): void => {
  const { leaves } = changesOf([body])
  const ends: Array<ShellState> = []
  for (const word of words) {
    walker.tally.turn()
    state.set(name, word)
    walker.list(body, state, context)
    state.ended = undefined
    if (leaves) ends.push(state.fork())
  }
  // Any turn may have been the last.
  if (leaves) state.merge(ends)
}

/** Few turns, each with a value of its own, are read one after the other. */
const canTurn = (words: ReadonlyArray<ShellWord>, { tally }: Walker): boolean =>
  words.length > 0 &&
  words.length <= MOST_CHOICES &&
  tally.canTurn(words.length) &&
  words.every((word) => word.open !== true)

/** The words of a list, for each value that its variables may have. */
const expandAll = (
  words: ReadonlyArray<Word>,
  state: ShellState,
  context: Context,
  walker: Walker,
): ReadonlyArray<ShellWord> => {
  const open = state.chooses ? openVariables(words, state) : []
  return waysOf(open).flatMap((way) => {
    const own = way.length === 0 ? state : state.fork()
    for (const [name, value] of way) own.set(name, value)
    return words.flatMap((word) => walker.expand(word, own, context))
  })
}
