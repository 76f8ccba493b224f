// What can be asked about the vault: the parameters and answers of those methods. Times are epoch
// milliseconds. A value in the clear is in `Revealed` and `VaultItem` alone.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'

/** A session's id, or the beginning of it. */
const session = Schema.optionalKey(Schema.String)

const asked = {
  /** The process that asks. */
  pid: Schema.optionalKey(Schema.Int),
}

export const VAULT_PARAMS = {
  'vault.stats': Schema.Struct({ session }),
  /** Answers what a token stands for, after that was written to the log. */
  'vault.reveal': Schema.Struct({
    token: Schema.String,
    session,
    ...asked,
    authorisation: Schema.optionalKey(Authorisation),
  }),
  /** Streams all values of a session, or of all of them, after that was written to the log. */
  'vault.export': Schema.Struct({
    session,
    ...asked,
    authorisation: Schema.optionalKey(Authorisation),
  }),
  'vault.gc': Schema.Struct({
    /** Rows whose last use is older are collected; 0: all. Milliseconds. */
    ttlMs: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
    /** Also the payload keys of sessions that were silent for longer. */
    payloads: Schema.optionalKey(Schema.Boolean),
    dryRun: Schema.optionalKey(Schema.Boolean),
    ...asked,
  }),
} as const

export interface VaultFigures {
  readonly rows: number
  /** Rows by entity type. */
  readonly types: Readonly<Record<string, number>>
  /** Different values that got a token, event by event. */
  readonly lookups: number
  /** Those of them whose token was at hand, with no new crypto. */
  readonly hits: number
  /** hits / lookups; null where nothing was looked up. */
  readonly ratio: number | null
}

export interface SessionFigures extends VaultFigures {
  readonly session: string
  /** How often rows of it were collected. */
  readonly generation: number
  readonly used: number | null
  /** Where its key is; null where it has none, and then nothing of it opens. */
  readonly keyFile: string | null
}

export interface VaultStats extends VaultFigures {
  readonly now: number
  /** The folder of the log, which holds the sealed rows. */
  readonly store: string
  /** The folder of the keys that they are sealed under. */
  readonly keys: string
  /** The latest first. */
  readonly sessions: ReadonlyArray<SessionFigures>
  readonly sessionsInAll: number
}

/** One value in the clear. */
export interface VaultItem {
  readonly session: string
  readonly token: string
  readonly type: string
  readonly plaintext: string
}

export interface Revealed extends VaultItem {
  /** Index of the entry that says so. */
  readonly index: number
}

export interface Exported {
  readonly rows: number
  /** Sessions that they are of. */
  readonly sessions: number
  readonly index: number
}

export interface GcReport {
  readonly dryRun: boolean
  readonly collected: number
  readonly kept: number
  readonly sessions: number
  /** Key files of the vault that were destroyed. */
  readonly keys: number
  /** Payload keys that were destroyed; null where they were not asked for. */
  readonly payloadKeys: number | null
  /** What could not be collected. */
  readonly failed: ReadonlyArray<{
    readonly session: string
    readonly message: string
    readonly remedy: string
  }>
}

export interface VaultResults {
  'vault.stats': VaultStats
  'vault.reveal': Revealed
  'vault.export': Exported
  'vault.gc': GcReport
}
