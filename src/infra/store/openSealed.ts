// A sealed payload of an entry, opened: small ones lie in the entry, larger ones in the Chunk entries
// directly before it. One payload is held at a time, whatever a log names.
import * as Result from 'effect/Result'
import { decodeEntry, type Entry, kindOf } from '../../domain/event/envelope.ts'
import type { Sealed } from '../../domain/event/sealed.ts'
import type { Digest } from '../../domain/hash.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { WitnessLog } from './WitnessLog.ts'

interface Opening {
  readonly log: Pick<WitnessLog['Service'], 'scan'>
  readonly keys: Pick<SessionKeys['Service'], 'open'>
}

/** `no-key`: it was collected. `damaged`: something does not authenticate. Rejects with StoreFailure. */
export const openSealed = async (
  entry: Entry,
  sealed: Sealed,
  { log, keys }: Opening,
): Promise<Uint8Array | 'no-key' | 'damaged'> => {
  const parts = new Map<Digest, Uint8Array>()
  const count = sealed.chunks?.length ?? 0
  if (count > 0)
    for await (const slice of log.scan({ from: entry.index - count, to: entry.index }))
      for (const { bytes } of slice) {
        const chunk = decodeEntry(bytes)
        if (Result.isSuccess(chunk) && chunk.success.event._tag === 'Chunk') {
          const { digest, data } = chunk.success.event
          parts.set(digest, Buffer.from(data, 'base64'))
        }
      }
  return keys.open(entry.session, kindOf(entry), sealed, (digest) => parts.get(digest))
}
