// What is known of the agent's habits: which capabilities it used, on what, how often, and how that
// ended. The state of the profile projection, and all that a suggested policy is derived from. Counts
// and names of facts only; bounded, however long the log grows.
//
//   DecisionMade ─▶ pending call ─┬─ ToolFinished finished ─▶ evidence of its observations
//                                 ├─ failed, unfinished     ─▶ counted, no evidence
//                                 └─ swapped, ungated, or after an injection hit ─▶ no evidence
import * as Schema from 'effect/Schema'
import { ActionEffect } from '../action/effect.ts'
import { Evidence } from '../policy/rule.ts'

/** Distinct numbers, the latest of them by value: what came before them is only counted. */
export const Seen = Schema.Struct({ count: Schema.Int, latest: Schema.Array(Schema.Int) })
export type Seen = typeof Seen.Type

/** Decisions permit, defer, deny, in this order. */
const Verdicts = Schema.Tuple([Schema.Int, Schema.Int, Schema.Int])

export const Outcomes = Schema.Struct({
  finished: Schema.Int,
  failed: Schema.Int,
  /** Refused, denied or held back: the client reports no end. */
  unfinished: Schema.Int,
})
export type Outcomes = typeof Outcomes.Type

const counts = {
  /** Tool calls that it was part of. */
  calls: Schema.Int,
  outcomes: Outcomes,
  /** What was decided on those calls, carried out or not. */
  enforced: Verdicts,
  shadow: Verdicts,
  sessions: Seen,
  /** Days since the epoch (UTC). */
  days: Seen,
  /** Epoch milliseconds. */
  first: Schema.Finite,
  last: Schema.Finite,
}

/** Of the calls that finished, untouched by an injection: what may be learned from. */
export const Learned = Schema.Struct({
  ...Evidence.fields,
  sessions: Seen,
  days: Seen,
  /** Targets within the scope; `more` where there were more than are kept. */
  targets: Schema.Array(Schema.String),
  more: Schema.optionalKey(Schema.Literal(true)),
})
export type Learned = typeof Learned.Type

/** One thing that was done: an effect of a capability on a scope, or a capability alone. */
export const Observation = Schema.Struct({
  /** Empty where any of several capabilities may have done it. */
  capability: Schema.String,
  tool: Schema.String,
  origin: Schema.Literals(['builtin', 'mcp', 'unknown']),
  /** As it was met first, without its place in the text; absent for a capability without an effect. */
  effect: Schema.optionalKey(ActionEffect),
  /** See scope.ts; empty where there is no target. */
  scope: Schema.String,
  /**
   * Names of the options used, sorted; `lost` where a list may not have been whole. Where a command
   * changes or hides something, other options are another observation; see isBoundToOptions.
   */
  flags: Schema.Array(Schema.String),
  lost: Schema.optionalKey(Schema.Literal(true)),
  ...counts,
  /** Hours of the day (UTC) in which it was seen, bit 0 for the first. */
  hours: Schema.Int,
  /** Index of the DecisionMade entry of the first call, and of the last. */
  firstEntry: Schema.Int,
  lastEntry: Schema.Int,
  learned: Schema.optionalKey(Learned),
})
export type Observation = typeof Observation.Type

export const CapabilityUse = Schema.Struct({
  ...counts,
  /** Calls by hour of the day (UTC). */
  hours: Schema.Array(Schema.Int),
  lastEntry: Schema.Int,
})
export type CapabilityUse = typeof CapabilityUse.Type

export const SessionUse = Schema.Struct({
  /** Sessions are numbered in the order in which they were met. */
  number: Schema.Int,
  calls: Schema.Int,
  first: Schema.Finite,
  last: Schema.Finite,
  /** Index of the entry of the first injection hit. */
  tainted: Schema.optionalKey(Schema.Int),
  pii: Schema.Int,
  injections: Schema.Int,
})
export type SessionUse = typeof SessionUse.Type

