// Appending the control plane's own events, most of which belong to no session of the client's.
import * as Effect from 'effect/Effect'
import type { EntryTooLarge } from '../../domain/event/envelope.ts'
import type { WitnessEvent } from '../../domain/event/event.ts'
import type { StoreFailure } from './errors.ts'
import type { Committed, WitnessLog } from './WitnessLog.ts'

/** Appends them together, durably: they change or explain what the gate does from then on. */
export const appendOwn = (
  log: Pick<WitnessLog['Service'], 'append'>,
  events: ReadonlyArray<WitnessEvent>,
  session: string | null = null,
): Effect.Effect<Committed, StoreFailure | EntryTooLarge> =>
  Effect.tryPromise({
    try: () =>
      log.append(
        events.map((event) => ({ session, event })),
        true,
      ),
    catch: (error) => error as StoreFailure | EntryTooLarge,
  })
