// Where known texts stand in another: leftmost, of those that begin at one place the longest, none
// overlapping. No regular expression is made of them: of large values none can be made, and its error
// would say them.

export interface Found {
  readonly start: number
  readonly end: number
  /** Which of the needles, by its place in what was given. */
  readonly needle: number
}

export interface Needles {
  /** From `from` on, those that begin before `to`. */
  readonly in: (text: string, from?: number, to?: number) => Generator<Found, void>
  /** What any of them covers: those that overlap in one, which is told by the first. */
  readonly covered: (text: string) => Generator<Found, void>
}

/**
 * Of two that are the same the first counts; empty ones stand nowhere. A unit costs no more for many
 * needles than for one, as long as it does not begin one.
 */
export const needlesOf = (needles: ReadonlyArray<string>): Needles => {
  const sorted = needles
    .map((text, needle) => ({ text, needle }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.needle - b.needle))
    .filter(({ text }, i, all) => i === 0 || all[i - 1]!.text !== text)
  const pairs = new Uint8Array(PAIRS)
  const singles = new Set<number>()
  for (const { text } of sorted)
    if (text.length === 1) singles.add(text.charCodeAt(0))
    else pairs[pairOf(text.charCodeAt(0), text.charCodeAt(1))] = 1

  /** The first at or after `low` whose unit at `depth` is not below `unit`; all agree before it. */
  const bound = (low: number, high: number, depth: number, unit: number): number => {
    let [a, b] = [low, high]
    while (a < b) {
      const middle = (a + b) >> 1
      const { text } = sorted[middle]!
      if (text.length > depth && text.charCodeAt(depth) >= unit) b = middle
      else a = middle + 1
    }
    return a
  }

  /** The longest that begins at a place: the needles that agree so far are a run of the sorted ones. */
  const longestAt = (text: string, at: number): number => {
    let [low, high] = [0, sorted.length]
    let best = -1
    for (let depth = 0; low < high && at + depth < text.length;) {
      const unit = text.charCodeAt(at + depth)
      low = bound(low, high, depth, unit)
      high = bound(low, high, depth, unit + 1)
      depth += 1
      if (low < high && sorted[low]!.text.length === depth) best = low
    }
    return best
  }

  const foundAt = (text: string, at: number): number => {
    const unit = text.charCodeAt(at)
    return pairs[pairOf(unit, text.charCodeAt(at + 1))] === 1 || singles.has(unit)
      ? longestAt(text, at)
      : -1
  }

  return {
    *covered(text) {
      if (sorted.length === 0) return
      for (let at = 0; at < text.length; at++) {
        const first = foundAt(text, at)
        if (first < 0) continue
        const start = at
        let end = at + sorted[first]!.text.length
        for (at += 1; at < end; at++) {
          const other = foundAt(text, at)
          if (other >= 0) end = Math.max(end, at + sorted[other]!.text.length)
        }
        at -= 1
        yield { start, end, needle: sorted[first]!.needle }
      }
    },
    *in(text, from = 0, to = text.length) {
      if (sorted.length === 0) return
      for (let at = from; at < to;) {
        const best = foundAt(text, at)
        if (best < 0) {
          at += 1
          continue
        }
        const { text: found, needle } = sorted[best]!
        yield { start: at, end: at + found.length, needle }
        at += found.length
      }
    },
  }
}

const PAIRS = 1 << 16

const pairOf = (a: number, b: number): number => ((a * 251) ^ b) & (PAIRS - 1)
