// The projections that the log keeps folded, by name.
import { type GateState, gateState } from './gateState.ts'
import { type OpenCalls, openCalls } from './openCalls.ts'
import { type Sessions, sessions } from './sessions.ts'
import { type Statistics, statistics } from './statistics.ts'

export const PROJECTIONS = { gate: gateState, calls: openCalls, sessions, statistics } as const

export interface Projections {
  readonly gate: GateState
  readonly calls: OpenCalls
  readonly sessions: Sessions
  readonly statistics: Statistics
}
