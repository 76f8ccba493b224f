// Which elements of two sequences go together: the longest common subsequence, by Myers' greedy
// algorithm (An O(ND) Difference Algorithm, 1986), bounded. Where the two have too little in common for
// the bound, what occurs exactly once on either side is taken for fixed (patience diff), and the rest
// is aligned between. It must come to an end soon for any input: logs are as long as somebody likes.

/** Pairs of indexes, both rising. */
export type Matches = ReadonlyArray<readonly [a: number, b: number]>

/** Elements that one side has and the other has not, at most, for the exact answer. */
const MOST_EDITS = 1000
/** Steps of one exact search at most. */
const MOST_STEPS = 20_000_000
/** Depth of gaps within gaps. */
const MOST_DEPTH = 8

/** Elements are equal when their keys are. */
export const align = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): Matches => {
  const ids = new Map<string, number>()
  const numbered = (keys: ReadonlyArray<string>): Int32Array =>
    Int32Array.from(keys, (key) => {
      const id = ids.get(key) ?? ids.size
      ids.set(key, id)
      return id
    })
  const out: Array<readonly [number, number]> = []
  within(numbered(a), 0, numbered(b), 0, out, 0)
  return out
}

const within = (
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  out: Array<readonly [number, number]>,
  depth: number,
): void => {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let [endA, endB] = [a.length, b.length]
  while (endA > head && endB > head && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  for (let at = 0; at < head; at++) out.push([fromA + at, fromB + at])
  const [middleA, middleB] = [a.subarray(head, endA), b.subarray(head, endB)]
  if (middleA.length > 0 && middleB.length > 0) {
    const exact = myers(middleA, middleB)
    if (exact !== undefined)
      for (const [i, j] of exact) out.push([fromA + head + i, fromB + head + j])
    else anchored(middleA, fromA + head, middleB, fromB + head, out, depth)
  }
  for (let at = 0; at < a.length - endA; at++) out.push([fromA + endA + at, fromB + endB + at])
}

/** Between what both sides have exactly once; where there is no such thing, nothing goes together. */
const anchored = (
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  out: Array<readonly [number, number]>,
  depth: number,
): void => {
  if (depth >= MOST_DEPTH) return
  const [onceA, onceB] = [once(a), once(b)]
  const common = [...onceA].flatMap(([id, i]) => {
    const j = onceB.get(id)
    return j === undefined ? [] : [[i, j] as const]
  })
  const anchors = rising(common.sort(([i], [j]) => i - j))
  if (anchors.length === 0) return
  let [doneA, doneB] = [0, 0]
  for (const [i, j] of [...anchors, [a.length, b.length] as const]) {
    const [gapA, gapB] = [a.subarray(doneA, i), b.subarray(doneB, j)]
    within(gapA, fromA + doneA, gapB, fromB + doneB, out, depth + 1)
    if (i < a.length) out.push([fromA + i, fromB + j])
    ;[doneA, doneB] = [i + 1, j + 1]
  }
}

/** Where each element is that occurs once. */
const once = (ids: Int32Array): ReadonlyMap<number, number> => {
  const found = new Map<number, number>()
  for (const [at, id] of ids.entries()) found.set(id, found.has(id) ? -1 : at)
  for (const [id, at] of found) if (at < 0) found.delete(id)
  return found
}

/** Longest part of the pairs, which rise in the first, that rises in the second too. */
const rising = (pairs: Matches): Matches => {
  const tails: Array<number> = []
  const before: Array<number> = []
  for (const [at, [, j]] of pairs.entries()) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[tails[middle]!]![1] < j) low = middle + 1
      else high = middle
    }
    before[at] = low === 0 ? -1 : tails[low - 1]!
    tails[low] = at
  }
  const out: Array<readonly [number, number]> = []
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]!) out.push(pairs[at]!)
  return out.toReversed()
}

/**
 * Matches of a longest common subsequence, or undefined beyond the bound. Keeps one array a round, as
 * far as the round reaches: at most MOST_EDITS² numbers.
 */
const myers = (a: Int32Array, b: Int32Array): Matches | undefined => {
  const [n, m] = [a.length, b.length]
  const most = Math.min(n + m, MOST_EDITS)
  const trace: Array<Int32Array> = []
  let steps = 0
  // furthest[k + most]: how far along `a` the diagonal k gets with so many edits.
  const furthest = new Int32Array(2 * most + 3)
  const middle = most + 1
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(middle - edits - 1, middle + edits + 2))
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && furthest[middle + k - 1]! < furthest[middle + k + 1]!)
      let i = down ? furthest[middle + k + 1]! : furthest[middle + k - 1]! + 1
      let j = i - k
      const start = i
      while (i < n && j < m && a[i] === b[j]) {
        i++
        j++
      }
      furthest[middle + k] = i
      steps += i - start + 1
      if (i >= n && j >= m) return traced(trace, edits, n, m)
    }
    if (steps > MOST_STEPS) return undefined
  }
  return undefined
}

const traced = (trace: ReadonlyArray<Int32Array>, edits: number, n: number, m: number): Matches => {
  const out: Array<readonly [number, number]> = []
  let [i, j] = [n, m]
  for (let round = edits; round >= 0; round--) {
    const furthest = trace[round]!
    const at = (k: number): number => furthest[k + round + 1]!
    const k = i - j
    const down = k === -round || (k !== round && at(k - 1) < at(k + 1))
    const before = down ? k + 1 : k - 1
    const beforeI = round === 0 ? 0 : at(before)
    const beforeJ = round === 0 ? 0 : beforeI - before
    // Back along the diagonal, to right behind the edit of this round.
    while (i > beforeI && j > beforeJ) {
      i--
      j--
      out.push([i, j])
    }
    ;[i, j] = [beforeI, beforeJ]
  }
  return out.toReversed()
}
