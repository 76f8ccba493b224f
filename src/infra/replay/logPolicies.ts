// The policies that a log's decisions were made by, read from the log's own Chunk entries as the pass
// comes to each, so that nothing on the machine can stand in for one.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { PolicyApplied } from '../../domain/event/event.ts'
import type { Digest } from '../../domain/hash.ts'
import { type CompiledPolicy, compilePolicy } from '../../domain/policy/decide.ts'
import { policyFromLog } from '../server/policyCache.ts'
import { StoreFailure } from '../store/errors.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'

/** Those in force lately; a decision is made by the last one, or the one that it overtook. */
const MOST_HELD = 8

export interface LogPolicies {
  readonly get: (digest: Digest) => CompiledPolicy | undefined
  /** Loads one that an entry applies; says why where it cannot. Rejects with other StoreFailures. */
  readonly applied: (event: PolicyApplied, index: number) => Promise<string | undefined>
}

export const logPolicies = (log: WitnessLog['Service']): LogPolicies => {
  const held = new Map<Digest, CompiledPolicy>()
  return {
    get: (digest) => held.get(digest),
    applied: async ({ digest, chunks }, index) => {
      const known = held.get(digest)
      held.delete(digest)
      if (known !== undefined) {
        held.set(digest, known)
        return undefined
      }
      const read = await Effect.runPromise(
        Effect.result(policyFromLog(log, { digest, entry: index, chunks: chunks.length })),
      )
      if (Result.isFailure(read)) {
        if (read.failure instanceof StoreFailure && read.failure.reason !== 'corrupt')
          throw read.failure
        return read.failure.detail
      }
      held.set(digest, compilePolicy(read.success))
      if (held.size > MOST_HELD) held.delete(held.keys().next().value!)
      return undefined
    },
  }
}
