// What a session may do less once it has read text that tries to instruct the agent: each kind of effect
// that a policy lists goes one verdict stricter. It never makes anything milder, and takes no rule back.
import * as Schema from 'effect/Schema'
import type { EffectKind } from '../action/effect.ts'
import { InjectionSource } from '../sensitive/injection/source.ts'
import { sourceInWords } from '../sensitive/injection/told.ts'
import { EffectPattern, kindsOf } from './rule.ts'
import type { Verdict } from './verdict.ts'

/** A session's taint as a decision sees it: the strongest hit so far, and where that came from. */
export const Tainted = Schema.Struct({
  /** 0 to 1. */
  score: Schema.Finite,
  source: Schema.optionalKey(InjectionSource),
})
export type Tainted = typeof Tainted.Type

/** What is asked about where somebody wants to know what a tainted session would meet. */
export const SUREST: Tainted = { score: 1, source: 'web' }

/** Twice as many as there are patterns. */
const MOST_STRICTER = 42

export const TaintSection = Schema.Struct({
  stricter: Schema.Array(EffectPattern).check(Schema.isMaxLength(MOST_STRICTER)).annotate({
    description:
      'Kinds of effects, or classes of them, that go one verdict stricter in a session that read an injection: permit becomes defer, defer becomes deny. An empty list is none.',
  }),
  from: Schema.optionalKey(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).annotate({
      description: 'How sure the detection must have been, 0 to 1. Default: as for being tainted.',
    }),
  ),
})
export type TaintSection = typeof TaintSection.Type

/** What holds where a policy says nothing of it: what an injected agent would steal or stay by. */
export const DEFAULT_TAINT: TaintSection = { stricter: ['net.*', 'secret.*', 'persist'] }

/** By kind of effect the least score from which it is stricter. */
export type StricterFrom = ReadonlyMap<EffectKind, number>

/** Of all layers: what one of them lists is stricter, whatever the others say. */
export const stricterFrom = (
  layers: ReadonlyArray<{ readonly taint?: TaintSection }>,
): StricterFrom => {
  const least = new Map<EffectKind, number>()
  for (const { taint = DEFAULT_TAINT } of layers)
    for (const kind of taint.stricter.flatMap(kindsOf))
      least.set(kind, Math.min(least.get(kind) ?? 1, taint.from ?? 0))
  return least
}

/** The patterns that are stricter at this score, for people: as the layers have them. */
export const patternsAt = (
  layers: ReadonlyArray<{ readonly taint?: TaintSection }>,
  score: number,
): ReadonlyArray<EffectPattern> => [
  ...new Set(
    layers.flatMap(({ taint = DEFAULT_TAINT }) =>
      score >= (taint.from ?? 0) ? taint.stricter : [],
    ),
  ),
]

const TAINT_ID = 'taint:'

/** Named in decisions; no rule of a policy can have it. */
export const taintId = (kind: EffectKind): string => `${TAINT_ID}${kind}`
export const isTaintId = (id: string): boolean => id.startsWith(TAINT_ID)

export const CLEAR_COMMAND = 'isonapse hook taint clear'

/** What the user may do, where nothing else holds the call back. */
export const TAINT_REMEDY = `Do not work around it; tell the user, who can look with isonapse hook taint and end it with: ${CLEAR_COMMAND}`

export const STRICTER: Readonly<Record<Verdict, Verdict>> = {
  permit: 'defer',
  defer: 'deny',
  deny: 'deny',
}

/** Why an effect is held back, after its words. */
export const taintInWords = (kind: EffectKind, was: Verdict, { source }: Tainted): string => {
  const what =
    was === 'permit' ? `${kind} is left to a human` : `${kind} is denied, not left to a human`
  return `this session read text from ${sourceInWords(source)} that tries to instruct the agent, so ${what}, until ${CLEAR_COMMAND}`
}
