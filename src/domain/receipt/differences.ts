// What two receipts say differently, field by field and in words. Everything a receipt holds is looked
// at, so that two receipts with different digests always have a difference.
import type { Action, Observed } from '../action/action.ts'
import type { ActionEffect } from '../action/effect.ts'
import type { PathRef } from '../action/place.ts'
import { canonicalJson } from '../canonical.ts'
import { effectInWords, pathInWords } from '../policy/reason.ts'
import type { Receipt } from './receipt.ts'

/** What a field is a part of: what a decision depends on, and the decision itself. */
export type Part = 'engine' | 'policy' | 'state' | 'observation' | 'input' | 'decision'

export interface Difference {
  readonly part: Part
  /** Such as `policy`, `link`, `effect`. */
  readonly field: string
  /** Which link, script or rule, where the field is about one of several. */
  readonly of?: string
  /** What either side says; null where it says nothing of it. */
  readonly a: string | null
  readonly b: string | null
}

/** In order of the parts. Text of calls is in it as it is: it must be made printable to be shown. */
export const differencesOf = (a: Receipt, b: Receipt): ReadonlyArray<Difference> => [
  ...one('engine', 'engine', a.engine, b.engine),
  ...one('policy', 'policy', a.policy, b.policy),
  ...one('state', 'mode', a.mode, b.mode),
  ...one('state', 'posture', a.posture, b.posture),
  ...ofState(a, b),
  ...ofObserved(a.observed, b.observed),
  ...one('input', 'event', a.event, b.event),
  ...ofAction(a.action, b.action),
  ...one('decision', 'verdict', a.verdict, b.verdict),
  ...one('decision', 'rules', listed(a.rules), listed(b.rules)),
]

const listed = (rules: ReadonlyArray<string>): string | null =>
  rules.length === 0 ? null : rules.join(', ')

const one = (
  part: Part,
  field: string,
  a: string | null,
  b: string | null,
): ReadonlyArray<Difference> => (a === b ? [] : [{ part, field, a, b }])

const ofState = ({ state: a }: Receipt, { state: b }: Receipt): ReadonlyArray<Difference> => {
  const rows = [
    ...one('state', 'suspended', yesOrNo(a.suspended), yesOrNo(b.suspended)),
    ...byKey('state', 'calls before', ratesOf(a), ratesOf(b)),
    ...one('state', 'approved', approvedIn(a), approvedIn(b)),
    ...one('state', 'tainted', taintOf(a), taintOf(b)),
  ]
  return rows.length > 0 ? rows : raw('state', 'state', a, b)
}

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no')

const approvedIn = ({ approved = [] }: Receipt['state']): string | null =>
  approved.length === 0 ? null : approved.map((path) => JSON.stringify(path)).join(', ')

const taintOf = ({ tainted }: Receipt['state']): string | null =>
  tainted === undefined ? null : `by ${tainted.source ?? 'an unknown source'}, ${tainted.score}`

/** A rule that has counted nothing is not one that does not match. */
const ratesOf = ({ rates = {} }: Receipt['state']): ReadonlyMap<string, string> =>
  new Map(Object.entries(rates).map(([id, seen]) => [id, String(seen)]))

