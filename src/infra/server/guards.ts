// The guards of a call, asked beside the policy: all at once, while what passes is looked at, and before
// anything is judged. Their verdicts are facts of the decision from then on; their words are told.
import { GuardAnswered, type WitnessEvent } from '../../domain/event/event.ts'
import type { Judgement } from '../../domain/gate.ts'
import { guardId, type GuardVerdict } from '../../domain/guard/guard.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { plainText } from '../../domain/oneLine.ts'
import type { Registered } from '../../projections/guards.ts'
import type { GuardAnswer, GuardRunner } from '../guard/run.ts'

/** What the guards of one call said. */
export interface Guarded {
  /** In the order of their names. */
  readonly verdicts: ReadonlyArray<GuardVerdict>
  readonly events: ReadonlyArray<WitnessEvent>
  /** A decision that is a guard's, with its own words. */
  readonly told: (judged: Judgement) => Judgement
}

export interface Guards {
  /** Undefined where no guard is for it: then nothing is waited for. */
  readonly ask: (event: HookEvent, payload: Uint8Array) => Promise<Guarded> | undefined
}

const MOST_REASON = 240

export const makeGuards = (options: {
  readonly runner: GuardRunner
  /** By the tool's name as the client reports it, in the order of their names. */
  readonly guardsOf: (tool: string) => ReadonlyArray<Registered>
}): Guards => ({
  ask: (event, payload) => {
    if (event.kind !== 'tool.before') return undefined
    const { name: tool, useId } = event.call
    const asked = options.guardsOf(tool)
    if (asked.length === 0) return undefined
    const answers = asked.map(
      async (guard) => [guard.name, await options.runner.run(guard, payload, event.cwd)] as const,
    )
    return Promise.all(answers).then((all) => guardedOf(all, useId))
  },
})

const guardedOf = (
  answers: ReadonlyArray<readonly [name: string, answer: GuardAnswer]>,
  useId: string | undefined,
): Guarded => {
  const verdicts = answers.map(([name, { verdict, code }]) => ({ name, verdict, code }))
  const reasons = new Map(answers.map(([name, { reason }]) => [name, reason]))
  return {
    verdicts,
    events: answers.map(
      ([name, { verdict, code, ms }]) =>
        new GuardAnswered({
          name,
          verdict,
          code,
          ms,
          ...(useId === undefined ? {} : { toolUseId: useId }),
        }),
    ),
    told: (judged) => {
      const { decision } = judged
      // The one that the decision's reason names.
      const own = verdicts.find(
        ({ name, verdict }) =>
          verdict === decision.verdict && decision.rules.includes(guardId(name)),
      )
      const said = own?.code === 'answered' ? reasons.get(own.name) : undefined
      if (said === undefined || said === '') return judged
      const reason = `${decision.reason}: ${plainText(said, MOST_REASON, ' ')}`
      return { ...judged, decision: { ...decision, reason } }
    },
  }
}
