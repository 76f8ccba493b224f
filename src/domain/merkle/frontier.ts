// The right edge of a growing tree: enough to append to it and to know its root, without any of its
// older nodes. A node given out here is perfect (all its leaves exist), so it never changes again.
import type { Sha256 } from '../hash.ts'
import { emptyRoot, nodeHash } from './hash.ts'

/**
 * `peaks` are the roots of the perfect subtrees that the size's binary digits name, largest (and
 * leftmost) first: size 6 = 0b110 has a peak over leaves 0–3 and one over leaves 4–5.
 */
export interface Frontier {
  /** Leaves; a safe integer. */
  readonly size: number
  readonly peaks: ReadonlyArray<Uint8Array>
}

/** The root of the `index`-th run of 2^level leaves. */
export interface PerfectNode {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] }

/** Peaks a frontier of this size has: the ones in its binary form. */
export const peakCount = (size: number): number => {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

/** Appends one leaf. `nodes` are the perfect nodes it completes, the leaf itself first. */
export const appendLeaf = (
  sha256: Sha256,
  frontier: Frontier,
  leaf: Uint8Array,
): { readonly frontier: Frontier; readonly nodes: ReadonlyArray<PerfectNode> } => {
  const { size } = frontier
  const peaks = frontier.peaks.slice()
  const nodes: Array<PerfectNode> = [{ level: 0, index: size, hash: leaf }]
  let hash = leaf
  let index = size
  for (let level = 1; index % 2 === 1; level++) {
    hash = nodeHash(sha256, peaks.pop()!, hash)
    index = (index - 1) / 2
    nodes.push({ level, index, hash })
  }
  peaks.push(hash)
  return { frontier: { size: size + 1, peaks }, nodes }
}

/** The RFC 6962 root of the tree: peaks folded from the smallest to the largest. */
export const rootOfFrontier = (sha256: Sha256, frontier: Frontier): Uint8Array => {
  const { peaks } = frontier
  let root = peaks.at(-1)
  if (root === undefined) return emptyRoot(sha256)
  for (let i = peaks.length - 2; i >= 0; i--) root = nodeHash(sha256, peaks[i]!, root)
  return root
}
