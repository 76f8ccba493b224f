// Canaries that are out: begun over the control socket, each taken once by the gateway when it comes
// through the hook socket, and then known by the entry that holds it.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { toHex } from '../../domain/bytes.ts'
import type { ControlFailure, Params } from '../../domain/control/methods.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { CANARY_SESSION } from '../../domain/hook/canary.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { randomBytes } from '../crypto/nodeCrypto.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { controlFailureOf } from './failures.ts'

export interface Canaries {
  readonly begin: () => string
  /** The id of the canary that the event is; undefined for every other event, and for a second one. */
  readonly take: (event: HookEvent) => string | undefined
  readonly landed: (toolUseId: string, index: number) => void
  /** Where it landed; it is forgotten with that. */
  readonly end: (toolUseId: string) => number | undefined
}

/** One that did not come by then does not count any more. Milliseconds. */
const LIFE_MS = 30_000
const MOST_OUT = 16

interface Canary {
  readonly until: number
  taken: boolean
  index: number | undefined
}

export const makeCanaries = (now: () => number = () => performance.now()): Canaries => {
  const out = new Map<string, Canary>()
  return {
    begin: () => {
      const toolUseId = `canary_${toHex(randomBytes(16))}`
      out.set(toolUseId, { until: now() + LIFE_MS, taken: false, index: undefined })
      if (out.size > MOST_OUT) out.delete(out.keys().next().value!)
      return toolUseId
    },
    take: (event) => {
      if (event.kind !== 'tool.before' || event.session !== CANARY_SESSION) return undefined
      const id = event.call.useId
      const canary = id === undefined ? undefined : out.get(id)
      if (canary === undefined || canary.taken || canary.until < now()) return undefined
      canary.taken = true
      return id
    },
    landed: (toolUseId, index) => {
      const canary = out.get(toolUseId)
      if (canary !== undefined) canary.index = index
    },
    end: (toolUseId) => {
      const canary = out.get(toolUseId)
      out.delete(toolUseId)
      return canary?.index
    },
  }
}

export const canaryBegin = Effect.fn('canaryBegin')(function* (context: ControlContext) {
  const { canaries } = yield* requireRunning(context)
  return { session: CANARY_SESSION, toolUseId: canaries.begin() }
})

/** Read back out of the log: what was acknowledged must be there. */
export const canaryEnd = Effect.fn('canaryEnd')(function* (
  { toolUseId }: Params<'canary.end'>,
  context: ControlContext,
): Effect.fn.Return<{ readonly index: number | null }, ControlFailure> {
  const { canaries } = yield* requireRunning(context)
  const index = canaries.end(toolUseId)
  if (index === undefined) return { index: null }
  const stored = yield* Effect.mapError(context.log.entry(index), controlFailureOf)
  const entry = stored === undefined ? undefined : Result.getOrUndefined(decodeEntry(stored.bytes))
  const held = entry?.event._tag === 'CanaryAnswered' && entry.event.id === toolUseId
  return { index: held ? index : null }
})
