// The method that replays the log: which entries, by which policy, and at whose pace. It reads alone.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import { parsePolicy, type Policy } from '../../domain/policy/policy.ts'
import type { Replay } from '../../domain/replay/report.ts'
import { replayCandidate } from '../replay/replayCandidate.ts'
import { replayLog } from '../replay/replayLog.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { gatePathsOf } from './gatePaths.ts'
import type { SendItem } from './send.ts'

export const replay = Effect.fn('replay')(function* (
  params: Params<'witness.replay'>,
  context: ControlContext,
  send: SendItem,
): Effect.fn.Return<Replay, ControlFailure> {
  const { log, keys, vault, paths, home, engine } = context
  const last = log.head().size - 1
  const { from = 0, to = last, payloads = true } = params
  if (from < 0 || to > last || from > to)
    return yield* new ControlFailure({
      kind: 'no-entry',
      message: `there are no entries ${from} to ${to}; the log holds 0 to ${last}`,
      exit: 2,
    })
  const policy =
    params.policy === undefined ? undefined : yield* Effect.fromResult(candidate(params.policy))
  return yield* Effect.tryPromise({
    try: (signal) => {
      const options = {
        log,
        keys,
        vault,
        engine,
        from,
        to,
        payloads,
        signal,
        own: { home, gatePaths: gatePathsOf(paths, home) },
        onProgress: (done: number, total: number) =>
          send({ progress: { done, total, what: 'entries replayed' } }),
      }
      return policy === undefined ? replayLog(options) : replayCandidate(policy, options)
    },
    catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
  })
})

const candidate = (value: unknown): Result.Result<Policy, ControlFailure> =>
  Result.mapError(
    Result.gen(function* () {
      const policy = yield* parsePolicy(value)
      yield* checkExamples(policy)
      return policy
    }),
    controlFailureOf,
  )
