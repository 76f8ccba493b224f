// The latest tool calls that were decided on, and whether they ended: what a report of a call that
// ran is compared with.
import * as Schema from 'effect/Schema'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'

const OpenCall = Schema.Struct({
  tool: Schema.String,
  /** Index of the DecisionMade entry; of the GapFound entry where there was no decision. */
  decision: Schema.Int,
  inputTag: Schema.optionalKey(Schema.String),
  /** Of the input that the gate had the client run instead. */
  rewritten: Schema.optionalKey(Schema.String),
  finished: Schema.optionalKey(Schema.Boolean),
  /** It was denied, and the denial was to be carried out. */
  denied: Schema.optionalKey(Schema.Boolean),
  /** Decided on more than once, with different inputs: one of them was not the client's. */
  disputed: Schema.optionalKey(Schema.Boolean),
})
export type OpenCall = typeof OpenCall.Type

const OpenCalls = Schema.Struct({ open: Schema.Record(Schema.String, OpenCall), count: Schema.Int })
export type OpenCalls = typeof OpenCalls.Type

/** Kept at most. */
export const MOST_OPEN = 1024

/**
 * Those that ended go first: a subagent's call outlasts all that it does itself, and would be taken
 * for a gap at its end.
 */
const age = ({ decision, finished }: OpenCall): number =>
  finished === true ? decision - Number.MAX_SAFE_INTEGER : decision

const keyOf = (session: string | null, useId: string): string => `${session ?? ''}/${useId}`

export const findOpenCall = (
  state: OpenCalls,
  session: string | null,
  useId: string,
): OpenCall | undefined => {
  const key = keyOf(session, useId)
  return Object.hasOwn(state.open, key) ? state.open[key] : undefined
}

export const openCalls: Projection<OpenCalls> = {
  id: 'calls',
  version: 3,
  initial: () => ({ open: {}, count: 0 }),
  isState: Schema.is(OpenCalls),
  step: (state, { event, session, index }) => {
    // Mutated in place: the fold owns its state and this runs for every event.
    const open = state.open as Record<string, OpenCall>
    let { count } = state
    if (event._tag === 'DecisionMade' && event.toolUseId !== undefined) {
      const key = keyOf(session, event.toolUseId)
      const before = Object.hasOwn(open, key) ? open[key] : undefined
      if (before === undefined) count += 1
      const call: OpenCall = {
        tool: event.receipt.action.tool,
        decision: index,
        ...(event.inputTag === undefined ? {} : { inputTag: event.inputTag }),
        ...(event.enforced && event.verdict === 'deny' ? { denied: true } : {}),
      }
      // Whoever can reach the hook socket can ask in the name of a call that the client asks about.
      const same = before?.inputTag === undefined || before.inputTag === call.inputTag
      open[key] = same
        ? { ...call, ...(before?.disputed === true ? { disputed: true } : {}) }
        : { ...before, disputed: true, ...(call.denied === true ? { denied: true } : {}) }
      if (count > MOST_OPEN) count = dropOldest(open, MOST_OPEN, age)
    } else if (event._tag === 'GapFound') {
      // A gap is told once: the turn's batch lists a call that its own report gave away already.
      const key = keyOf(session, event.toolUseId)
      if (!Object.hasOwn(open, key)) count += 1
      open[key] = { tool: event.tool, decision: index, finished: true }
      if (count > MOST_OPEN) count = dropOldest(open, MOST_OPEN, age)
    } else if (event._tag === 'InputRewritten') {
      const key = keyOf(session, event.toolUseId)
      if (Object.hasOwn(open, key)) open[key] = { ...open[key]!, rewritten: event.tag }
    } else if (event._tag === 'ToolFinished') {
      const key = keyOf(session, event.toolUseId)
      // Kept until it is among the oldest: the turn's batch reports it once more.
      if (Object.hasOwn(open, key)) open[key] = { ...open[key]!, finished: true }
    } else return state
    return { open, count }
  },
}
