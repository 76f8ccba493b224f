// Why two receipts of one call differ: which of the things that a decision depends on are not the same.
import { type Difference, type Part } from './differences.ts'
import type { DivergenceKind } from './compare.ts'

/** Of what is not the same at a place; of a whole, also that it stands elsewhere or nowhere. */
export type Cause = Part | Exclude<DivergenceKind, 'changed'>

/**
 * From the root to what follows from it. Another engine may read, count and judge anything otherwise,
 * and another policy may count other rates; a mode or posture was chosen; what was observed (a link, a
 * script) changes what the same call would do; then comes the call itself. A decision that differs
 * while all of these are the same has no cause but a defect or tampering.
 */
const PRECEDENCE: ReadonlyArray<Part> = [
  'engine',
  'policy',
  'state',
  'observation',
  'input',
  'decision',
]

/**
 * All causes, the root one first. An action that differs while something else was observed may differ
 * for that reason alone, so it is a cause of its own only where the observations agree, or where
 * the event or the tool is another one, which nothing observed can bring about.
 */
export const causesOf = (differences: ReadonlyArray<Difference>): ReadonlyArray<Part> => {
  const parts = new Set(differences.map(({ part }) => part))
  const another = differences.some(({ field }) => ANOTHER_CALL.has(field))
  return PRECEDENCE.filter((part) => {
    if (!parts.has(part)) return false
    if (part === 'input') return another || !parts.has('observation')
    return part !== 'decision' || parts.size === 1
  })
}

const ANOTHER_CALL: ReadonlySet<string> = new Set(['event', 'tool', 'origin'])

/** What each cause means, in a line. */
export const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  engine: 'another version of isonapse decided',
  policy: 'another policy was in force',
  state: 'mode, posture, suspension, counters or taint were others',
  observation: 'something else was observed on the machine',
  input: 'the call would do something else',
  decision: 'all that it depends on is equal: a defect, or tampering',
  order: 'the same receipt, at another place',
  missing: 'B has no such decision here',
  extra: 'A has no such decision here',
}
