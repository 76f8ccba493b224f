// The secrets that are stored, by name: where each may go, and when it was used. Their values are in
// key files and never here.
import * as Schema from 'effect/Schema'
import { Sinks } from '../domain/secret/sinkList.ts'
import { MOST_SECRETS } from '../domain/secret/declared.ts'
import { isSecretName } from '../domain/secret/placeholder.ts'
import { withGate } from './authorised.ts'
import { GateState, gateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundTime } from './sound.ts'

const Stored = Schema.Struct({
  sinks: Sinks,
  /** Epoch milliseconds. */
  since: Schema.Finite,
  lastUsed: Schema.NullOr(Schema.Finite),
})
export type Stored = typeof Stored.Type

const SecretsState = Schema.Struct({
  /** Tells which entries were accepted: one without the signature that it needed stores nothing. */
  gate: GateState,
  /** By `/` and the name. */
  secrets: Schema.Record(Schema.String, Stored),
})
export type SecretsState = typeof SecretsState.Type

export const secrets: Projection<SecretsState> = {
  id: 'secrets',
  version: 1,
  initial: () => ({ gate: gateState.initial(), secrets: {} }),
  isState: Schema.is(SecretsState),
  step: (state, entry, crypto) => {
    const { event, time } = entry
    const { gate, accepted } = withGate(state.gate, entry, crypto)
    const at = soundTime(time)
    switch (event._tag) {
      case 'SecretStored': {
        const key = `/${event.name}`
        const known = Object.hasOwn(state.secrets, key)
        if (!accepted || !isSecretName(event.name)) return { ...state, gate }
        if (!known && Object.keys(state.secrets).length >= MOST_SECRETS) return { ...state, gate }
        const lastUsed = known ? state.secrets[key]!.lastUsed : null
        const stored = { sinks: event.sinks, since: at, lastUsed }
        return { gate, secrets: { ...state.secrets, [key]: stored } }
      }
      case 'SecretDeleted': {
        const { [`/${event.name}`]: _, ...left } = state.secrets
        return { gate, secrets: left }
      }
      case 'SecretInjected': {
        const key = `/${event.name}`
        if (!Object.hasOwn(state.secrets, key))
          return gate === state.gate ? state : { ...state, gate }
        const used = { ...state.secrets[key]!, lastUsed: at }
        return { gate, secrets: { ...state.secrets, [key]: used } }
      }
      default:
        return gate === state.gate ? state : { ...state, gate }
    }
  },
}

export const storedSecret = (state: SecretsState, name: string): Stored | undefined => {
  const key = `/${name}`
  return Object.hasOwn(state.secrets, key) ? state.secrets[key] : undefined
}

/** In the order of their names. */
export const storedNames = (state: SecretsState): ReadonlyArray<string> =>
  Object.keys(state.secrets)
    .map((key) => key.slice(1))
    .sort()
