// What a backtest tells: how the recorded calls would have been decided by another policy.
import type { Verdict } from '../policy/verdict.ts'

/** A recorded call whose verdict would be another. */
export interface ChangedCall {
  /** Index of its DecisionMade entry. */
  readonly index: number
  readonly time: number
  readonly session: string | null
  readonly tool: string
  readonly capabilities: ReadonlyArray<string>
  readonly from: Verdict
  readonly to: Verdict
  /** What decided then, and what would now. */
  readonly fromRules: ReadonlyArray<string>
  readonly rules: ReadonlyArray<string>
  readonly reason: string
  /** How the call ended; null where the log does not say. */
  readonly outcome: 'finished' | 'failed' | 'interrupted' | 'unfinished' | null
}

export type VerdictMatrix = Readonly<Record<Verdict, Readonly<Record<Verdict, number>>>>

export interface BacktestReport {
  /** Tool calls that were judged again. */
  readonly calls: number
  readonly sessions: number
  /** Epoch milliseconds of the first and the last of them. */
  readonly first: number | null
  readonly last: number | null
  /** From the recorded verdict to the candidate's. */
  readonly matrix: VerdictMatrix
  /** Of the calls that finished: what the candidate says of them. */
  readonly finished: Readonly<Record<Verdict, number>>
  /** In the order of the log; the latest MOST_CHANGED of them. */
  readonly changed: ReadonlyArray<ChangedCall>
  readonly changedInAll: number
}
