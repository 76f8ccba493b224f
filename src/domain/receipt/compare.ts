// Two rows of decisions side by side: what is the same, and where they part. Pure, and the same result
// with the sides exchanged, but for the names of the sides. Why two receipts differ is causes.ts.
import { align } from './alignment.ts'
import { LIKENESSES, type Step } from './step.ts'

/**
 * `changed`: one call, other receipts. `order`: one receipt, at other places. `missing`: the second
 * side lacks what the first has; `extra`: the other way round.
 */
export type DivergenceKind = 'changed' | 'order' | 'missing' | 'extra'

export interface Divergence {
  readonly kind: DivergenceKind
  /** Position in the first and in the second row of steps, from 0; null where that side has none. */
  readonly a: number | null
  readonly b: number | null
}

export interface Comparison {
  /** Decisions with one receipt on both sides, in the same order where orders are known. */
  readonly same: number
  /** In order of where they stand; the first is where the two sides part. */
  readonly divergences: ReadonlyArray<Divergence>
}

/** Both sides in the order that the decisions were made in. */
export const compareInOrder = (a: ReadonlyArray<Step>, b: ReadonlyArray<Step>): Comparison =>
  comesFirst(a, b) ? ordered(a, b) : mirrored(ordered(b, a))

/**
 * Whether the order of at least one side is not known. A receipt that a side has twice counts once, as
 * a folder holds it once.
 */
export const compareAsSets = (a: ReadonlyArray<Step>, b: ReadonlyArray<Step>): Comparison => {
  const [ofA, ofB] = [firstOfEach(a), firstOfEach(b)]
  const onlyA = [...ofA].filter(([digest]) => !ofB.has(digest)).sort(byText)
  const onlyB = [...ofB].filter(([digest]) => !ofA.has(digest)).sort(byText)
  const divergences: Array<Divergence> = []
  let restA = onlyA.map(([, at]) => at)
  let restB = onlyB.map(([, at]) => at)
  for (const level of LIKENESSES) {
    // From the end: taking the first of a long list again and again would move all the others.
    const groups = Map.groupBy(restB.toReversed(), (at) => b[at]!.likeness[level])
    const taken = new Set<number>()
    restA = restA.filter((at) => {
      const other = groups.get(a[at]!.likeness[level])?.pop()
      if (other === undefined) return true
      taken.add(other)
      divergences.push({ kind: 'changed', a: at, b: other })
      return false
    })
    restB = restB.filter((at) => !taken.has(at))
  }
  for (const at of restA) divergences.push({ kind: 'missing', a: at, b: null })
  for (const at of restB) divergences.push({ kind: 'extra', a: null, b: at })
  const digest = ({ a: i, b: j }: Divergence): string =>
    [i === null ? [] : [a[i]!.digest], j === null ? [] : [b[j]!.digest]].flat().sort()[0]!
  divergences.sort((one, other) => (digest(one) < digest(other) ? -1 : 1))
  return { same: ofA.size - onlyA.length, divergences }
}

const byText = ([one]: readonly [string, number], [other]: readonly [string, number]): number =>
  one < other ? -1 : 1

const firstOfEach = (steps: ReadonlyArray<Step>): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const [at, { digest }] of steps.entries()) if (!found.has(digest)) found.set(digest, at)
  return found
}

/** Which way round two rows are aligned: alignments with a tie depend on it. */
const comesFirst = (a: ReadonlyArray<Step>, b: ReadonlyArray<Step>): boolean => {
  if (a.length !== b.length) return a.length < b.length
  const at = a.findIndex(({ digest }, at) => digest !== b[at]!.digest)
  return at < 0 || a[at]!.digest < b[at]!.digest
}

const MIRRORED = { changed: 'changed', order: 'order', missing: 'extra', extra: 'missing' } as const

const mirrored = ({ same, divergences }: Comparison): Comparison => ({
  same,
  divergences: divergences.map(({ kind, a, b }) => ({ kind: MIRRORED[kind], a: b, b: a })),
})

/** What lies between two matches. */
interface Gap {
  readonly a: ReadonlyArray<number>
  readonly b: ReadonlyArray<number>
}

/** A divergence with the place that it is sorted by. */
type Placed = Divergence & { readonly gap: number; readonly at: number }

