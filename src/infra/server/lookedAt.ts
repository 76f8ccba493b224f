// How far a text was looked at, and what may be shown of it: not what nobody looked at, nor a value that
// goes on into it.
import type { Known } from '../../domain/sensitive/knownValues.ts'
import type { Span } from '../../domain/sensitive/span.ts'
import type { slices } from '../store/slices.ts'

/** Looked through for known values without a breath. UTF-16 units. */
const KNOWN_AT_ONCE = 32_768

/** Where known values stand. `cut`: units at the end that there was no time for, by `performance.now()`. */
export const knownSpans = async (
  text: string,
  known: ReadonlyArray<Known>,
  breath: ReturnType<typeof slices>,
  deadline = Infinity,
): Promise<{ readonly spans: ReadonlyArray<Span>; readonly cut: number }> => {
  const spans: Array<Span> = []
  if (known.length > 0)
    for (let from = 0; from < text.length; from += KNOWN_AT_ONCE) {
      if (breath.spent()) await breath.rest()
      if (performance.now() > deadline) return { spans, cut: text.length - from }
      // One that reaches into what is looked at next is found twice, and counts once.
      for (const one of known) spans.push(...one(text, from, from + KNOWN_AT_ONCE))
    }
  return { spans, cut: 0 }
}

/** Where what may be shown of a text ends, whose last `cut` units nobody looked at. `values`: in order. */
export const lookedAtEnd = (length: number, cut: number, values: ReadonlyArray<Span>): number => {
  const seen = length - cut
  return Math.min(seen, values.find(({ end }) => end > seen)?.start ?? seen)
}

export const notLookedAt = (units: number): string =>
  `\n[${units} characters withheld by Isonapse: there was no time to look for sensitive values in them]`
