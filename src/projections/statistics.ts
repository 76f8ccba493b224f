// Counts over the whole log: what `witness stats` and `status` show.
import * as Schema from 'effect/Schema'
import type { Projection } from './projection.ts'

const Verdicts = Schema.Struct({ permit: Schema.Int, defer: Schema.Int, deny: Schema.Int })

const Statistics = Schema.Struct({
  entries: Schema.Int,
  /** Entries by kind; kinds of later versions are counted under their own names. */
  byKind: Schema.Record(Schema.String, Schema.Int),
  enforced: Verdicts,
  shadow: Verdicts,
  sessionStarts: Schema.Int,
  oldest: Schema.NullOr(Schema.Finite),
  newest: Schema.NullOr(Schema.Finite),
  lastHook: Schema.NullOr(
    Schema.Struct({
      time: Schema.Finite,
      name: Schema.String,
      session: Schema.NullOr(Schema.String),
    }),
  ),
})
export type Statistics = typeof Statistics.Type

/** A later version's kinds are bounded, so that a forged log cannot grow the state. */
const MOST_KINDS = 200

export const statistics: Projection<Statistics> = {
  id: 'statistics',
  version: 1,
  initial: () => ({
    entries: 0,
    byKind: {},
    enforced: { permit: 0, defer: 0, deny: 0 },
    shadow: { permit: 0, defer: 0, deny: 0 },
    sessionStarts: 0,
    oldest: null,
    newest: null,
    lastHook: null,
  }),
  isState: Schema.is(Statistics),
  step: (state, { event, time, session }) => {
    const kind = event._tag === 'Unknown' ? `?${event.kind.slice(0, 60)}` : event._tag
    const byKind = state.byKind as Record<string, number>
    const known = Object.hasOwn(byKind, kind)
    const name = known || Object.keys(byKind).length < MOST_KINDS ? kind : '?'
    byKind[name] = (Object.hasOwn(byKind, name) ? byKind[name]! : 0) + 1
    const next = {
      ...state,
      entries: state.entries + 1,
      oldest: state.oldest ?? time,
      newest: time,
    }
    if (event._tag === 'DecisionMade') {
      const side = event.enforced ? 'enforced' : 'shadow'
      next[side] = { ...state[side], [event.verdict]: state[side][event.verdict] + 1 }
    }
    if (event._tag === 'HookReceived') {
      next.lastHook = { time, name: event.name, session }
      if (event.kind === 'session.start') next.sessionStarts = state.sessionStarts + 1
    }
    return next
  },
}
