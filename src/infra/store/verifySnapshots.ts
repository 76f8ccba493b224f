// Snapshots, checked two ways: the stored bytes against the SnapshotTaken entries that vouch for
// them, and those entries against the states that folding the log gives at their size.
import { toHex } from '../../domain/bytes.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import type { SnapshotTaken } from '../../domain/event/event.ts'
import type { Digest } from '../../domain/hash.ts'
import { encodeState } from '../../projections/projection.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { TamperFound } from './errors.ts'
import { FOLDS, type States } from './fold.ts'
import { parseSnapshotKey, rangeOf } from './keys.ts'
import { SNAPSHOTS_KEPT, type SnapshotSizes } from './snapshots.ts'
import type { StoreReader } from './storeDb.ts'

export interface SnapshotCheck {
  /** Called with every entry before it is folded. Throws TamperFound. */
  readonly before: (entry: Entry) => void
  /** Compares the stored snapshots with what the entries say must be there. Rejects likewise. */
  readonly stored: (db: StoreReader) => Promise<void>
  /** Stored snapshots whose state was folded again and is the same. */
  readonly refolded: () => number
}

const bad = (detail: string, index?: number): TamperFound =>
  new TamperFound({ where: 'snapshot', detail, ...(index === undefined ? {} : { index }) })

/**
 * `states`: those of the pass, folded up to the entry that `before` is called with. `stored`: what is
 * kept; of a snapshot whose bytes are gone, the entry alone decides nothing and is not folded again.
 */
export const snapshotCheck = (states: States, stored: SnapshotSizes): SnapshotCheck => {
  const kept = new Set([...stored.values()].flat())
  const taken = new Map<string, ReadonlyArray<SnapshotTaken>>()
  let round: { readonly size: number; readonly hashes: ReadonlyMap<string, Digest> } | undefined
  let refolded = 0

  /** The states' hashes at the size of a round: known only before its first entry is folded. */
  const hashesAt = (size: number): ReadonlyMap<string, Digest> => {
    const hashes = (kept.has(size) ? FOLDS : []).map(
      ([name, { id, version }]) =>
        [`${id}/${version}`, encodeState(states[name], sha256).hash] as const,
    )
    round = { size, hashes: new Map(hashes) }
    return round.hashes
  }

  return {
    before: ({ index, event }) => {
      if (event._tag !== 'SnapshotTaken') {
        round = undefined
        return
      }
      const { projection, version, size, hash } = event
      const hashes =
        size === index ? hashesAt(size) : round?.size === size ? round.hashes : undefined
      if (hashes === undefined)
        throw bad(`entry ${index} is a snapshot's that is not of its place`, index)
      const folded = hashes.get(`${projection}/${version}`)
      // Another version's states cannot be folded again by this one: their bytes are still checked.
      if (folded !== undefined && folded !== hash)
        throw bad(`entry ${index} is the snapshot of a state that the log does not fold to`, index)
      if (folded !== undefined) refolded++
      taken.set(projection, [...(taken.get(projection) ?? []), event].slice(-SNAPSHOTS_KEPT))
    },
    stored: async (db) => {
      const missing = new Map<string, SnapshotTaken>()
      for (const events of taken.values())
        for (const event of events) missing.set(`${event.projection}/${event.size}`, event)
      const cursor = db.cursor(rangeOf('snapshot'))
      try {
        for (;;) {
          const pairs = await cursor.next(1)
          if (pairs.length === 0) break
          const [key, bytes] = pairs[0]!
          const parsed = parseSnapshotKey(key)
          if (parsed === undefined) throw bad('there is a snapshot under a malformed key')
          const { projection, size } = parsed
          const event = missing.get(`${projection}/${size}`)
          if (event === undefined)
            throw bad(`there is a snapshot of ${projection} at ${size} that the log does not name`)
          if (toHex(sha256(bytes)) !== event.hash)
            throw bad(`the snapshot of ${projection} at ${size} is not the one the log names`)
          missing.delete(`${projection}/${size}`)
        }
      } finally {
        await cursor.close()
      }
      for (const { projection, size } of missing.values())
        throw bad(`the snapshot of ${projection} at ${size} is missing`)
    },
    refolded: () => refolded,
  }
}
