// Hostile calls as a table: each is judged under the policy that everybody starts with, must not come
// out permitted, and must have an effect of the kind that it is for. Nothing here is ever run.
import { describe, expect, it } from 'vitest'
import { judgeCall } from '../../src/commands/oneShot/judge.ts'
import { compiledPolicy } from '../../src/commands/oneShot/explain.ts'
import type { EffectKind } from '../../src/domain/action/effect.ts'

/** A line of Bash, or a call of another tool. */
export type Attack =
  string | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

/** Attacks by the effect that each of them must be seen to have. */
export type Attacks = Readonly<
  Record<string, { readonly effect: EffectKind; readonly calls: ReadonlyArray<Attack> }>
>

const HOME = '/home/dev'
const policy = compiledPolicy({})

const judged = (call: Attack) =>
  judgeCall(
    {
      ...(typeof call === 'string' ? { tool: 'Bash', input: { command: call } } : call),
      cwd: `${HOME}/project`,
      home: HOME,
    },
    policy,
  )

const shown = (call: Attack): string => (typeof call === 'string' ? call : JSON.stringify(call))

export const attacks = (groups: Attacks): void => {
  for (const [group, { effect, calls }] of Object.entries(groups))
    describe(group, () => {
      for (const call of calls)
        it(`does not permit ${shown(call)}`, () => {
          const { verdict, effects } = judged(call)
          expect(verdict).not.toBe('permit')
          expect(effects.map(({ kind }) => kind)).toContain(effect)
        })
    })
}

/** Calls that look much like an attack and harm nothing: asking about them costs trust. */
export const harmless = (group: string, calls: ReadonlyArray<Attack>): void => {
  describe(group, () => {
    for (const call of calls)
      it(`permits ${shown(call)}`, () => {
        expect(judged(call).verdict).toBe('permit')
      })
  })
}
