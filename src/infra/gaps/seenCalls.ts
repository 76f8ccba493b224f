// Which calls and sessions the log knows, found by going back through it: for those that the projections
// no longer hold. Entries are told by their first and last bytes, which canonical JSON puts in order;
// only the few that may name a call are read.
import { fromUtf8 } from '../../domain/bytes.ts'
import type { StoredEntry, WitnessLog } from '../store/WitnessLog.ts'

export interface Sought {
  /** Ids of calls. A fork of a session keeps them, so whose they are does not matter. */
  readonly calls: ReadonlySet<string>
  readonly sessions: ReadonlySet<string>
  /** Entries before this are not looked at, epoch milliseconds. */
  readonly since: number
}

export interface Seen {
  readonly calls: ReadonlySet<string>
  /** Sessions that sent an event, or that were told of already. */
  readonly sessions: ReadonlySet<string>
}

const HEAD_BYTES = 48
const TAIL_BYTES = 512
const KIND = /^\{"event":\{"_tag":"([A-Za-z]+)"/
const ENVELOPE = /"session":(?:null|"([^"\\]{1,256})"),"time":(\d+(?:\.\d+)?),"v":1\}$/

export const seenIn = async (
  log: Pick<WitnessLog['Service'], 'scan'>,
  { calls, sessions, since }: Sought,
): Promise<Seen> => {
  const found = { calls: new Set<string>(), sessions: new Set<string>() }
  if (calls.size === 0 && sessions.size === 0) return found
  for await (const slice of log.scan({ reverse: true })) {
    let latest = -1
    for (const entry of slice) {
      const { kind, session, time } = told(entry)
      latest = Math.max(latest, time)
      if ((kind === 'HookReceived' || kind === 'SessionUngated') && sessions.has(session))
        found.sessions.add(session)
      if (kind !== 'DecisionMade' && kind !== 'GapFound') continue
      const id = calls.size === 0 ? undefined : callOf(entry)
      if (id !== undefined && calls.has(id)) found.calls.add(id)
    }
    if (latest < since) break
    if (found.calls.size === calls.size && found.sessions.size === sessions.size) break
  }
  return found
}

const told = ({ bytes }: StoredEntry) => {
  const kind = KIND.exec(latin(bytes.subarray(0, HEAD_BYTES)))?.[1] ?? ''
  const envelope = ENVELOPE.exec(latin(bytes.subarray(-TAIL_BYTES)))
  return { kind, session: envelope?.[1] ?? '', time: Number(envelope?.[2] ?? Infinity) }
}

const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** The call that the entry itself is about: its receipt may hold anything that the agent named. */
const callOf = ({ bytes }: StoredEntry): string | undefined => {
  try {
    const value = JSON.parse(fromUtf8(bytes) ?? '') as { event?: { toolUseId?: unknown } }
    const id = value.event?.toolUseId
    return typeof id === 'string' ? id : undefined
  } catch {
    // No entry of ours: `verify` is there to find it.
    return undefined
  }
}
