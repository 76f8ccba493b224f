// What a log that goes on from another one takes over of the states that were folded there: in parts,
// as one entry holds only so much, each a state of its own. Taking a part adds what is not there and
// changes nothing that is: wherever such an entry stands, it frees no call of anything.
//
//   state ─ partsOf ─▶ StateCarried, StateCarried, … ─ carrying ─▶ the same state, its indexes negative
//
// Entries of the parent have indexes below nought here, in their order: what is dropped as the oldest goes
// by them.
import { utf8 } from '../domain/bytes.ts'
import { canonicalJson, NotCanonical } from '../domain/canonical.ts'
import type { Projection } from './projection.ts'

/** Which fields of a state are records, and in which fields of their values indexes stand. */
export interface Carry {
  readonly records: Readonly<Record<string, ReadonlyArray<string>>>
  /** A record within each value of a record, where values may be larger than an entry. */
  readonly inner?: Readonly<Record<string, string>>
  /** Fields that are not taken over: they are folded from this log's own entries. */
  readonly own?: ReadonlyArray<string>
  /** Lists of the parent's indexes, which nobody could look up here: they are left empty. */
  readonly left?: ReadonlyArray<string>
}

type Fields = Readonly<Record<string, unknown>>

/** A part's canonical JSON at most, but for what no record holds. Bytes. */
const PART_BYTES = 40_000

/** The states to carry, `size` being the parent's. None where nothing was folded. */
export const partsOf = <S>(
  { initial }: Pick<Projection<S>, 'initial'>,
  carry: Carry,
  state: S,
  size: number,
): ReadonlyArray<Fields> => {
  const empty = initial() as Fields
  const of = state as Fields
  const rest: Record<string, unknown> = { ...empty }
  for (const key of Object.keys(of))
    if (!Object.hasOwn(carry.records, key) && carry.own?.includes(key) !== true) rest[key] = of[key]
  const parts: Array<Fields> = canonicalJson(rest) === canonicalJson(empty) ? [] : [rest]
  for (const [field, indexes] of Object.entries(carry.records)) {
    // Defined, not assigned: a name may be `__proto__`.
    let held = new Map<string, unknown>()
    let bytes = 0
    const flush = (): void => {
      if (bytes > 0) parts.push({ ...empty, [field]: Object.fromEntries(held) })
      held = new Map()
      bytes = 0
    }
    for (const [key, value] of Object.entries(of[field] as Fields))
      for (const piece of piecesOf(rebased(value, carry, indexes, size), carry.inner?.[field])) {
        const length = bytesOf(piece) + bytesOf(key) + 2
        if (bytes + length > PART_BYTES || held.has(key)) flush()
        held.set(key, piece)
        bytes += length
      }
    flush()
  }
  return parts
}

const bytesOf = (value: unknown): number => utf8(canonicalJson(value)).length

/** One value, in pieces where it is large: the first has its lists, each some of its inner record. */
const piecesOf = (value: unknown, inner: string | undefined): ReadonlyArray<unknown> => {
  if (inner === undefined || bytesOf(value) <= PART_BYTES) return [value]
  const fields = value as Fields
  const pieces: Array<Fields> = []
  let held = new Map<string, unknown>()
  let bytes = 0
  const bare = Object.fromEntries(
    Object.entries(fields).map(([key, one]) => [key, Array.isArray(one) ? [] : one]),
  )
  const flush = (): void => {
    pieces.push({ ...(pieces.length === 0 ? fields : bare), [inner]: Object.fromEntries(held) })
    held = new Map()
    bytes = 0
  }
  flush()
  for (const [key, one] of Object.entries(fields[inner] as Fields)) {
    const length = bytesOf(one) + bytesOf(key) + 2
    if (bytes + length > PART_BYTES / 2) flush()
    held.set(key, one)
    bytes += length
  }
  if (bytes > 0) flush()
  return pieces
}

/** Indexes of the parent's entries, as this log has them. */
const rebased = (
  value: unknown,
  carry: Carry,
  indexes: ReadonlyArray<string>,
  size: number,
): unknown => {
  if (Array.isArray(value)) return value.map((one) => rebased(one, carry, indexes, size))
  if (typeof value !== 'object' || value === null) return value
  const of = (key: string, one: unknown): unknown =>
    carry.left?.includes(key) === true
      ? []
      : typeof one === 'number' && indexes.includes(key)
        ? one - size
        : rebased(one, carry, indexes, size)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, of(key, one)]))
}

/** The projection, taking over what was carried for it. */
export const carrying = <S>(
  projection: Projection<S>,
  carry: Carry,
): Projection<S> & { readonly carry: Carry } => ({
  ...projection,
  carry,
  step: (state, entry, crypto) => {
    const { event } = entry
    if (event._tag !== 'StateCarried' || event.projection !== projection.id)
      return projection.step(state, entry, crypto)
    // Whoever wrote the entry: a state that no snapshot could hold would keep the log from being written.
    if (!isCanonical(event.state) || !projection.isState(event.state)) return state
    return taken(state as Fields, event.state as Fields, projection.initial() as Fields, carry) as S
  },
})

const isCanonical = (value: unknown): boolean => {
  try {
    canonicalJson(value)
    return true
  } catch (error) {
    if (error instanceof NotCanonical) return false
    throw error
  }
}

const taken = (state: Fields, part: Fields, empty: Fields, carry: Carry): Fields => {
  const next: Record<string, unknown> = { ...state }
  for (const [field, value] of Object.entries(part)) {
    if (carry.own?.includes(field) === true) continue
    if (Object.hasOwn(carry.records, field))
      next[field] = added(state[field] as Fields, value as Fields, carry.inner?.[field])
    else if (isSame(state[field], empty[field])) next[field] = value
  }
  return next
}

const added = (held: Fields, more: Fields, inner: string | undefined): Fields => {
  const all = new Map(Object.entries(held))
  for (const [key, value] of Object.entries(more)) {
    const before = all.get(key) as Fields | undefined
    if (before === undefined) all.set(key, value)
    else if (inner !== undefined) {
      const within = added(before[inner] as Fields, (value as Fields)[inner] as Fields, undefined)
      all.set(key, { ...before, [inner]: within })
    }
  }
  return Object.fromEntries(all)
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)
