// What was charged: each message of the model with its counts, so that it is never charged twice, and
// how far each transcript was read when that was written. Both stand in the same entries, so a crash
// between reading and writing leaves a place that is read again, and messages that are known again.
import * as Schema from 'effect/Schema'
import type { Charged } from '../domain/cost/charge.ts'
import { plus } from '../domain/cost/money.ts'
import { countsOf, fromListed, fromRow, rowOf, TokenRow } from '../domain/cost/tokens.ts'
import type { ReadTo } from '../domain/event/event.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'
import type { Projection } from './projection.ts'
import { soundAmount, soundName, soundTime } from './sound.ts'
import { placeOfRead, placeRead, transcriptKey, TranscriptPlace } from './transcriptPlace.ts'

const Message = Schema.Struct({ at: Schema.Finite, sum: Schema.Int, tokens: TokenRow })

const Charges = Schema.Struct({
  messages: Schema.Record(Schema.String, Message),
  messageCount: Schema.Int,
  /**
   * The latest time of a message that was given up to stay bounded; -1 before the first. Of what is
   * not later and not known it cannot be told whether it was charged: it counts as charged.
   */
  forgotten: Schema.Finite,
  transcripts: Schema.Record(Schema.String, TranscriptPlace),
  transcriptCount: Schema.Int,
})
export type Charges = typeof Charges.Type

export const MOST_MESSAGES = 8192
export const MOST_TRANSCRIPTS = 2048

export const charges: Projection<Charges> = {
  id: 'charges',
  version: 1,
  initial: () => ({
    messages: {},
    messageCount: 0,
    forgotten: -1,
    transcripts: {},
    transcriptCount: 0,
  }),
  isState: Schema.is(Charges),
  step: (given, { event, session, index, time }) => {
    if (event._tag !== 'CostCharged') return given
    const state = given as Mutable<Charges>
    const key = messageKey(event.message)
    const known = Object.hasOwn(state.messages, key) ? state.messages[key]! : undefined
    if (known === undefined) state.messageCount += 1
    const before = known === undefined ? undefined : fromRow(known.tokens)
    const more = fromListed(event.tokens)
    const tokens = countsOf((name) => plus(before?.[name] ?? 0, more[name]))
    state.messages[key] = {
      at: known?.at ?? soundTime(event.at ?? time),
      sum: plus(known?.sum ?? 0, soundAmount(event.nanodollars)),
      tokens: rowOf(tokens) as Mutable<TokenRow>,
    }
    if (state.messageCount > MOST_MESSAGES) forget(state)
    if (event.read !== undefined && session !== null) {
      const place = transcriptKey(session, event.agent)
      if (!Object.hasOwn(state.transcripts, place)) state.transcriptCount += 1
      state.transcripts[place] = placeOfRead(event.read, index)
      if (state.transcriptCount > MOST_TRANSCRIPTS)
        state.transcriptCount = dropOldest(state.transcripts, MOST_TRANSCRIPTS, ({ last }) => last)
    }
    return state
  },
}

const forget = (state: Mutable<Charges>): void => {
  const before = Object.entries(state.messages)
  state.messageCount = dropOldest(state.messages, MOST_MESSAGES, ({ at }) => at)
  for (const [key, { at }] of before)
    if (!Object.hasOwn(state.messages, key)) state.forgotten = Math.max(state.forgotten, at)
}

const messageKey = (message: string): string => `/${soundName(message)}`

/** Undefined for a message that was never charged, as far as is known. */
export const chargedOf = (state: Charges, message: string): Charged | undefined => {
  const key = messageKey(message)
  if (!Object.hasOwn(state.messages, key)) return undefined
  const { at, sum, tokens } = state.messages[key]!
  return { at, nanodollars: sum, tokens: fromRow(tokens) }
}

/** Whether a message that is not known may be one of those given up. `at`: epoch milliseconds. */
export const mayBeForgotten = (state: Charges, at: number): boolean => at <= state.forgotten

export const readTo = (
  state: Charges,
  session: string,
  agent: string | undefined,
): ReadTo | undefined => placeRead(state.transcripts, session, agent)
