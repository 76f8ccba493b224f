// One pass over a log's decisions under another policy. It needs no more than the receipts hold: nothing
// is folded and no payload opened. The policy is judged, never applied.
import * as Result from 'effect/Result'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { compilePolicy } from '../../domain/policy/decide.ts'
import { type Policy, policyDigest } from '../../domain/policy/policy.ts'
import type { Replay } from '../../domain/replay/report.ts'
import { backtest } from '../../projections/backtest.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { FOLD_CRYPTO } from '../store/fold.ts'
import { slices } from '../store/slices.ts'
import { Findings } from './findings.ts'
import { type ReplayOptions, reportOf } from './replayLog.ts'

/** Entries between two reports of progress. */
const PROGRESS_EVERY = 4096

/** `policy`: checked, its own examples too. Rejects with StoreFailure, and with the signal's reason. */
export const replayCandidate = async (
  policy: Policy,
  { log, from, to, onProgress, signal }: ReplayOptions,
): Promise<Replay> => {
  const start = performance.now()
  const findings = new Findings()
  const test = backtest(compilePolicy(policy), FOLD_CRYPTO)
  const breath = slices()
  for await (const slice of log.scan({ from, to: to + 1 }))
    for (const { index, bytes } of slice) {
      signal?.throwIfAborted()
      const entry = decodeEntry(bytes)
      if (Result.isSuccess(entry)) test.see(entry.success)
      if (breath.spent()) await breath.rest()
      if (index % PROGRESS_EVERY === PROGRESS_EVERY - 1)
        await onProgress(index - from, to + 1 - from)
    }
  const report = test.report()
  findings.decisions = report.calls
  const candidate = { digest: policyDigest(policy, sha256), name: policy.name, ...report }
  return { ...reportOf({ from, to }, findings, start), folded: 0, candidate }
}
