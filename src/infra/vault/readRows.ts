// Entries of the vault, found in the log among all others by their first bytes: canonical JSON begins
// with the event and its kind, so that what is of no interest is never decoded.
import * as Result from 'effect/Result'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { slices } from '../store/slices.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'

type Scan = Pick<WitnessLog['Service'], 'scan'>

const HEADS = ['VaultStored', 'VaultUsed', 'VaultCollected'].map((kind) =>
  Buffer.from(`{"event":{"_tag":"${kind}"`),
)

const isOfVault = (bytes: Buffer): boolean =>
  HEADS.some((head) => bytes.subarray(0, head.length).equals(head))

/** Entries about one session's rows, in order. Rejects with StoreFailure. */
export async function* vaultEntries(
  log: Scan,
  session: string,
  range: { readonly from: number; readonly to: number },
): AsyncGenerator<Entry> {
  const ofSession = Buffer.from(`"session":${JSON.stringify(session)}`)
  for await (const entry of found(log, range, (bytes) => bytes.includes(ofSession)))
    if (entry.session === session) yield entry
}

/** Those of all sessions. */
export const allVaultEntries = (log: Scan, to: number): AsyncGenerator<Entry> =>
  found(log, { to }, () => true)

/** The session that a token was stored in; undefined where the log has none. */
export const sessionOfToken = async (
  log: Scan,
  token: string,
  to: number,
): Promise<string | undefined> => {
  const wanted = Buffer.from(`"${token}"`)
  for await (const { event, session } of found(log, { to, reverse: true }, (bytes) =>
    bytes.includes(wanted),
  ))
    if (event._tag === 'VaultStored' && event.rows.some((row) => row.token === token))
      return session ?? undefined
  return undefined
}

async function* found(
  log: Scan,
  range: { readonly from?: number; readonly to: number; readonly reverse?: boolean },
  mayBe: (bytes: Buffer) => boolean,
): AsyncGenerator<Entry> {
  const breath = slices()
  for await (const slice of log.scan(range))
    for (const stored of slice) {
      const { buffer, byteOffset, byteLength } = stored.bytes
      const bytes = Buffer.from(buffer, byteOffset, byteLength)
      if (!isOfVault(bytes) || !mayBe(bytes)) continue
      // What cannot be read is the business of verify; it hides no other row.
      const entry = decodeEntry(bytes)
      if (Result.isSuccess(entry)) yield entry.success
      if (breath.spent()) await breath.rest()
    }
}
