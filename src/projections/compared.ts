// How far the client's transcripts were compared with the log, which sessions were found to have run
// without the gate, and when the first hook came: what looking for gaps begins from.
import * as Schema from 'effect/Schema'
import type { ReadTo } from '../domain/event/event.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'
import type { Projection } from './projection.ts'
import { soundTime } from './sound.ts'
import { placeOfRead, placeRead, transcriptKey, TranscriptPlace } from './transcriptPlace.ts'

const Compared = Schema.Struct({
  places: Schema.Record(Schema.String, TranscriptPlace),
  placeCount: Schema.Int,
  /** Index of the entry that told it of the session. */
  ungated: Schema.Record(Schema.String, Schema.Int),
  ungatedCount: Schema.Int,
  /** Time of the first hook event; null before it. */
  firstHook: Schema.NullOr(Schema.Finite),
})
export type Compared = typeof Compared.Type

export const MOST_PLACES = 2048
export const MOST_UNGATED = 1024

export const compared: Projection<Compared> = {
  id: 'compared',
  version: 1,
  initial: () => ({ places: {}, placeCount: 0, ungated: {}, ungatedCount: 0, firstHook: null }),
  isState: Schema.is(Compared),
  step: (given, { event, session, index, time }) => {
    const state = given as Mutable<Compared>
    switch (event._tag) {
      case 'HookReceived':
        state.firstHook ??= soundTime(time)
        break
      case 'TranscriptCompared': {
        if (session === null) break
        const key = transcriptKey(session, event.agent)
        if (!Object.hasOwn(state.places, key)) state.placeCount += 1
        state.places[key] = placeOfRead(event.read, index)
        if (state.placeCount > MOST_PLACES)
          state.placeCount = dropOldest(state.places, MOST_PLACES, ({ last }) => last)
        break
      }
      case 'SessionUngated': {
        if (session === null) break
        const key = transcriptKey(session, undefined)
        if (!Object.hasOwn(state.ungated, key)) state.ungatedCount += 1
        state.ungated[key] = index
        if (state.ungatedCount > MOST_UNGATED)
          state.ungatedCount = dropOldest(state.ungated, MOST_UNGATED, (at) => at)
        break
      }
    }
    return state
  },
}

/** Undefined where it was never compared, as far as is known. */
export const comparedTo = (
  state: Compared,
  session: string,
  agent: string | undefined,
): ReadTo | undefined => placeRead(state.places, session, agent)

export const isUngated = (state: Compared, session: string): boolean =>
  Object.hasOwn(state.ungated, transcriptKey(session, undefined))
