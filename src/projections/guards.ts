// The guards that are registered, by name. One that is added or removed without the signature that the
// log demands changes nothing; one is never replaced, but removed and added anew.
import * as Schema from 'effect/Schema'
import { Guard, guardFault, isForTool, isGuardName, MOST_GUARDS } from '../domain/guard/guard.ts'
import { withGate } from './authorised.ts'
import { GateState, gateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundTime } from './sound.ts'

const Registered = Schema.Struct({
  ...Guard.fields,
  /** Epoch milliseconds. */
  since: Schema.Finite,
})
export type Registered = typeof Registered.Type

const Guards = Schema.Struct({
  gate: GateState,
  /** By `/` and the name. */
  guards: Schema.Record(Schema.String, Registered),
  /** When one was last added or removed, epoch milliseconds. */
  changed: Schema.Finite,
})
export type Guards = typeof Guards.Type

export const guards: Projection<Guards> = {
  id: 'guards',
  version: 1,
  initial: () => ({ gate: gateState.initial(), guards: {}, changed: 0 }),
  isState: Schema.is(Guards),
  step: (before, entry, crypto) => {
    const { gate, accepted } = withGate(before.gate, entry, crypto)
    const state = gate === before.gate ? before : { ...before, gate }
    const { event, time } = entry
    if (!accepted) return state
    switch (event._tag) {
      case 'GuardAdded': {
        const { name, program, hash, tools, timeoutMs, cases } = event
        const guard = { name, program, hash, tools, timeoutMs, cases }
        const key = `/${name}`
        const isFull = Object.keys(state.guards).length >= MOST_GUARDS
        if (isFull || Object.hasOwn(state.guards, key) || guardFault(guard) !== undefined)
          return state
        const registered = { ...guard, since: soundTime(time) }
        return {
          ...state,
          guards: { ...state.guards, [key]: registered },
          changed: soundTime(time),
        }
      }
      case 'GuardRemoved': {
        if (!isGuardName(event.name) || !Object.hasOwn(state.guards, `/${event.name}`)) return state
        const { [`/${event.name}`]: _, ...left } = state.guards
        return { ...state, guards: left, changed: soundTime(time) }
      }
      default:
        return state
    }
  },
}

/** In the order of their names, which is the order that a decision has them in. */
export const registeredGuards = ({ guards: held }: Guards): ReadonlyArray<Registered> =>
  Object.keys(held)
    .sort()
    .map((key) => held[key]!)

export const guardNamed = ({ guards: held }: Guards, name: string): Registered | undefined =>
  Object.hasOwn(held, `/${name}`) ? held[`/${name}`] : undefined

/** Those that are asked about a call of the tool, as the client reports it. */
export const guardsOf = (state: Guards, tool: string): ReadonlyArray<Registered> =>
  registeredGuards(state).filter((guard) => isForTool(guard, tool))
