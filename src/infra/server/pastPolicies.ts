// Policies against the past: what a candidate would have decided of the recorded calls, and the
// policies that were in force before, as the log itself holds them.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import { compilePolicy } from '../../domain/policy/decide.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import { parsePolicy } from '../../domain/policy/policy.ts'
import type { BacktestReport } from '../../domain/suggest/backtestReport.ts'
import { backtest } from '../../projections/backtest.ts'
import { FOLD_CRYPTO } from '../store/fold.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { policyFromLog } from './policyCache.ts'
import { firstSince, readEntries } from './readEntries.ts'
import type { SendItem } from './send.ts'

export const testOnHistory = Effect.fn('testOnHistory')(function* (
  { policy, since }: Params<'policy.backtest'>,
  { log, paths }: ControlContext,
  send: SendItem,
): Effect.fn.Return<BacktestReport, ControlFailure> {
  const candidate = yield* Effect.mapError(
    Effect.fromResult(
      Result.gen(function* () {
        const parsed = yield* parsePolicy(policy)
        yield* checkExamples(parsed)
        return compilePolicy(parsed)
      }),
    ),
    controlFailureOf,
  )
  const from =
    since === undefined ? 0 : yield* Effect.mapError(firstSince(log, since), controlFailureOf)
  const test = backtest(candidate, FOLD_CRYPTO)
  yield* Effect.tryPromise({
    try: (signal) =>
      readEntries(
        log,
        { from, to: log.head().size, send, what: 'entries judged again', signal },
        (entry) => {
          if (since === undefined || entry.time >= since) test.see(entry)
        },
      ),
    catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
  })
  return test.report()
})

export const policyHistory = ({ log }: ControlContext): Effect.Effect<ResultOf<'policy.history'>> =>
  Effect.sync(() => {
    const { policy, earlier } = log.projected().gate
    const all = policy === null ? earlier : [...earlier, policy]
    return {
      policies: all
        .map(({ digest, time, entry, source }) => ({
          digest,
          time,
          entry,
          source,
          inForce: entry === policy?.entry,
        }))
        .toReversed(),
    }
  })

export const pastPolicy = Effect.fn('pastPolicy')(function* (
  { digest }: Params<'policy.past'>,
  { log }: ControlContext,
): Effect.fn.Return<ResultOf<'policy.past'>, ControlFailure> {
  const { policy, earlier } = log.projected().gate
  const found = [...earlier, ...(policy === null ? [] : [policy])].findLast(
    (one) => one.digest === digest,
  )
  if (found === undefined)
    return yield* new ControlFailure({
      kind: 'no-policy',
      message: `no policy ${digest.slice(0, 16)} is among the last that were in force`,
      remedy: 'isonapse hook policy rollback --list',
      exit: 2,
    })
  return { policy: yield* Effect.mapError(policyFromLog(log, found), controlFailureOf) }
})
