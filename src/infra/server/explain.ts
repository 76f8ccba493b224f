// What a call would do and what would be decided, by the policy in force and with a look at the
// machine, but without the call: nothing of it is witnessed.
import * as Effect from 'effect/Effect'
import type { ControlFailure, Explanation, Params } from '../../domain/control/methods.ts'
import { explanationOf } from '../../domain/explain/explanation.ts'
import { judge } from '../../domain/gate.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { registeredIn } from '../client/wiring.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { ControlContext } from './context.ts'
import { gatePathsOf } from './gatePaths.ts'
import { findProjectRoot, observe } from './observe.ts'
import { placeIn } from './placeIn.ts'
import { surveyOf } from './survey.ts'

export const explain = (
  { tool, input, cwd, home, project }: Params<'explain'>,
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
      context.inForce(),
      context.engine,
      sha256,
      sources,
    )!
    return explanationOf(judged.action, judged.decision, sources, place)
  })
