// What a call would do and what would be decided, by the policy in force and with a look at the
// machine, but without the call: nothing of it is witnessed.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { ControlFailure, Explanation, Params } from '../../domain/control/methods.ts'
import { explanationOf } from '../../domain/explain/explanation.ts'
import { type Judgement, judge } from '../../domain/gate.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { compilePolicy, decide } from '../../domain/policy/decide.ts'
import { SUREST } from '../../domain/policy/taint.ts'
import { habitOf } from '../../domain/profile/habit.ts'
import { USUAL } from '../../domain/suggest/alone.ts'
import { DEFAULT_THRESHOLDS } from '../../domain/suggest/evidence.ts'
import { guardsOf } from '../../projections/guards.ts'
import { registeredIn } from '../client/wiring.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { ControlContext } from './context.ts'
import { gatePathsOf } from './gatePaths.ts'
import { suggestedNow } from './learning.ts'
import { findProjectRoot, observe } from './observe.ts'
import { placeIn } from './placeIn.ts'
import { surveyOf } from './survey.ts'

export const explain = (
  { tool, input, cwd, home, project, learned, tainted }: Params<'explain'>,
  context: ControlContext,
): Effect.Effect<Explanation, ControlFailure> =>
  Effect.sync(() => {
    const at = cwd ?? context.home
    const root = project ?? findProjectRoot(at, context.home)
    const own = gatePathsOf(context.paths, context.home)
    const place = placeIn(root, at, home ?? context.home, own, surveyOf)
    const event: HookEvent = {
      kind: 'tool.before',
      name: 'PreToolUse',
      session: 'explain',
      cwd: at,
      call: { name: tool, input },
    }
    const { observed, sources } = observe(event, place, {
      registered: () => registeredIn(context.paths),
    })
    const judged = judge(
      event,
      place,
      observed,
      { ...context.inForce(), ...(tainted === true ? { tainted: SUREST } : {}) },
      context.engine,
      sha256,
      sources,
    )!
    const guards = guardsOf(context.log.projected().guards, tool).map(({ name }) => name)
    const explanation = {
      ...explanationOf(judged.action, judged.decision, sources, place),
      ...(guards.length === 0 ? {} : { guards }),
    }
    return learned === true ? { ...explanation, ...learnedOf(judged, context) } : explanation
  })

/** What is known of such calls, and what the policy would say that the profile suggests. */
const learnedOf = (
  { action, posture }: Judgement,
  context: ControlContext,
): Pick<Explanation, 'habit' | 'suggested'> => {
  const suggestion = suggestedNow(DEFAULT_THRESHOLDS, context)
  const decided = Result.map(suggestion, ({ suggestion: { policy } }) =>
    decide(action, compilePolicy(policy), { ...USUAL, posture }),
  )
  return {
    habit: habitOf(context.log.projected().profile, action),
    suggested: Result.isSuccess(decided)
      ? { verdict: decided.success.verdict, rules: decided.success.rules }
      : null,
  }
}
