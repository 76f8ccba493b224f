// What each effect of a call weighs by itself: decide() tells the verdict of the whole, and this asks
// it again for every part, so that a person sees which words of a command decided.
import type { Action } from '../../domain/action/action.ts'
import type { ActionEffect } from '../../domain/action/effect.ts'
import { toolNameOf } from '../../domain/action/toolName.ts'
import { toolNamed } from '../../domain/action/tools.ts'
import type { Explanation } from '../../domain/control/methods.ts'
import { BASELINE } from '../../domain/policy/baseline.ts'
import {
  type Circumstances,
  type CompiledPolicy,
  compilePolicy,
  decide,
} from '../../domain/policy/decide.ts'
import { MONITORED_ID } from '../../domain/policy/monitored.ts'
import { type Policy, rulesOf } from '../../domain/policy/policy.ts'
import { effectInWords } from '../../domain/policy/reason.ts'
import type { Tainted } from '../../domain/policy/taint.ts'
import type { Mode, Posture, Verdict } from '../../domain/policy/verdict.ts'
import { postureFor } from '../../domain/policy/posture.ts'

export interface EffectFinding {
  readonly effect: ActionEffect
  /** The effect in words, such as `curl sends data to example.com`. */
  readonly words: string
  readonly verdict: Verdict
  /** What gave this effect its verdict. */
  readonly rules: ReadonlyArray<string>
}

export interface RuleTold {
  readonly id: string
  /** Where the rule is from. */
  readonly source:
    'policy' | 'baseline' | 'default' | 'guard' | 'manifest' | 'posture' | 'taint' | 'unknown-tool'
  readonly reason: string
  /** The nearest permitted way, in the rule's own words. */
  readonly instead?: string
}

export interface Findings {
  readonly effects: ReadonlyArray<EffectFinding>
  /** What holds for the call as a whole, whatever it does. */
  readonly call: { readonly verdict: Verdict; readonly rules: ReadonlyArray<string> }
  /** The rules that decided, told. */
  readonly rules: ReadonlyArray<RuleTold>
  /** What the agent would meet in mode `enforce`, by posture. */
  readonly answers: Readonly<Record<AnsweredPosture, Answer>>
}

/** Postures that a client's permission mode implies; in `locked` everything is blocked. */
const ANSWERED = ['interactive', 'autonomous', 'dry_run'] as const
export type AnsweredPosture = (typeof ANSWERED)[number]

export type Answer = 'runs' | 'asks' | 'blocked'

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

export const answerIn = (verdict: Verdict, posture: Posture): Answer => {
  if (verdict === 'deny' || posture === 'locked') return 'blocked'
  if (verdict === 'permit') return 'runs'
  return posture === 'autonomous' ? 'blocked' : 'asks'
}

export interface InForceNow {
  readonly policy: Policy
  readonly mode: Mode
  readonly posture: Posture | null
  readonly suspended: boolean
  /** What the session that is asked about was tainted by. */
  readonly tainted?: Tainted | undefined
}

/** `tool`: as it was asked about. */
export const findingsOf = (
  tool: string,
  explanation: Explanation,
  { policy, mode, posture, suspended, tainted }: InForceNow,
): Findings => {
  const compiled = compilePolicy(policy)
  const ofTaint = tainted === undefined ? {} : { tainted }
  const now = { mode, posture: postureFor(posture, suspended), state: { suspended, ...ofTaint } }
  const name = toolNameOf(tool)
  const action: Action = {
    tool: name.name,
    origin:
      name.mcp !== undefined ? 'mcp' : toolNamed(name.name) === undefined ? 'unknown' : 'builtin',
    capabilities: explanation.capabilities as Action['capabilities'],
    effects: [],
    ...(explanation.flags === undefined ? {} : { flags: explanation.flags }),
  }
  const call = decide(action, compiled, now)
  const ofCall = call.verdict === 'permit' ? [] : call.rules
  return {
    call: { verdict: call.verdict, rules: ofCall },
    effects: explanation.effects.map((effect) => {
      const { verdict, rules } = decide({ ...action, effects: [effect] }, compiled, now)
      return {
        effect,
        words: effectInWords(action.tool, effect),
        verdict,
        rules: rules.filter((id) => !ofCall.includes(id)),
      }
    }),
    rules: explanation.rules.map((id) => ruleTold(id, policy)),
    answers: answersTo(
      { ...action, effects: explanation.effects },
      compiled,
      { mode, state: { suspended: false, ...ofTaint } },
      (posture) => (posture === now.posture ? explanation.verdict : 'permit'),
    ),
  }
}

/** `atLeast`: what counters that only the control plane keeps may have made of the verdict. */
const answersTo = (
  action: Action,
  policy: CompiledPolicy,
  now: Omit<Circumstances, 'posture'>,
  atLeast: (posture: Posture) => Verdict,
): Findings['answers'] => {
  const inPosture = (posture: AnsweredPosture): Answer => {
    const { verdict } = decide(action, policy, { ...now, posture })
    const least = atLeast(posture)
    return answerIn(RANK[least] > RANK[verdict] ? least : verdict, posture)
  }
  return Object.fromEntries(
    ANSWERED.map((posture) => [posture, inPosture(posture)]),
  ) as Findings['answers']
}

const ruleTold = (id: string, policy: Policy): RuleTold => {
  const [head = '', rest = ''] = [id.split(':', 1)[0], id.slice(id.indexOf(':') + 1)]
  const ofPolicy = rulesOf(policy).find((rule) => rule.id === id)
  if (ofPolicy !== undefined)
    return {
      id,
      source: 'policy',
      reason: ofPolicy.reason ?? `rule ${id} of the policy`,
      ...(ofPolicy.instead === undefined ? {} : { instead: ofPolicy.instead }),
    }
  if (id === MONITORED_ID)
    return { id, source: 'policy', reason: 'a path that the policy has monitored would change' }
  switch (head) {
    case 'baseline': {
      const rule = BASELINE.find((one) => one.id === id)
      return { id, source: 'baseline', reason: rule?.reason ?? 'always on' }
    }
    case 'default':
      return { id, source: 'default', reason: `no rule matches, so the default of ${rest} holds` }
    case 'manifest':
      return {
        id,
        source: 'manifest',
        reason: `what the policy's tools say of this tool (${rest})`,
      }
    case 'taint':
      return { id, source: 'taint', reason: `${rest} is stricter after an injection` }
    case 'guard':
      return { id, source: 'guard', reason: `what guard ${rest} said of it` }
    case 'posture':
      return { id, source: 'posture', reason: `what posture ${rest} allows` }
    default:
      return {
        id,
        source: 'unknown-tool',
        reason: 'the gate does not know this tool, and the policy does not name it',
      }
  }
}
