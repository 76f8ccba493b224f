// Values that are known already, wherever else they stand: those of the session, those that files hold,
// and those that only their surroundings gave away in another text of the same event.
import type { MaskedValue } from './factMask.ts'
import { needlesOf } from './needles.ts'
import { resolved, underRules } from './overlap.ts'
import type { Span } from './span.ts'

/** Shorter values would be found by chance. UTF-16 units. */
export const LEAST_KNOWN = 4
/** Of one event; what many cost is their sorting. */
const MOST_KNOWN = 4096

export type Known = (text: string, from: number, to: number) => ReadonlyArray<Span>

/** Where values stand that are known; undefined where there are none. `least`: UTF-16 units. */
export const knownIn = (values: ReadonlyArray<MaskedValue>, least: number): Known | undefined => {
  const types = new Map<string, string>()
  for (const { type, value } of values)
    if (value.length >= least && !types.has(value) && types.size < MOST_KNOWN)
      types.set(value, type)
  if (types.size === 0) return undefined
  const all = [...types]
  const needles = needlesOf(all.map(([value]) => value))
  return (text, from, to) =>
    [...needles.in(text, from, Math.min(to, text.length))].map(({ start, end, needle }) => ({
      start,
      end,
      type: all[needle]![1] as Span['type'],
      score: 1,
      detector: 'rules:known',
    }))
}

const MADE = new WeakMap<ReadonlyArray<MaskedValue>, Known | 'none'>()

/** Of lists that are the same from event to event. */
export const knownOnce = (values: ReadonlyArray<MaskedValue>, least: number): Known | undefined => {
  const before = MADE.get(values)
  if (before !== undefined) return before === 'none' ? undefined : before
  const made = knownIn(values, least)
  MADE.set(values, made ?? 'none')
  return made
}

/**
 * Known values beside what was found: one within it is a part of it; of what one overlaps otherwise the
 * rest stays a value, so that no half of any is shown.
 */
export const withKnown = (
  text: string,
  found: ReadonlyArray<Span>,
  known: ReadonlyArray<Span>,
): ReadonlyArray<Span> => {
  let at = 0
  const apart = resolved(known).filter(({ start, end }) => {
    while (at < found.length && found[at]!.end < end) at++
    return !(at < found.length && found[at]!.start <= start)
  })
  return underRules(text, apart, found)
}

/** A shorter value may be a word of the text as well. UTF-16 units. */
export const LEAST_SAID = 12
/** The same for one line of a key. */
const LEAST_LINE = 32

/**
 * What its surroundings gave away in one place is the same value wherever it stands in the event: one
 * text comes in several of a result's fields, in one whole and in another by its lines, and in a name.
 */
export const saidElsewhere = (type: string, value: string): ReadonlyArray<MaskedValue> => {
  if (value.length < LEAST_SAID) return []
  if (!value.includes('\n')) return [{ type, value }]
  if (type !== 'SECRET') return []
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LINE && !line.startsWith('-----'))
    .map((line) => ({ type, value: line }))
}
