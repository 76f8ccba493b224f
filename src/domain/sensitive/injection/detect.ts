// Whether a text tries to instruct the agent: phrases found in one pass, hidden text opened and read
// the same way, and what stands near each other added up. A soft signal; provenance decides.
import { type Anchors, anchorsOf } from '../anchors.ts'
import { beginsWord } from '../characters.ts'
import { fold, type Folded } from '../fold.ts'
import type { Injection, InjectionHit } from '../span.ts'
import { BAIT } from './bait.ts'
import { hiddenTexts, hidingSigns, MARKUP_ANCHORS, unseenMarkup } from './hidden.ts'
import { withoutHomoglyphs } from './homoglyphs.ts'
import { LANGUAGES } from './languages.ts'
import { OVERRIDE } from './override.ts'
import { ROLE } from './role.ts'
import { type InjectionRule, smallLetters } from './rule.ts'

export const INJECTION_RULES: ReadonlyArray<InjectionRule> = [
  ...OVERRIDE,
  ...ROLE,
  ...BAIT,
  ...LANGUAGES,
]

/** Score from which a text counts as injection. */
export const LEAST_INJECTION = 0.5

/** Signs further apart than this, in UTF-16 units, do not add up: a long document has many words. */
const NEAR = 1200
/** Signs of one rule nearer than this are one: a flood of one sign must not cost more, nor hide others. */
const APART = 100
const MOST_DEPTH = 2
/** What hiding adds to what is said in hiding. */
const HIDDEN_MORE = 0.2
const MARKUP = INJECTION_RULES.length

const anchors: Anchors = anchorsOf([
  ...INJECTION_RULES.flatMap((rule, which) => rule.anchors.map((literal) => ({ literal, which }))),
  ...MARKUP_ANCHORS.map((literal) => ({ literal, which: MARKUP })),
])

/** The pass over one text, in as many steps as whoever holds it likes: their sizes decide nothing. */
export interface InjectionPass {
  /** Looks for what begins before a place of the folded text. */
  readonly advance: (to: number) => void
  readonly injection: () => Injection
}

export const injectionPass = (text: string, folded: Folded = fold(text)): InjectionPass => {
  const pass = signs(text, folded, 0)
  return {
    advance: pass.advance,
    injection: () => {
      const hits = [...pass.hits()].sort(
        (a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1),
      )
      const { score, strongest } = added(hits)
      const isInjection = score >= LEAST_INJECTION
      return {
        label: isInjection ? 'injection' : 'benign',
        score: Math.round(score * 1000) / 1000,
        detector: isInjection ? `rules:${strongest}` : 'rules',
        hits,
      }
    },
  }
}

export const detectInjection = (text: string, folded?: Folded): Injection => {
  const pass = injectionPass(text, folded)
  pass.advance(Infinity)
  return pass.injection()
}

interface Signs {
  readonly advance: (to: number) => void
  readonly hits: () => ReadonlyArray<InjectionHit>
}

const signs = (text: string, folded: Folded, depth: number): Signs => {
  const spoken = phrases(folded)
  const hidden = depth < MOST_DEPTH ? hiddenTexts(text) : undefined
  const opened: Array<InjectionHit> = []
  return {
    advance: (to) => {
      spoken.advance(to)
      if (hidden === undefined) return
      const before = to >= folded.text.length ? Infinity : folded.original(to, to)[0]
      for (const { start, end, text: inner, rule } of hidden.before(before)) {
        const inside = signs(inner, fold(inner), depth + 1)
        inside.advance(Infinity)
        const { score } = added(inside.hits())
        if (score > 0)
          opened.push({ start, end, rule, weight: Math.min(0.99, score + HIDDEN_MORE) })
      }
    },
    hits: () => [...spoken.hits(), ...hidingSigns(text), ...opened],
  }
}

const phrases = (folded: Folded): Signs => {
  const text = withoutHomoglyphs(folded.text)
  // Of most texts nothing is looked at closely.
  let held: string | undefined
  const small = (): string => (held ??= smallLetters(text))
  const hits: Array<InjectionHit> = []
  const looked: Array<number> = []
  const heard: Array<number> = []
  const add = (start: number, end: number, rule: string, weight: number): void => {
    const [from, to] = folded.original(start, end)
    hits.push({ start: from, end: to, rule, weight })
  }
  let close = -2
  const closeAfter = (at: number): number => {
    if (close !== -1 && close < at) close = text.indexOf('-->', at)
    return close
  }
  const look = (which: number, at: number): void => {
    if (at < (looked[which] ?? 0) || at < (heard[which] ?? -APART) + APART) return
    if (which === MARKUP) {
      const unseen = unseenMarkup(text, at, closeAfter)
      if (unseen === undefined) return
      looked[which] = unseen.end
      if (unseen.hit !== undefined) add(at, unseen.end, unseen.hit.rule, unseen.hit.weight)
      return
    }
    const { pattern, id, weight, inSmallLetters } = INJECTION_RULES[which]!
    if (!beginsWord(text, at) && text.charCodeAt(at) < 0x250) return
    pattern.lastIndex = at
    if (!pattern.test(inSmallLetters ? small() : text)) return
    looked[which] = pattern.lastIndex
    heard[which] = at
    add(at, pattern.lastIndex, id, weight)
  }
  let at = 0
  let state = 0
  return {
    advance: (to) => {
      const end = Math.min(to, text.length)
      if (at >= end) return
      state = anchors.scan(text, at, end, state, look)
      at = end
    },
    hits: () => hits,
  }
}

/** The most that signs within one stretch say together, each rule once: 1 − ∏(1 − weight). */
const added = (
  hits: ReadonlyArray<InjectionHit>,
): { readonly score: number; readonly strongest: string } => {
  let score = 0
  let strongest = ''
  for (let i = 0; i < hits.length; i++) {
    const best = new Map<string, number>()
    for (let j = i; j < hits.length && hits[j]!.start - hits[i]!.start <= NEAR; j++)
      best.set(hits[j]!.rule, Math.max(best.get(hits[j]!.rule) ?? 0, hits[j]!.weight))
    let rest = 1
    for (const weight of best.values()) rest *= 1 - weight
    if (1 - rest <= score) continue
    score = 1 - rest
    strongest = [...best].reduce((a, b) => (b[1] > a[1] ? b : a))[0]
  }
  return { score, strongest }
}
