// Texts scanned by rules in steps, until the time or what may be told is used up. The same in whatever
// thread; the step is short enough that the deadline is kept, and its size changes no result.
import * as Result from 'effect/Result'
import { beginScan } from '../../domain/sensitive/detect.ts'
import { fold } from '../../domain/sensitive/fold.ts'
import { type OwnPatterns, ownPatterns } from '../../domain/sensitive/own.ts'
import { withOwn } from '../../domain/sensitive/withOwn.ts'
import type { Injection, InjectionHit, Span } from '../../domain/sensitive/span.ts'
import { HASHES } from './hashes.ts'

/** What rules say of one text. */
export interface Looked {
  readonly spans: ReadonlyArray<Span>
  /** `benign` where it was not asked for. */
  readonly injection: Injection
  readonly cut: number
}

export const BENIGN: Injection = { label: 'benign', score: 0, detector: 'rules', hits: [] }
export const CLEAN: Looked = { spans: [], injection: BENIGN, cut: 0 }

export const notLookedAt = (units: number): Looked =>
  units === 0 ? CLEAN : { spans: [], injection: BENIGN, cut: units }

/** UTF-16 units; some 15 ms. */
const STEP = 262_144
/** The shortest text that any value, or any sign of injection, fits in is longer. */
const NOTHING_IN = 4
/**
 * Values of one call that are told of; then the rest is cut. Whoever writes the text chooses how many
 * there are, and each costs the caller a token.
 */
const MOST_VALUES = 50_000
/** Signs that are told of, the weightiest; the score is of all. */
const MOST_HITS = 256

export interface Steps {
  /** What is said of the next text. Texts after the deadline are cut. */
  readonly look: (text: string) => Looked
}

/** `late` says whether the deadline has passed. */
export const stepsUntil = (late: () => boolean, injection: boolean, own = ''): Steps => {
  const patterns = own === '' ? undefined : patternsOf(own)
  let left = MOST_VALUES
  return {
    look: (text) => {
      if (text.length <= NOTHING_IN) return CLEAN
      if (left <= 0 || late()) return notLookedAt(text.length)
      const scan = beginScan(text, { hashes: HASHES, injection })
      while (!late() && scan.advance(STEP)) if (scan.found() >= left) break
      const found = scan.detection()
      const looked =
        patterns === undefined || late()
          ? found
          : {
              ...found,
              ...withOwn(found.spans, fold(text.slice(0, text.length - found.cut)), patterns),
            }
      left -= looked.spans.length
      return looked.injection.hits.length <= MOST_HITS
        ? looked
        : { ...looked, injection: { ...looked.injection, hits: weightiest(looked.injection.hits) } }
    },
  }
}

/** Compiled once: one setting holds for all of them. */
let compiled: { readonly text: string; readonly patterns: OwnPatterns | undefined } | undefined

/** Those that this version does not take find nothing. */
const patternsOf = (text: string): OwnPatterns | undefined => {
  if (compiled?.text !== text)
    compiled = { text, patterns: Result.getOrUndefined(ownPatterns(text)) }
  return compiled.patterns
}

const weightiest = (hits: ReadonlyArray<InjectionHit>): ReadonlyArray<InjectionHit> =>
  [...hits]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_HITS)
    .sort((a, b) => a.start - b.start || a.end - b.end)
