// Many short literals found in one pass over a text, whatever their case (Aho and Corasick, 1975). The
// work is one table look-up a unit plus the matches themselves.

/** Called for each literal that ends at `end`; `which` is what was given with it. */
export type OnAnchor = (which: number, start: number, end: number) => void

export interface Anchors {
  /**
   * Goes from a state through the units from one place to another, reports each literal where it ends,
   * and gives the state after them; 0 is the start.
   */
  readonly scan: (text: string, from: number, to: number, state: number, found: OnAnchor) => number
}

export interface Anchor {
  readonly literal: string
  readonly which: number
}

/** Literals must be of lower case; the text may be of any. */
export const anchorsOf = (anchors: ReadonlyArray<Anchor>): Anchors => {
  const symbols = new Uint8Array(65_536)
  let count = 1
  for (const { literal } of anchors)
    for (let i = 0; i < literal.length; i++) {
      const unit = literal.charCodeAt(i)
      if (symbols[unit] === 0) symbols[unit] = count++
    }
  if (count > 255) throw new Error('too many different characters in the literals')
  for (let c = 0x41; c <= 0x5a; c++) symbols[c] = symbols[c + 0x20]!
  for (let c = 0x391; c <= 0x42f; c++) {
    const lower = String.fromCharCode(c).toLowerCase()
    if (lower.length === 1 && symbols[c] === 0) symbols[c] = symbols[lower.charCodeAt(0)]!
  }
  for (let c = 0xc0; c <= 0xde; c++) if (symbols[c] === 0) symbols[c] = symbols[c + 0x20]!

  const most = anchors.reduce((sum, { literal }) => sum + literal.length, 1)
  const table = new Uint16Array(most * count)
  const ends: Array<Array<Anchor>> = [[]]
  let states = 1
  for (const anchor of anchors) {
    let state = 0
    for (let i = 0; i < anchor.literal.length; i++) {
      const cell = state * count + symbols[anchor.literal.charCodeAt(i)]!
      if (table[cell] === 0) {
        table[cell] = states++
        ends.push([])
      }
      state = table[cell]!
    }
    ends[state]!.push(anchor)
  }
  if (states > 65_535) throw new Error('too many literals')
  // Breadth first: a state's failure is shallower than it, so its row is complete before it is used.
  const failure = new Uint16Array(states)
  const queue: Array<number> = []
  for (let symbol = 1; symbol < count; symbol++) {
    const state = table[symbol]!
    if (state !== 0) queue.push(state)
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!
    const back = failure[state]!
    ends[state] = [...ends[state]!, ...ends[back]!]
    for (let symbol = 1; symbol < count; symbol++) {
      const cell = state * count + symbol
      const onward = table[back * count + symbol]!
      if (table[cell] === 0) table[cell] = onward
      else {
        failure[table[cell]!] = onward
        queue.push(table[cell]!)
      }
    }
  }
  // A state is where its row begins. The lowest bit of a cell says whether a literal ends with it: most
  // units of any text are of some literal's beginning, and few of an end.
  const rows = new Uint32Array(states * count)
  for (let cell = 0; cell < rows.length; cell++) {
    const state = table[cell]!
    rows[cell] = (state * count * 2) | (ends[state]!.length > 0 ? 1 : 0)
  }
  return {
    scan: (text, from, to, before, found) => {
      let state = before
      for (let at = from; at < to; at++) {
        const cell = rows[state + symbols[text.charCodeAt(at)]!]!
        state = cell >>> 1
        if ((cell & 1) === 0) continue
        for (const { which, literal } of ends[state / count]!)
          found(which, at + 1 - literal.length, at + 1)
      }
      return state
    },
  }
}
