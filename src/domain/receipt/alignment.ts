// Which elements of two sequences go together: the longest common subsequence, by Myers' greedy
// algorithm (An O(ND) Difference Algorithm, 1986), bounded. Where the two have too little in common for
// the bound, what occurs exactly once on either side is taken for fixed (patience diff), and the rest
// is aligned between; where nothing is unique, the path that got furthest within the bound is taken and
// gone on from. It must come to an end soon for any input: logs are as long as somebody likes.

/** Pairs of indexes, both rising. */
export type Matches = ReadonlyArray<readonly [a: number, b: number]>

/** Elements that one side has and the other has not, at most, for the exact answer. */
const MOST_EDITS = 500
/** Of rows so long that even so many would take too long. */
const LEAST_EDITS = 64
const MOST_STEPS = 200_000_000
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
  between(middleA, fromA + head, middleB, fromB + head, out, depth)
  for (let at = 0; at < a.length - endA; at++) out.push([fromA + endA + at, fromB + endB + at])
}

/** What neither begins nor ends alike. */
const between = (
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  out: Array<readonly [number, number]>,
  depth: number,
): void => {
  const exact = myers(a, b)
  if (exact.whole) for (const [i, j] of exact.matches) out.push([fromA + i, fromB + j])
  else if (depth >= MOST_DEPTH || !anchored(a, fromA, b, fromB, out, depth))
    for (const [i, j] of furthest(a, b)) out.push([fromA + i, fromB + j])
}

/** By the way that got furthest, again and again; what the other side has nowhere is not looked for. */
const furthest = (a: Int32Array, b: Int32Array): Matches => {
  const [inA, inB] = [new Set(a), new Set(b)]
  const [keptA, keptB] = [indexesOf(a, inB), indexesOf(b, inA)]
  const [commonA, commonB] = [keptA.map((at) => a[at]!), keptB.map((at) => b[at]!)]
  const out: Array<readonly [number, number]> = []
  let [doneA, doneB] = [0, 0]
  while (doneA < commonA.length && doneB < commonB.length) {
    const path = myers(commonA.subarray(doneA), commonB.subarray(doneB))
    for (const [i, j] of path.matches) out.push([keptA[doneA + i]!, keptB[doneB + j]!])
    doneA += path.a
    doneB += path.b
  }
  return out
}

const indexesOf = (ids: Int32Array, wanted: ReadonlySet<number>): Int32Array =>
  Int32Array.from([...ids.keys()].filter((at) => wanted.has(ids[at]!)))

/** Between what both sides have exactly once; false where there is no such thing. */
const anchored = (
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  out: Array<readonly [number, number]>,
  depth: number,
): boolean => {
  const [onceA, onceB] = [once(a), once(b)]
  const common = [...onceA].flatMap(([id, i]) => {
    const j = onceB.get(id)
    return j === undefined ? [] : [[i, j] as const]
  })
  const anchors = rising(common.sort(([i], [j]) => i - j))
  if (anchors.length === 0) return false
  let [doneA, doneB] = [0, 0]
  for (const [i, j] of [...anchors, [a.length, b.length] as const]) {
    const [gapA, gapB] = [a.subarray(doneA, i), b.subarray(doneB, j)]
    within(gapA, fromA + doneA, gapB, fromB + doneB, out, depth + 1)
    if (i < a.length) out.push([fromA + i, fromB + j])
    ;[doneA, doneB] = [i + 1, j + 1]
  }
  return true
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

/** A way through both sequences: what it matches, and how far it gets. */
interface Path {
  readonly matches: Matches
  readonly whole: boolean
  readonly a: number
  readonly b: number
}

/**
 * A longest common subsequence; beyond the bound the way that got furthest, at least one element on.
 * Keeps one array a round, as far as the round reaches: MOST_EDITS² numbers.
 */
const myers = (a: Int32Array, b: Int32Array): Path => {
  const [n, m] = [a.length, b.length]
  const most = Math.min(n + m, MOST_EDITS, Math.max(LEAST_EDITS, Math.floor(MOST_STEPS / (n + m))))
  const trace: Array<Int32Array> = []
  // reached[k + middle]: how far along `a` the diagonal k gets with so many edits.
  const middle = most + 1
  const reached = new Int32Array(2 * most + 3)
  let best = { i: 0, j: 0, edits: 0 }
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reached.slice(middle - edits - 1, middle + edits + 2))
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && reached[middle + k - 1]! < reached[middle + k + 1]!)
      let i = down ? reached[middle + k + 1]! : reached[middle + k - 1]! + 1
      let j = i - k
      while (i < n && j < m && a[i] === b[j]) {
        i++
        j++
      }
      reached[middle + k] = i
      if (i >= n && j >= m) return { matches: traced(trace, edits, n, m), whole: true, a: n, b: m }
      if (i <= n && j <= m && i + j > best.i + best.j) best = { i, j, edits }
    }
  }
  const { i, j } = best
  return { matches: traced(trace, best.edits, i, j), whole: false, a: i, b: j }
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
