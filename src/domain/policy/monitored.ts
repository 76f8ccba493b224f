// Paths that a policy watches over: whatever tool changes one of them, a human decides. It only adds:
// no permit takes it back, and it takes no denial's place.
import * as Schema from 'effect/Schema'
import type { EffectKind } from '../action/effect.ts'
import { type CompiledRule, compileRule } from './match.ts'
import { Line, many, MOST_ALTERNATIVES, PathPatternText } from './rule.ts'

const MOST_MONITORED = 500

const Watched = Schema.Struct({
  path: Schema.Union([
    PathPatternText,
    Schema.Array(PathPatternText).check(
      Schema.isMinLength(1),
      Schema.isMaxLength(MOST_ALTERNATIVES),
    ),
  ]),
  reason: Schema.optionalKey(Line(200, 'a reason')),
})

export const Monitored = Schema.Array(Schema.Union([PathPatternText, Watched]))
  .check(Schema.isMaxLength(MOST_MONITORED))
  .annotate({
    description:
      'Paths whose change by any tool (writing, deleting, moving away) is deferred to a human, whatever the rules permit.',
  })
export type Monitored = typeof Monitored.Type

/** Named in decisions; no rule of a policy can have it. */
export const MONITORED_ID = 'policy:monitored'

const REASON = 'the policy has a human look at every change of this path'

/** Effects that are a change of a path. */
export const CHANGES: ReadonlyArray<EffectKind> = ['fs.write', 'fs.delete', 'persist']

/** As rules that defer: all patterns without a reason of their own together. */
export const compileMonitored = (monitored: Monitored = []): ReadonlyArray<CompiledRule> => {
  const plain = monitored.filter((one) => typeof one === 'string')
  const watched = [
    ...(plain.length === 0 ? [] : [{ path: plain, reason: REASON }]),
    ...monitored.filter((one) => typeof one !== 'string'),
  ]
  return watched.map(({ path, reason = REASON }) =>
    compileRule({
      id: MONITORED_ID,
      verdict: 'defer',
      match: { effect: CHANGES, path: many(path) },
      reason,
    }),
  )
}
