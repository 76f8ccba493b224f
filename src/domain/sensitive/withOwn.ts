// The user's own patterns beside the rules. Apart from the patterns themselves, whose engine takes longer
// to load than many a text to scan.
import type { Folded } from './fold.ts'
import { resolved } from './overlap.ts'
import type { OwnPatterns } from './own.ts'
import type { Detection, Span } from './span.ts'

/**
 * What the rules found in a text, and what the user's own patterns find in it besides: in order of place,
 * none overlapping. An own span counts as sure as what of the rules it overlaps: of two that do, the
 * longer stays, and no part of a value is left beside its token.
 */
export const withOwn = (
  rules: ReadonlyArray<Span>,
  folded: Folded,
  own: OwnPatterns,
): Pick<Detection, 'spans' | 'ownCut'> => {
  const { spans, cut } = own.find(folded)
  return {
    spans: spans.length === 0 ? rules : resolved([...rules, ...asSureAs(spans, rules)]),
    ...(cut === 0 ? {} : { ownCut: cut }),
  }
}

const asSureAs = (own: ReadonlyArray<Span>, rules: ReadonlyArray<Span>): ReadonlyArray<Span> =>
  own.map((span) => {
    let low = 0
    let high = rules.length
    // The rules' spans are in order and overlap nothing.
    while (low < high) {
      const middle = (low + high) >> 1
      if (rules[middle]!.end <= span.start) low = middle + 1
      else high = middle
    }
    let score = 0
    for (let i = low; i < rules.length && rules[i]!.start < span.end; i++)
      score = Math.max(score, rules[i]!.score)
    return score === 0 ? span : { ...span, score }
  })
