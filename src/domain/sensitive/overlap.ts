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

const WORD = /[\p{L}\p{N}]/u
/** What is left of a span beside a surer one must be more than a letter or two to say anything. */
const LEAST_LEFT = 3

/**
 * Spans that are less sure whatever their score, under those that are: of one that overlaps, what stands
 * beside stays ("Lindenweg 4, Bremen" beside the street), from its first letter or digit to its last.
 * Both in, and out, in order of place, none overlapping.
 */
export const underRules = (
  text: string,
  sure: ReadonlyArray<Span>,
  unsure: ReadonlyArray<Span>,
): ReadonlyArray<Span> => {
  if (unsure.length === 0) return sure
  const left: Array<Span> = []
  let at = 0
  const add = (span: Span, from: number, to: number): void => {
    let start = from
    let end = to
    if (start !== span.start) while (start < end && !WORD.test(text[start]!)) start++
    if (end !== span.end) while (start < end && !WORD.test(text[end - 1]!)) end--
    const isWhole = start === span.start && end === span.end
    if (start < end && (isWhole || end - start >= LEAST_LEFT)) left.push({ ...span, start, end })
  }
  for (const span of resolved(unsure)) {
    while (at < sure.length && sure[at]!.end <= span.start) at++
    let from = span.start
    for (let i = at; i < sure.length && sure[i]!.start < span.end; i++) {
      add(span, from, Math.max(from, sure[i]!.start))
      from = Math.max(from, sure[i]!.end)
    }
    add(span, from, span.end)
  }
  return [...sure, ...left].sort(inPlace)
}
