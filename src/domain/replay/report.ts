// What a replay of a log found: how much of it was computed again, and the first place where that is
// not what was recorded. Counts and short texts alone, whatever the length of the log.
import type { BacktestReport } from '../suggest/backtestReport.ts'

/** Which part of the record an entry's mismatch is in. */
export type ReplayedPart =
  'entry' | 'state' | 'decision' | 'receipt' | 'payload' | 'snapshot' | 'projection'

export interface Mismatch {
  /** Index of the entry that is not what the replay comes to. */
  readonly entry: number
  readonly part: ReplayedPart
  /** In words: `the verdict of the decision`. */
  readonly what: string
  readonly recorded: string
  readonly computed: string
}

/** What another policy would have decided on the recorded calls. */
export interface CandidateReplay extends BacktestReport {
  readonly digest: string
  readonly name: string
}

export interface Replay {
  /** Entries whose decisions and payloads were looked at: first and last. */
  readonly from: number
  readonly to: number
  /** Entries folded, from entry 0 on. */
  readonly folded: number
  /** Decisions made again from their recorded facts. */
  readonly decisions: number
  /** Verdicts on inputs that ran in another's place, found again. */
  readonly swapped: number
  readonly payloads: {
    /** Opened, read and analysed again. */
    readonly analysed: number
    /** Their session's key is gone or unusable. */
    readonly withoutKey: number
  }
  /** Decisions and payloads that differ and that another version of this program recorded. */
  readonly otherEngine: number
  /** Decided while a change of mode, policy, posture or taint was on its way to the log, by what held before. */
  readonly overtaken: number
  /** A rate counted more calls than the log holds: some were under way and never written. */
  readonly ratesAhead: number
  readonly snapshots: {
    /** States folded again whose hash is the recorded one. */
    readonly same: number
    /** Taken by other versions of a projection, which this one cannot fold. */
    readonly otherVersion: number
  }
  /** Projections whose final state is the one in force; 0 where the replay ended before the log did. */
  readonly projections: number
  readonly mismatches: number
  readonly first: Mismatch | null
  readonly candidate: CandidateReplay | null
  readonly tookMs: number
}
