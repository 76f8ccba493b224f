// Finds many byte strings at once in a stream, in linear time (Aho and Corasick, 1975). The stream is
// the agent's to choose, so nothing here goes back over what it has read.

export interface Needle {
  readonly bytes: Uint8Array
  /** What stands for it; an index of the caller's. */
  readonly of: number
}

/** A trie in flat arrays: nodes have one child nearly always, so children are short lists. */
export interface Automaton {
  readonly root: Int32Array
  readonly child: Int32Array
  readonly sibling: Int32Array
  readonly byte: Uint8Array
  readonly fail: Int32Array
  readonly depth: Int32Array
  /** Length of the longest needle that ends in this state, 0 for none, and whose it is. */
  readonly found: Int32Array
  readonly of: Int32Array
  readonly longest: number
}

export const automatonOf = (needles: ReadonlyArray<Needle>): Automaton => {
  const size = 1 + needles.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const root = new Int32Array(256)
  const child = new Int32Array(size)
  const sibling = new Int32Array(size)
  const byte = new Uint8Array(size)
  const fail = new Int32Array(size)
  const depth = new Int32Array(size)
  const found = new Int32Array(size)
  const of = new Int32Array(size)
  let nodes = 1
  let longest = 0
  for (const needle of needles) {
    let at = 0
    for (const value of needle.bytes) {
      let next = childOf({ root, child, sibling, byte }, at, value)
      if (next === 0) {
        next = nodes++
        byte[next] = value
        depth[next] = depth[at]! + 1
        if (at === 0) root[value] = next
        else {
          sibling[next] = child[at]!
          child[at] = next
        }
      }
      at = next
    }
    longest = Math.max(longest, needle.bytes.length)
    if (found[at] === 0) {
      found[at] = needle.bytes.length
      of[at] = needle.of
    }
  }
  // Breadth first: where a node leads that cannot go on is known for all that are less deep.
  const queue = new Int32Array(nodes)
  let filled = 0
  for (const first of root) if (first !== 0) queue[filled++] = first
  for (let taken = 0; taken < filled; taken++) {
    const node = queue[taken]!
    if (found[node] === 0) {
      found[node] = found[fail[node]!]!
      of[node] = of[fail[node]!]!
    }
    for (let next = child[node]!; next !== 0; next = sibling[next]!) {
      let back = fail[node]!
      let to = childOf({ root, child, sibling, byte }, back, byte[next]!)
      while (to === 0 && back !== 0) {
        back = fail[back]!
        to = childOf({ root, child, sibling, byte }, back, byte[next]!)
      }
      fail[next] = to
      queue[filled++] = next
    }
  }
  return { root, child, sibling, byte, fail, depth, found, of, longest }
}

type Trie = Pick<Automaton, 'root' | 'child' | 'sibling' | 'byte'>

const childOf = ({ root, child, sibling, byte }: Trie, node: number, value: number): number => {
  if (node === 0) return root[value]!
  let next = child[node]!
  while (next !== 0 && byte[next] !== value) next = sibling[next]!
  return next
}

/** The state after one more byte; 0 is the beginning. */
export const stepFrom = (automaton: Automaton, state: number, value: number): number => {
  let at = state
  let next = childOf(automaton, at, value)
  while (next === 0 && at !== 0) {
    at = automaton.fail[at]!
    next = childOf(automaton, at, value)
  }
  return next
}
