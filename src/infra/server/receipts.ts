// The decisions of the log with their receipts, oldest first, at the caller's own pace. A decision that
// cannot be read ends it: a row of receipts with one left out would be another row.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import type { DecisionMade } from '../../domain/event/event.ts'
import { decisionIn } from '../../domain/receipt/inEntry.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { slices } from '../store/slices.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import type { SendItem } from './send.ts'

type Asked = Params<'witness.receipts'>

/** Entries between two progress reports. */
const PROGRESS_EVERY = 4096

export const receipts = (
  asked: Asked,
  context: ControlContext,
  send: SendItem,
): Effect.Effect<ResultOf<'witness.receipts'>, ControlFailure> =>
  Effect.tryPromise({
    try: (signal) => stream(asked, context, send, signal),
    catch: (error) =>
      error instanceof ControlFailure
        ? error
        : controlFailureOf(storeFailure(context.paths.witnessDir, error)),
  })

const stream = async (
  asked: Asked,
  { log }: ControlContext,
  send: SendItem,
  signal: AbortSignal,
): Promise<ResultOf<'witness.receipts'>> => {
  const { size } = log.head()
  const { origin } = log.projected().gate
  const from = Math.max(0, asked.from ?? 0)
  const to = Math.min(size, (asked.to ?? size - 1) + 1)
  let decisions = 0
  const breath = slices()
  for await (const slice of log.scan({ from, to }))
    for (const { index, bytes } of slice) {
      signal.throwIfAborted()
      const entry = decisionOf(bytes, index)
      if (entry !== undefined && isAsked(entry, asked)) {
        decisions++
        const { time, session, event } = entry
        await send({ item: { index, time, session, event: { ...event } } })
      }
      if ((index + 1 - from) % PROGRESS_EVERY === 0)
        await send({ progress: { done: index + 1 - from, total: to - from, what: 'entries read' } })
      if (breath.spent()) await breath.rest()
    }
  return { decisions, size, origin }
}

const isAsked = ({ time, session }: Entry, asked: Asked): boolean =>
  (asked.since === undefined || time >= asked.since) &&
  (asked.session === undefined || (session ?? '').startsWith(asked.session))

const decisionOf = (bytes: Uint8Array, index: number): Entry<DecisionMade> | undefined => {
  const found = decisionIn(bytes, index, sha256)
  if (Result.isSuccess(found)) return found.success
  throw new ControlFailure({
    kind: 'receipt-unreadable',
    message: found.failure.message,
    remedy: 'isonapse hook witness verify says how much is bad; a later version may read it',
    exit: 1,
  })
}
