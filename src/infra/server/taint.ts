// What `hook taint` is told: the sessions that the log has as tainted, and what the policy in force makes
// of that.
import * as Effect from 'effect/Effect'
import type { ControlFailure } from '../../domain/control/methods.ts'
import type { TaintList } from '../../domain/control/taint.ts'
import { layersOf } from '../../domain/policy/policy.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import { patternsAt } from '../../domain/policy/taint.ts'
import { projectOf } from '../../projections/sessions.ts'
import { taintedSessions } from '../../projections/taint.ts'
import { effectiveSettings } from '../config/settings.ts'
import type { ControlContext } from './context.ts'

export const taintList = ({
  log,
  policies,
  now,
}: ControlContext): Effect.Effect<TaintList, ControlFailure> =>
  Effect.sync(() => {
    const { taint, gate, sessions } = log.projected()
    const held = gate.policy === null ? undefined : policies.get(gate.policy.digest)
    const layers = held === undefined ? [] : layersOf(held.policy)
    return {
      now: now(),
      action: effectiveSettings(gate.settings)['injection.action'],
      sessions: taintedSessions(taint).map(({ session, since, time, score, source, hits }) => {
        const project = projectOf(sessions, session)
        return {
          session,
          project: project === undefined ? null : pathInWords(project),
          since,
          time,
          score,
          source: source ?? null,
          hits,
          stricter: patternsAt(layers, score),
        }
      }),
    }
  })
