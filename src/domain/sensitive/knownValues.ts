// Values that are known already, wherever else they stand: those that files hold, and those that only
// their surroundings gave away in another text of the same event.
import type { MaskedValue } from './factMask.ts'
import { needlesOf } from './needles.ts'
import type { Span } from './span.ts'

/** Shorter values would be found by chance. UTF-16 units. */
const LEAST_KNOWN = 4
/** Of one event; what many cost is their sorting. */
const MOST_KNOWN = 16_384
/** Where values stand that are known; undefined where there are none. */
export const knownIn = (
  values: ReadonlyArray<MaskedValue>,
): ((text: string, from: number, to: number) => ReadonlyArray<Span>) | undefined => {
  const types = new Map<string, string>()
  for (const { type, value } of values)
    if (value.length >= LEAST_KNOWN && !types.has(value) && types.size < MOST_KNOWN)
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

/** A shorter credential may be a word of the text as well. UTF-16 units. */
const LEAST_SAID = 12
/** The same for one line of a key. */
const LEAST_LINE = 32

/**
 * What only its surroundings gave away as a credential is one wherever it stands in the event: the same
 * text comes in several of a result's fields, in one whole and in another by its lines.
 */
export const saidElsewhere = (type: string, value: string): ReadonlyArray<MaskedValue> => {
  if (type !== 'SECRET' || value.length < LEAST_SAID) return []
  if (!value.includes('\n')) return [{ type, value }]
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LINE && !line.startsWith('-----'))
    .map((line) => ({ type, value: line }))
}