/** A call that was decided on and has not ended. */
export const PendingCall = Schema.Struct({
  /** Targets by the key of the observation that they are of. */
  observations: Schema.Record(Schema.String, Schema.Array(Schema.String)),
  capabilities: Schema.Array(Schema.String),
  at: Schema.Int,
  time: Schema.Finite,
  session: Schema.Int,
  /** Nothing may be learned from it. */
  spoilt: Schema.optionalKey(Schema.Literal(true)),
})
export type PendingCall = typeof PendingCall.Type

const HeldBack = Schema.Struct({ deny: Schema.Int, defer: Schema.Int, last: Schema.Int })

const DayUse = Schema.Struct({ day: Schema.Int, calls: Schema.Int, held: Schema.Int })
export type DayUse = typeof DayUse.Type

export const Profile = Schema.Struct({
  calls: Schema.Int,
  outcomes: Outcomes,
  enforced: Verdicts,
  shadow: Verdicts,
  first: Schema.NullOr(Schema.Finite),
  last: Schema.NullOr(Schema.Finite),
  /** Calls by hour of the day (UTC), and by day, the latest ones. */
  hours: Schema.Array(Schema.Int),
  byDay: Schema.Array(DayUse),
  /** By family; see familyOf. */
  families: Schema.Record(Schema.String, Schema.Int),
  observations: Schema.Record(Schema.String, Observation),
  observationCount: Schema.Int,
  /** Observations that were given up to stay bounded. */
  forgotten: Schema.Int,
  capabilities: Schema.Record(Schema.String, CapabilityUse),
  capabilityCount: Schema.Int,
  sessions: Schema.Record(Schema.String, SessionUse),
  sessionCount: Schema.Int,
  sessionsMet: Schema.Int,
  pending: Schema.Record(Schema.String, PendingCall),
  pendingCount: Schema.Int,
  /** Rules by which calls were, or in profile mode would have been, held back. */
  heldBack: Schema.Record(Schema.String, HeldBack),
  pii: Schema.Record(Schema.String, Schema.Int),
  injections: Schema.Record(Schema.String, Schema.Int),
  spend: Schema.Struct({ nanodollars: Schema.Int, messages: Schema.Int }),
})
export type Profile = typeof Profile.Type

export const noProfile = (): Profile => ({
  calls: 0,
  outcomes: { finished: 0, failed: 0, unfinished: 0 },
  enforced: [0, 0, 0],
  shadow: [0, 0, 0],
  first: null,
  last: null,
  hours: Array.from({ length: 24 }, () => 0),
  byDay: [],
  families: {},
  observations: {},
  observationCount: 0,
  forgotten: 0,
  capabilities: {},
  capabilityCount: 0,
  sessions: {},
  sessionCount: 0,
  sessionsMet: 0,
  pending: {},
  pendingCount: 0,
  heldBack: {},
  pii: {},
  injections: {},
  spend: { nanodollars: 0, messages: 0 },
})

/** Numbers kept of a Seen: more than any threshold asks for; a state holds thousands of them. */
const MOST_SEEN = 8

export const NONE_SEEN: Seen = { count: 0, latest: [] }

export const withSeen = (seen: Seen, number: number): Seen => {
  const { count, latest } = seen
  if (latest.length > 0 && (latest.at(-1) === number || latest.includes(number))) return seen
  // Whether one from before all that are kept was met is not known any more: not counted, to be sure.
  if (latest.length >= MOST_SEEN && number < latest[0]!) return seen
  const all = [...latest, number].sort((a, b) => a - b)
  return { count: count + 1, latest: all.slice(-MOST_SEEN) }
}

/**
 * A sum that stays a number which a snapshot can hold, whatever an entry says: one charge beyond all
 * sense must not keep the log from being written.
 */
export const plus = (sum: number, more: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, sum + Math.max(0, more))

/** How many distinct numbers two or more have together: exact while each holds all of its own. */
export const countTogether = (all: ReadonlyArray<Seen>): number => {
  const distinct = new Set(all.flatMap(({ latest }) => latest)).size
  return Math.max(distinct, ...all.map(({ count }) => count), 0)
}