const ordered = (a: ReadonlyArray<Step>, b: ReadonlyArray<Step>): Comparison => {
  const matches = align(a.map(digestOf), b.map(digestOf))
  const gaps = gapsBetween(indexes(a), indexes(b), matches)
  const placed = moved(a, b, gaps)
  const [movedA, movedB] = [new Set(placed.map(({ a }) => a)), new Set(placed.map(({ b }) => b))]
  for (const [gap, { a: inA, b: inB }] of gaps.entries()) {
    const startA = inA[0] ?? 0
    const startB = inB[0] ?? 0
    const rest = {
      a: inA.filter((at) => !movedA.has(at)),
      b: inB.filter((at) => !movedB.has(at)),
    }
    const add = (kind: DivergenceKind, i: number | null, j: number | null): void => {
      const at = Math.min(i === null ? Infinity : i - startA, j === null ? Infinity : j - startB)
      placed.push({ kind, a: i, b: j, gap, at })
    }
    paired(a, b, rest, 0, add)
  }
  placed.sort((one, other) => one.gap - other.gap || one.at - other.at)
  return {
    same: matches.length,
    divergences: placed.map(({ kind, a, b }) => ({ kind, a, b })),
  }
}

const digestOf = ({ digest }: Step): string => digest
const indexes = (steps: ReadonlyArray<Step>): ReadonlyArray<number> => steps.map((_, at) => at)

/** The gaps between matches of two lists of positions, in order; none is empty on both sides. */
const gapsBetween = (
  a: ReadonlyArray<number>,
  b: ReadonlyArray<number>,
  matches: ReadonlyArray<readonly [number, number]>,
): ReadonlyArray<Gap> => {
  const gaps: Array<Gap> = []
  let [doneA, doneB] = [0, 0]
  for (const [i, j] of [...matches, [a.length, b.length] as const]) {
    if (i > doneA || j > doneB) gaps.push({ a: a.slice(doneA, i), b: b.slice(doneB, j) })
    ;[doneA, doneB] = [i + 1, j + 1]
  }
  return gaps
}

/** Receipts that are in a gap on either side: the same, in another order. */
const moved = (
  a: ReadonlyArray<Step>,
  b: ReadonlyArray<Step>,
  gaps: ReadonlyArray<Gap>,
): Array<Placed> => {
  const waiting = new Map<string, Array<{ readonly at: number; readonly gap: number }>>()
  // From the end, so that the first that waits is the last of its list.
  for (const [gap, { b: inB }] of [...gaps.entries()].toReversed())
    for (const at of inB.toReversed()) {
      const { digest } = b[at]!
      const others = waiting.get(digest)
      if (others === undefined) waiting.set(digest, [{ at, gap }])
      else others.push({ at, gap })
    }
  const out: Array<Placed> = []
  for (const [gap, { a: inA }] of gaps.entries())
    for (const at of inA) {
      const other = waiting.get(a[at]!.digest)?.pop()
      if (other === undefined) continue
      const here = { gap, at: at - inA[0]! }
      const there = { gap: other.gap, at: other.at - gaps[other.gap]!.b[0]! }
      const first =
        here.gap < there.gap || (here.gap === there.gap && here.at <= there.at) ? here : there
      out.push({ kind: 'order', a: at, b: other.at, ...first })
    }
  return out
}

/** One call on both sides of a gap is told by the most that it still has in common, in order. */
const paired = (
  a: ReadonlyArray<Step>,
  b: ReadonlyArray<Step>,
  gap: Gap,
  level: number,
  add: (kind: DivergenceKind, i: number | null, j: number | null) => void,
): void => {
  const done = level >= LIKENESSES.length
  if (done && gap.a.length === gap.b.length) {
    // As many calls in one place, of which no two are alike: each took the place of another.
    for (const [at, i] of gap.a.entries()) add('changed', i, gap.b[at]!)
    return
  }
  if (done || gap.a.length === 0 || gap.b.length === 0) {
    for (const at of gap.a) add('missing', at, null)
    for (const at of gap.b) add('extra', null, at)
    return
  }
  const matches = align(
    gap.a.map((at) => a[at]!.likeness[level]!),
    gap.b.map((at) => b[at]!.likeness[level]!),
  )
  for (const [i, j] of matches) add('changed', gap.a[i]!, gap.b[j]!)
  for (const inner of gapsBetween(gap.a, gap.b, matches)) paired(a, b, inner, level + 1, add)
}
