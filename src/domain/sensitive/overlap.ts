// Of values that overlap, the ones that are reported: the surer, then the longer, then the earlier.
// The outcome depends on nothing but the spans, in whatever order they come.
import type { Span } from './span.ts'

const isBetter = (a: Span, b: Span): number =>
  b.score - a.score ||
  b.end - b.start - (a.end - a.start) ||
  a.start - b.start ||
  (a.detector < b.detector ? -1 : a.detector > b.detector ? 1 : 0)

const inPlace = (a: Span, b: Span): number => a.start - b.start || isBetter(a, b)

/** In order of place, none overlapping another. */
export const resolved = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const sorted = [...spans].sort(inPlace)
  const kept: Array<Span> = []
  let from = 0
  while (from < sorted.length) {
    let to = from + 1
    let reach = sorted[from]!.end
    while (to < sorted.length && sorted[to]!.start < reach)
      reach = Math.max(reach, sorted[to++]!.end)
    if (to === from + 1) kept.push(sorted[from]!)
    else kept.push(...bestOf(sorted.slice(from, to)))
    from = to
  }
  return kept
}

/** Of a heap of spans each of which overlaps some other. */
const bestOf = (heap: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const kept: Array<Span> = []
  for (const span of [...heap].sort(isBetter)) {
    let low = 0
    let high = kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (kept[middle]!.start < span.start) low = middle + 1
      else high = middle
    }
    const clear =
      (low === 0 || kept[low - 1]!.end <= span.start) &&
      (low === kept.length || kept[low]!.start >= span.end)
    if (clear) kept.splice(low, 0, span)
  }
  return kept
}
