// Where effects stand in a receipt: in which order, never how far from the text's beginning. A command
// that names the home directory is longer on one machine than on another, and offsets behind that name
// would tell the two apart.
import type { Action } from '../action/action.ts'
import type { ActionEffect, Span } from '../action/effect.ts'

const TEXT_OF_THE_CALL = ''

/** What the offsets of an effect count in: the call's own text, or the file that it was found in. */
const textOf = ({ in: file }: ActionEffect): string =>
  file === undefined ? TEXT_OF_THE_CALL : JSON.stringify(file)

/**
 * The action with each span's offsets replaced by their rank among all offsets into the same text: 0
 * for the first. What is before, within or equal to what stays so. Whoever has the text reads it again
 * for the words; without it offsets say nothing more.
 */
export const ranked = (action: Action): Action => {
  const offsets = new Map<string, Set<number>>()
  for (const effect of action.effects) {
    if (effect.span === undefined) continue
    const text = textOf(effect)
    const known = offsets.get(text) ?? new Set()
    known.add(effect.span.start).add(effect.span.end)
    offsets.set(text, known)
  }
  if (offsets.size === 0) return action
  const ranks = new Map(
    [...offsets].map(([text, known]) => [
      text,
      new Map([...known].sort((a, b) => a - b).map((offset, rank) => [offset, rank] as const)),
    ]),
  )
  const rankOf = (text: string, { start, end }: Span): Span => {
    const known = ranks.get(text)!
    return { start: known.get(start)!, end: known.get(end)! }
  }
  return {
    ...action,
    effects: action.effects.map((effect) =>
      effect.span === undefined ? effect : { ...effect, span: rankOf(textOf(effect), effect.span) },
    ),
  }
}
