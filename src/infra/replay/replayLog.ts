// One pass over a log that computes again what its entries say: decisions from their recorded facts,
// projections from entry 0, actions from the payloads that can be opened. It changes nothing, goes on
// after a mismatch, and gives way to others every few milliseconds: it runs beside the gate.
//
//   entry ─▶ snapshot? state hash ─▶ decision? in force, decided, digest ─▶ fold ─▶ payload opened
//                                        └─ with the payload of the event before it
import * as Result from 'effect/Result'
import type { Replay } from '../../domain/replay/report.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { States } from '../store/fold.ts'
import { slices } from '../store/slices.ts'
import type { StoredEntry, WitnessLog } from '../store/WitnessLog.ts'
import type { Vault } from '../vault/Vault.ts'
import { EntryReplay } from './entryReplay.ts'
import { Findings } from './findings.ts'
import type { OwnMachine } from './places.ts'
import { hashesOf } from './snapshotHashes.ts'

export interface ReplayOptions {
  readonly log: WitnessLog['Service']
  readonly keys: SessionKeys['Service']
  /** Without it payloads in which tokens stand for values stay closed. */
  readonly vault?: Vault
  readonly own: OwnMachine
  /** Version of this program: what another one recorded may differ for that reason. */
  readonly engine: string
  /** First and last entry to look at, both in the log. */
  readonly from: number
  readonly to: number
  /** False: no payload is opened. */
  readonly payloads: boolean
  readonly onProgress: (done: number, total: number) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** Entries between two reports of progress. */
const PROGRESS_EVERY = 2048

/** Rejects with StoreFailure, and with the signal's reason. */
export const replayLog = async (options: ReplayOptions): Promise<Replay> => {
  const { log, from, to, onProgress, signal } = options
  const start = performance.now()
  // Both in one turn: what is appended later is in neither.
  const { size } = log.head()
  const inForce = to === size - 1 ? hashesOf(log.projected() as States) : undefined
  const findings = new Findings()
  const entries = new EntryReplay(options, findings)
  const breath = slices()
  for await (const slice of log.scan({ to: to + 1 }))
    for (const stored of slice) {
      signal?.throwIfAborted()
      const later = takeOne(entries, stored, findings)
      if (later !== undefined) await later
      if (breath.spent()) await breath.rest()
      if (stored.index % PROGRESS_EVERY === PROGRESS_EVERY - 1)
        await onProgress(stored.index, to + 1)
    }
  entries.end(to === size - 1)
  if (inForce !== undefined) compareStates(inForce, hashesOf(entries.states), size, findings)
  return reportOf({ from, to }, findings, start)
}

/** `start`: when the pass began, by the monotonic clock. */
export const reportOf = (
  { from, to }: Pick<ReplayOptions, 'from' | 'to'>,
  findings: Findings,
  start: number,
): Replay => ({
  from,
  to,
  folded: to + 1,
  decisions: findings.decisions,
  swapped: findings.swapped,
  payloads: { analysed: findings.analysed, withoutKey: findings.withoutKey },
  otherEngine: findings.otherEngine,
  overtaken: findings.overtaken,
  ratesAhead: findings.ratesAhead,
  snapshots: { same: findings.snapshots, otherVersion: findings.otherVersion },
  projections: findings.projections,
  mismatches: findings.mismatches,
  first: findings.first,
  candidate: null,
  tookMs: Math.round(performance.now() - start),
})

const takeOne = (
  entries: EntryReplay,
  { index, bytes }: StoredEntry,
  findings: Findings,
): Promise<void> | undefined => {
  const entry = decodeEntry(bytes)
  if (Result.isSuccess(entry) && entry.success.index === index)
    return entries.take(entry.success, bytes)
  findings.mismatch(index, 'entry', 'the entry', {
    recorded: Result.isSuccess(entry)
      ? `entry ${entry.success.index}`
      : `bytes that are no entry: ${entry.failure.reason}`,
    computed: `entry ${index}`,
  })
  return undefined
}

/** The states in force against those folded: the running log keeps the first in memory for months. */
const compareStates = (
  inForce: ReadonlyMap<string, string>,
  folded: ReadonlyMap<string, string>,
  size: number,
  findings: Findings,
): void => {
  for (const [projection, computed] of folded) {
    const recorded = inForce.get(projection) ?? 'nothing'
    if (recorded === computed) findings.projections += 1
    else
      findings.mismatch(size - 1, 'projection', `the state of ${projection} in force after it`, {
        recorded,
        computed,
      })
  }
}
