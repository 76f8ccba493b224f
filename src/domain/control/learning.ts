// What can be asked about habits and what they suggest: parameters and answers of those methods.
import * as Schema from 'effect/Schema'
import type { Closing } from '../suggest/closing.ts'
import type { Thresholds } from '../suggest/evidence.ts'
import type { LeftBecause } from '../suggest/learnable.ts'
import type { Policy } from '../policy/policy.ts'
import type { Rule } from '../policy/rule.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { ObservationLine, ProfileReport } from '../profile/report.ts'

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

/** Which part of the log a report is of; all of it when nothing is named. */
export const ReportScope = {
  /** Epoch milliseconds, inclusive. */
  since: Schema.optionalKey(Schema.Finite),
  /** A session by the beginning of its id. */
  session: Schema.optionalKey(Schema.String),
  /** Absolute path of a project's folder: the sessions that worked in it. */
  project: Schema.optionalKey(Schema.String),
}

export const LEARNING_PARAMS = {
  'profile.report': Schema.Struct({ ...ReportScope, most: Schema.optionalKey(Count) }),
  'profile.observations': Schema.Struct({
    /** A prefix by whole segments. */
    capability: Schema.optionalKey(Schema.String),
    limit: Schema.optionalKey(Count),
  }),
  'policy.suggest': Schema.Struct({
    minSessions: Count,
    minDays: Count,
    /** 0 to 1. */
    maxNew: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  }),
  /** Which of the recorded calls the policy would decide otherwise. */
  'policy.backtest': Schema.Struct({
    policy: Schema.Unknown,
    since: Schema.optionalKey(Schema.Finite),
  }),
  'policy.history': Schema.Struct({}),
  /** A policy that was in force, by the digest that the log names it by. */
  'policy.past': Schema.Struct({ digest: Schema.String }),
} as const

/** Something that was seen and that no rule was made of. */
export interface LeftLine {
  readonly capability: string
  readonly kind: string | null
  readonly scope: string
  readonly calls: number
  readonly finished: number
  readonly sessions: number
  readonly days: number
  readonly verdict: Verdict
  readonly rules: ReadonlyArray<string>
  readonly because: LeftBecause
}

export interface Suggested {
  readonly policy: Policy
  readonly digest: string
  /** The policy in force that it was made from. */
  readonly live: { readonly name: string; readonly digest: string }
  readonly thresholds: Thresholds
  /** What it was made of. */
  readonly seen: { readonly calls: number; readonly finished: number; readonly sessions: number }
  readonly learned: ReadonlyArray<Rule>
  readonly guards: ReadonlyArray<Rule>
  readonly unguarded: ReadonlyArray<{ readonly rule: Rule; readonly calls: number }>
  readonly closings: ReadonlyArray<Closing>
  readonly left: ReadonlyArray<LeftLine>
}

export interface PastPolicy {
  readonly digest: string
  readonly time: number
  /** Index of the entry that applied it. */
  readonly entry: number
  readonly source: string
  readonly inForce: boolean
}

export interface Reported extends ProfileReport {
  /** Entries that were read for it; null where the kept state had it all. */
  readonly scanned: number | null
  /** Calls that the gate never decided on, and sessions that it never heard of. */
  readonly gaps: number
  readonly ungated: number
}

export interface Observations {
  readonly observations: ReadonlyArray<ObservationLine>
  readonly inAll: number
}
