// Compiled policies by digest, so that the policy in force is found by the digest the log names. It
// is filled before a policy is applied and, at start, from the log's own chunk entries.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { fromUtf8, toHex } from '../../domain/bytes.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import type { Digest } from '../../domain/hash.ts'
import { type CompiledPolicy, compilePolicy } from '../../domain/policy/decide.ts'
import { type Policy, parsePolicyText } from '../../domain/policy/policy.ts'
import type { AppliedPolicy } from '../../projections/gateState.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { StoreFailure } from '../store/errors.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'

export interface HeldPolicy {
  readonly policy: Policy
  readonly compiled: CompiledPolicy
}

export interface PolicyCache {
  /** Keeps one that is about to be applied, or was. */
  readonly hold: (digest: Digest, policy: Policy) => void
  readonly get: (digest: Digest) => HeldPolicy | undefined
}

/** Policies kept: the one in force and the candidates of changes under way. */
const MOST_HELD = 8

/** `inForce` says which one is never given up, whatever else is held. */
export const makePolicyCache = (inForce: () => Digest | undefined): PolicyCache => {
  const held = new Map<Digest, HeldPolicy>()
  return {
    get: (digest) => held.get(digest),
    hold: (digest, policy) => {
      held.delete(digest)
      held.set(digest, { policy, compiled: compilePolicy(policy) })
      if (held.size <= MOST_HELD) return
      const oldest = [...held.keys()].find((one) => one !== digest && one !== inForce())
      if (oldest !== undefined) held.delete(oldest)
    },
  }
}

/** Reads the policy in force back from the Chunk entries before its PolicyApplied entry. */
export const policyFromLog = Effect.fn('policyFromLog')(function* (
  log: WitnessLog['Service'],
  applied: Pick<AppliedPolicy, 'digest' | 'entry' | 'chunks'>,
) {
  const corrupt = (detail: string) =>
    new StoreFailure({ reason: 'corrupt', path: 'witness', detail: `policy in force: ${detail}` })
  const parts: Array<Uint8Array> = []
  for (let index = applied.entry - applied.chunks; index < applied.entry; index++) {
    const stored = yield* log.entry(index)
    if (stored === undefined) return yield* corrupt(`entry ${index} is missing`)
    const entry = decodeEntry(stored.bytes)
    if (Result.isFailure(entry) || entry.success.event._tag !== 'Chunk')
      return yield* corrupt(`entry ${index} is no chunk of it`)
    parts.push(Buffer.from(entry.success.event.data, 'base64'))
  }
  const bytes = Buffer.concat(parts)
  if (toHex(sha256(bytes)) !== applied.digest) return yield* corrupt('its digest does not match')
  const parsed = parsePolicyText(fromUtf8(bytes) ?? '')
  if (Result.isFailure(parsed)) return yield* corrupt(parsed.failure.message)
  return parsed.success
})
