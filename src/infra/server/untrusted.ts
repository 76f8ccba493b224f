// What follows from text in a result that is written to instruct the agent: an entry that may taint the
// session, a notice to the model, or the text is kept from it.
import type { Action } from '../../domain/action/action.ts'
import { InjectionDetected } from '../../domain/event/event.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import { sourceOf } from '../../domain/sensitive/injection/provenance.ts'
import {
  type InjectionAction,
  type Reaction,
  reaction,
} from '../../domain/sensitive/injection/reaction.ts'
import { untrustedNotice } from '../../domain/sensitive/injection/told.ts'
import type { Inspected } from './inspect.ts'

export interface Notice {
  readonly text: string
  /** It stands in the text's place. */
  readonly withheld: boolean
}

export interface Untrusted {
  /** `ran`: what the call did, which tells where its result is from. */
  readonly events: (
    inspected: Inspected,
    ran: Action | undefined,
    mode: Mode,
  ) => ReadonlyArray<InjectionDetected>
  /** Undefined where the model is told nothing. `stricter`: kinds of effects, with the score it takes. */
  readonly notice: (
    inspected: Inspected,
    ran: Action | undefined,
    mode: Mode,
    stricter: ReadonlyMap<string, number>,
  ) => Notice | undefined
}

export const makeUntrusted = (action: () => InjectionAction): Untrusted => {
  const reacting = (score: number, ran: Action | undefined): Reaction =>
    ran !== undefined && sourceOf(ran) === undefined
      ? NO_REACTION
      : reaction(ran && sourceOf(ran), score, action())
  return {
    events: ({ event, injection, injectionTier }, ran, mode) => {
      if (injection === undefined) return []
      const source = ran && sourceOf(ran)
      const { witness, withhold } = reacting(injection.score, ran)
      if (!witness) return []
      return [
        new InjectionDetected({
          seenIn: event.name,
          ...('call' in event && event.call.useId !== undefined
            ? { toolUseId: event.call.useId }
            : {}),
          detector: injection.detector,
          score: injection.score,
          tier: injectionTier,
          ...(source === undefined ? {} : { source }),
          ...(withhold && mode === 'enforce' ? { withheld: true as const } : {}),
        }),
      ]
    },
    notice: ({ injection }, ran, mode, stricter) => {
      if (injection === undefined) return undefined
      const { tell, taint, withhold: withheld } = reacting(injection.score, ran)
      // Profile mode records and changes nothing, not even what the model knows.
      if (mode === 'profile' || (!tell && !withheld)) return undefined
      const kinds = [...stricter].flatMap(([kind, from]) => (injection.score >= from ? [kind] : []))
      const text = untrustedNotice(ran && sourceOf(ran), {
        withheld,
        stricter: taint ? kinds : [],
        enforced: true,
      })
      return { text, withheld }
    },
  }
}

/** Of a result that is nobody's but the user's or the agent's own. */
const NO_REACTION: Reaction = { witness: false, tell: false, taint: false, withhold: false }
