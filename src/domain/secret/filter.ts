// Puts a name in the place of every value in a stream of bytes, across the borders of its chunks.
// What cannot be the beginning of a value goes out at once, so that a prompt or a progress bar does
// not wait; linear in the length of the stream whatever it holds.
import { fromUtf8, utf8 } from '../bytes.ts'
import { type Automaton, automatonOf, type Needle, stepFrom } from './automaton.ts'
import { formsOf } from './encodings.ts'

export interface Filtered {
  /** A stored value: well-formed text. */
  readonly find: string
  /** What is shown in its place. */
  readonly as: string
}

export interface CompiledFilter {
  readonly plain: Automaton
  readonly wrapped: Automaton
  readonly shown: ReadonlyArray<Uint8Array>
}

export const compileFilter = (filters: ReadonlyArray<Filtered>): CompiledFilter => {
  const plain: Array<Needle> = []
  const wrapped: Array<Needle> = []
  filters.forEach(({ find }, of) => {
    const forms = formsOf(find)
    for (const bytes of forms.plain) plain.push({ bytes, of })
    for (const bytes of forms.wrapped) wrapped.push({ bytes, of })
  })
  return {
    plain: automatonOf(plain),
    wrapped: automatonOf(wrapped),
    shown: filters.map(({ as }) => utf8(as)),
  }
}

interface Match {
  readonly start: number
  readonly end: number
  readonly of: number
}

const LF = 10
const CR = 13
/**
 * An encoded value is read on past a line's end once this much of it is there: with less, the last
 * letters of an ordinary line would hold its end back.
 */
const LEAST_BEFORE_BREAK = 8

export class FilterStream {
  private readonly filter: CompiledFilter
  private plain = 0
  private wrapped = 0
  /** Where the last bytes that `wrapped` has read stand in the stream, as it skips line ends. */
  private readonly places: Float64Array
  private placed = 0
  /** Bytes read, and of those given out or replaced. */
  private read = 0
  private out = 0
  private readonly held = new Held()
  private pending: Array<Match> = []

  constructor(filter: CompiledFilter) {
    this.filter = filter
    this.places = new Float64Array(filter.wrapped.longest + 1)
  }

  /** What can be given out after this chunk. */
  write(chunk: Uint8Array): Uint8Array {
    const matches = this.pending
    this.scanPlain(chunk, matches)
    this.scanWrapped(chunk, matches)
    this.read += chunk.length
    this.held.add(chunk)
    return this.settle(
      Math.min(
        this.read - this.filter.plain.depth[this.plain]!,
        this.placeOf(this.filter.wrapped.depth[this.wrapped]!),
      ),
    )
  }

  /** What was held back, as nothing follows any more. The stream begins anew after it. */
  end(): Uint8Array {
    this.plain = 0
    this.wrapped = 0
    return this.settle(this.read)
  }

  /** What was held back, as it came: for another stream to go on with. This one begins anew. */
  rest(): Uint8Array {
    const bytes = this.held.take(this.read - this.out)
    this.out = this.read
    this.pending = []
    this.plain = 0
    this.wrapped = 0
    return bytes
  }

  private scanPlain(chunk: Uint8Array, matches: Array<Match>): void {
    const { plain: automaton } = this.filter
    const { root, found, of } = automaton
    let state = this.plain
    for (let i = 0; i < chunk.length; i++) {
      state = state === 0 ? root[chunk[i]!]! : stepFrom(automaton, state, chunk[i]!)
      const length = found[state]!
      if (length === 0) continue
      const end = this.read + i + 1
      addMatch(matches, { start: end - length, end, of: of[state]! })
    }
    this.plain = state
  }

  private scanWrapped(chunk: Uint8Array, matches: Array<Match>): void {
    const { wrapped: automaton } = this.filter
    if (automaton.longest === 0) return
    const { root, found, of, depth } = automaton
    const { places } = this
    let state = this.wrapped
    for (let i = 0; i < chunk.length; i++) {
      const value = chunk[i]!
      if ((value === LF || value === CR) && depth[state]! >= LEAST_BEFORE_BREAK) continue
      state = state === 0 ? root[value]! : stepFrom(automaton, state, value)
      if (state === 0) continue
      places[this.placed++ % places.length] = this.read + i
      const length = found[state]!
      if (length === 0) continue
      const start = this.placeOf(length)
      addMatch(matches, { start, end: this.read + i + 1, of: of[state]! })
    }
    this.wrapped = state
  }

  /** Where the last so many bytes that `wrapped` has read begin; none: the end of what was read. */
  private placeOf(count: number): number {
    const { places } = this
    return count === 0 ? this.read : places[(this.placed - count) % places.length]!
  }

  /** Gives out what comes before `cut`: nothing that is found later can begin there. */
  private settle(cut: number): Uint8Array {
    const matches = this.pending.sort((a, b) => a.start - b.start || b.end - a.end)
    const parts: Array<Uint8Array> = []
    let settled = 0
    for (const { start, end, of } of matches) {
      if (start < this.out) {
        // It overlaps one that was replaced: what it has more goes with that.
        if (end > this.out) this.skipTo(end)
      } else if (start < cut) {
        parts.push(this.held.take(start - this.out), this.filter.shown[of]!)
        this.out = start
        this.skipTo(end)
      } else break
      settled += 1
    }
    this.pending = matches.slice(settled)
    if (this.out < cut) {
      parts.push(this.held.take(cut - this.out))
      this.out = cut
    }
    return joined(parts)
  }

  private skipTo(end: number): void {
    this.held.take(end - this.out)
    this.out = end
  }
}

/** Matches that end later and begin no later take the place of the ones within them. */
const addMatch = (matches: Array<Match>, match: Match): void => {
  const last = matches.at(-1)
  if (last !== undefined && match.start <= last.start && match.end >= last.end) matches.pop()
  matches.push(match)
}

const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Bytes that wait: added at the end, taken from the beginning, each moved a few times at most. */
class Held {
  private bytes = new Uint8Array(1024)
  private from = 0
  private to = 0

  add(chunk: Uint8Array): void {
    if (this.to + chunk.length > this.bytes.length) {
      const length = this.to - this.from
      const room =
        2 * (length + chunk.length) > this.bytes.length
          ? new Uint8Array(2 * (length + chunk.length))
          : this.bytes
      room.set(this.bytes.subarray(this.from, this.to))
      this.bytes = room
      this.from = 0
      this.to = length
    }
    this.bytes.set(chunk, this.to)
    this.to += chunk.length
  }

  take(count: number): Uint8Array {
    const taken = this.bytes.slice(this.from, this.from + count)
    this.from += count
    return taken
  }
}

/** The whole text with every value replaced; the text itself where it holds none. */
export const filtered = (filter: CompiledFilter, text: string): string => {
  if (filter.plain.longest === 0) return text
  if (text.isWellFormed()) return filteredPart(filter, text)
  // A lone surrogate has no bytes, and stands in no value.
  return text
    .split(/([\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/)
    .map((part) => (part.isWellFormed() ? filteredPart(filter, part) : part))
    .join('')
}

const filteredPart = (filter: CompiledFilter, text: string): string => {
  const bytes = utf8(text)
  const stream = new FilterStream(filter)
  const out = joined([stream.write(bytes), stream.end()])
  if (out.length === bytes.length && out.every((byte, i) => byte === bytes[i])) return text
  // A value begins and ends with whole characters, and so does what stands around it; only an encoded
  // form is found within others' bytes, and those are ASCII.
  return fromUtf8(out) ?? ''
}
