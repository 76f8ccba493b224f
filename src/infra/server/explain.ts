// What a call would do and what would be decided, by the policy in force and with a look at the
// machine, but without the call: nothing of it is witnessed.
import * as Effect from 'effect/Effect'
import type { ControlFailure, Explanation, Params } from '../../domain/control/methods.ts'
import { judge } from '../../domain/gate.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { registeredIn } from '../client/wiring.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { ControlContext } from './context.ts'
import { gatePathsOf } from './gatePaths.ts'
import { findProjectRoot, observe } from './observe.ts'
import { placeIn } from './placeIn.ts'

export const explain = (
  { tool, input, cwd, home, project }: Params<'explain'>,
  context: ControlContext,
): Effect.Effect<Explanation, ControlFailure> =>
  Effect.sync(() => {
    const at = cwd ?? context.home
    const root = project ?? findProjectRoot(at, context.home)
    const place = placeIn(root, at, home ?? context.home, gatePathsOf(context.paths, context.home))
    const event: HookEvent = {
      kind: 'tool.before',
      name: 'PreToolUse',
      session: 'explain',
      cwd: at,
      call: { name: tool, input },
    }
    const observed = observe(event, place, () => registeredIn(context.paths))
    const judged = judge(event, place, observed, context.inForce(), context.engine, sha256)!
    return {
      verdict: judged.decision.verdict,
      capabilities: judged.action.capabilities,
      effects: judged.action.effects,
      rules: judged.decision.rules,
      reason: judged.decision.reason,
    }
  })
