// What can be asked about calls that slipped past the gate: parameters and answer. Times are epoch
// milliseconds.
import * as Schema from 'effect/Schema'

export const GAP_PARAMS = {
  'witness.gaps': Schema.Struct({
    /** Of this session, by its id or the beginning of it. */
    session: Schema.optionalKey(Schema.String),
    /** Of every session that the client still has a transcript of; else of those of the last days. */
    all: Schema.optionalKey(Schema.Boolean),
  }),
} as const

export interface GapLine {
  /** Its entry; null where no control plane runs that could record it. */
  readonly index: number | null
  readonly session: string
  readonly tool: string
  readonly toolUseId: string
  /** The subagent that made it. */
  readonly agent: string | null
  /** When its result was written; where that is not known, when it was found. */
  readonly time: number | null
  /** The client's event that gave it away, or `transcript`. */
  readonly seenIn: string
  /** The entry that had denied it. */
  readonly decision: number | null
}

export interface UngatedLine {
  readonly index: number | null
  readonly session: string
  readonly time: number | null
}

export interface GapsFound {
  /** Since when calls count: the log and the hooks are there. Null: the hooks never were. */
  readonly since: number | null
  readonly now: number
  /** Transcripts compared, and the calls in them that ran and were not compared before. */
  readonly transcripts: number
  readonly calls: number
  /** Gaps that were not known before. */
  readonly found: number
  /** Calls that ended too short a time ago to be judged. */
  readonly waiting: number
  /** Lines of transcripts that could not be read. */
  readonly unread: number
  /** Whether what was found is in the log. */
  readonly recorded: boolean
  /** The latest first. */
  readonly gaps: ReadonlyArray<GapLine>
  readonly gapsInAll: number
  /** Sessions that sent the gate no event. */
  readonly ungated: ReadonlyArray<UngatedLine>
}