const byKey = (
  part: Part,
  field: string,
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): ReadonlyArray<Difference> =>
  [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .flatMap((key) =>
      one(part, field, a.get(key) ?? null, b.get(key) ?? null).map((row) => ({ ...row, of: key })),
    )

const ofObserved = (a: Observed, b: Observed): ReadonlyArray<Difference> => {
  const rows = [
    ...one('observation', 'cwd', wordsOf(a.cwd), wordsOf(b.cwd)),
    ...byKey('observation', 'link', linksOf(a), linksOf(b)),
    ...byKey('observation', 'script', scriptsOf(a), scriptsOf(b)),
    ...ofSets('observation', 'working tree', treesOf(a), treesOf(b)),
    ...one('observation', 'names', caseOf(a), caseOf(b)),
    ...one('observation', 'settings', settingsOf(a), settingsOf(b)),
  ]
  return rows.length > 0 ? rows : raw('observation', 'observed', a, b)
}

/** What differs and has the same words: the order of a list, or one of its parts twice. */
const raw = (part: Part, field: string, a: unknown, b: unknown): ReadonlyArray<Difference> =>
  one(part, field, canonicalJson(a), canonicalJson(b))

/** Told apart by their root as well: `./a` in the project is not the path `./a`. */
const wordsOf = (ref: PathRef): string => pathInWords(ref) || '/'

const linksOf = ({ links }: Observed): ReadonlyMap<string, string> =>
  new Map(links.map(({ path, real }) => [wordsOf(path), `is a link to ${wordsOf(real)}`]))

const scriptsOf = ({ scripts = [] }: Observed): ReadonlyMap<string, string> =>
  new Map(
    scripts.map(({ path, is, origin }) => [
      wordsOf(path),
      `is ${is}${origin === undefined ? '' : `, ${origin} in this session`}`,
    ]),
  )

const treesOf = ({ worktrees = [] }: Observed): ReadonlyArray<string> => worktrees.map(wordsOf)

const caseOf = ({ caseless }: Observed): string =>
  caseless === true ? 'are the same in either case' : 'differ in case'

const settingsOf = ({ config }: Observed): string | null =>
  config === undefined
    ? null
    : [
        config.readable ? 'readable' : 'not readable',
        ...(config.disablesHooks ? ['switches hooks off'] : []),
        ...(config.removesGate ? ['takes the gate out'] : []),
      ].join(', ')

const ofAction = (a: Action, b: Action): ReadonlyArray<Difference> => {
  const rows = [
    ...one('input', 'tool', a.tool, b.tool),
    ...one('input', 'origin', a.origin, b.origin),
    ...ofSets('input', 'capability', a.capabilities, b.capabilities),
    ...ofSets('input', 'options', flagsOf(a), flagsOf(b)),
    ...ofEffects(a, b),
  ]
  return rows.length > 0 ? rows : raw('input', 'action', a, b)
}

const flagsOf = ({ capabilities, flags = [] }: Action): ReadonlyArray<string> =>
  flags.flatMap((names, at) =>
    names.length === 0 ? [] : [`${capabilities[at] ?? ''} ${names.join(' ')}`.trim()],
  )

const ofEffects = (a: Action, b: Action): ReadonlyArray<Difference> => {
  const onlyA = without(a.effects, b.effects)
  const onlyB = without(b.effects, a.effects)
  return Array.from({ length: Math.max(onlyA.length, onlyB.length) }, (_, at): Difference => {
    const [left, right] = [onlyA[at], onlyB[at]]
    const [wordsA, wordsB] = [effectWords(a, left), effectWords(b, right)]
    const same = wordsA === wordsB
    return {
      part: 'input',
      field: 'effect',
      // The words leave out where an effect stands, and which capability it is of.
      a: same ? canonicalJson(left) : wordsA,
      b: same ? canonicalJson(right) : wordsB,
    }
  })
}

const effectWords = ({ tool }: Action, effect: ActionEffect | undefined): string | null =>
  effect === undefined ? null : effectInWords(tool, effect)

/** Of the first list what the second has not, each as often as it is there. */
const without = (
  a: ReadonlyArray<ActionEffect>,
  b: ReadonlyArray<ActionEffect>,
): ReadonlyArray<ActionEffect> => {
  const left = new Map<string, number>()
  for (const effect of b) {
    const key = canonicalJson(effect)
    left.set(key, (left.get(key) ?? 0) + 1)
  }
  return a.filter((effect) => {
    const key = canonicalJson(effect)
    const there = left.get(key) ?? 0
    left.set(key, there - 1)
    return there <= 0
  })
}

/** Members of one side only; a list in another order has no such members, and one row for all. */
const ofSets = (
  part: Part,
  field: string,
  a: ReadonlyArray<string>,
  b: ReadonlyArray<string>,
): ReadonlyArray<Difference> => {
  const [inA, inB] = [new Set(a), new Set(b)]
  const rows = [
    ...[...inA].filter((text) => !inB.has(text)).map((text) => ({ part, field, a: text, b: null })),
    ...[...inB].filter((text) => !inA.has(text)).map((text) => ({ part, field, a: null, b: text })),
  ]
  return rows.length > 0 ? rows : one(part, `${field}, in order`, a.join(', '), b.join(', '))
}
