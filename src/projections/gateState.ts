// The state that decisions are made in: the log's identity, and the mode, posture, suspension,
// policy and settings in force. Folded from the log and from nothing else; the files in the
// configuration folder are views of it.
import * as Schema from 'effect/Schema'
import { isAuthorised } from '../domain/authority/authorisation.ts'
import { loosens } from '../domain/authority/loosening.ts'
import type { Entry } from '../domain/event/envelope.ts'
import type { WitnessEvent } from '../domain/event/event.ts'
import { Digest } from '../domain/hash.ts'
import { Mode, Posture } from '../domain/policy/verdict.ts'
import type { Projection } from './projection.ts'

const AppliedPolicy = Schema.Struct({
  digest: Digest,
  entry: Schema.Int,
  chunks: Schema.Int,
  time: Schema.Finite,
  source: Schema.Literals(['init', 'import', 'suggest', 'rollback']),
})
export type AppliedPolicy = typeof AppliedPolicy.Type

export const GateState = Schema.Struct({
  origin: Schema.String,
  verifierKey: Schema.String,
  /** Ed25519 public key (base64) of assurance level `authority`; null at `open`. */
  authority: Schema.NullOr(Schema.String),
  mode: Mode,
  /** Set explicitly; null leaves it to the client's permission mode. */
  posture: Schema.NullOr(Posture),
  suspended: Schema.Boolean,
  /** The policy's text is the data of the `chunks` Chunk entries directly before `entry`. */
  policy: Schema.NullOr(AppliedPolicy),
  /** Policies that were in force before it, the latest last, where rollback leads to. */
  earlier: Schema.Array(AppliedPolicy),
  /** Settings that differ from their defaults: dotted key to JSON. */
  settings: Schema.Record(Schema.String, Schema.String),
  /** Index of the last loosening accepted, -1 before the first. */
  lastLoosening: Schema.Int,
  /** Loosenings in the log without a valid signature, which were therefore ignored. */
  unsigned: Schema.Array(Schema.Int),
})
export type GateState = typeof GateState.Type

const UNSIGNED_KEPT = 100
const EARLIER_KEPT = 20

export const gateState: Projection<GateState> = {
  id: 'gate',
  version: 3,
  initial: () => ({
    origin: '',
    verifierKey: '',
    authority: null,
    mode: 'profile',
    posture: null,
    suspended: false,
    policy: null,
    earlier: [],
    settings: {},
    lastLoosening: -1,
    unsigned: [],
  }),
  isState: Schema.is(GateState),
  step: (state, entry, crypto) => {
    const { event, index } = entry
    if (event._tag === 'Unknown') return state
    const loosening = loosens(event, { ...state, policySet: state.policy !== null })
    const { authority } = state
    if (loosening && authority !== null) {
      if (!isAuthorised({ ...state, authority }, event, entry, crypto.verifyEd25519))
        return { ...state, unsigned: [...state.unsigned, index].slice(-UNSIGNED_KEPT) }
    }
    const next = applied(state, event, entry)
    return loosening ? { ...next, lastLoosening: index } : next
  },
}

const applied = (state: GateState, event: WitnessEvent, { index, time }: Entry): GateState => {
  switch (event._tag) {
    case 'LogCreated':
      // Only entry 0 says who the log is: a later one is somebody's attempt to change the authority.
      return index === 0
        ? {
            ...state,
            origin: event.origin,
            verifierKey: event.verifierKey,
            authority: event.authority,
          }
        : state
    case 'ModeChanged':
      return { ...state, mode: event.to }
    case 'PostureChanged':
      return { ...state, posture: event.to }
    case 'Suspended':
      return { ...state, suspended: true }
    case 'Resumed':
      return { ...state, suspended: false }
    case 'PolicyApplied':
      return {
        ...state,
        policy: {
          digest: event.digest,
          entry: index,
          chunks: event.chunks.length,
          time,
          source: event.source,
        },
        earlier: state.policy === null ? [] : [...state.earlier, state.policy].slice(-EARLIER_KEPT),
      }
    case 'ConfigChanged':
      return { ...state, settings: { ...state.settings, [event.key]: event.value } }
    default:
      return state
  }
}
