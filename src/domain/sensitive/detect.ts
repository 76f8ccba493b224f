// The way of one text through detection by rules: folded once, scanned for values and for signs of
// injection, at once or in steps. Pure and total: any text has an answer, and nothing of it is kept.
import { fold } from './fold.ts'
import { injectionPass } from './injection/detect.ts'
import type { OwnPatterns } from './own.ts'
import type { Hashes } from './recogniser.ts'
import type { Detection, Injection, Span } from './span.ts'
import { valueEngine } from './values.ts'
import { withOwn } from './withOwn.ts'

export interface DetectOptions {
  /** Absent: wallets, whose checksums need a hash, are not looked for. */
  readonly hashes?: Hashes | undefined
  /** Also what is too weak to be on by itself: United States passports and driving licences. */
  readonly weak?: boolean | undefined
  /** The user's own patterns, besides the rules. */
  readonly own?: OwnPatterns | undefined
}

/**
 * No value that a sign beyond a place tells begins further before it than this: where a scan stops, so
 * much before is not vouched for. UTF-16 units; the furthest is a Kubernetes secret's `data` before its kind.
 */
const MOST_BACK = 4096

export interface Looked extends Detection {
  /** UTF-16 units at the end that are not vouched for; no span reaches into them. 0: all was looked at. */
  readonly cut: number
}

/** The scan of one text, in as many steps as whoever holds it likes: their sizes decide nothing. */
export interface Scan {
  /** Looks at so many more units; whether there are any left. */
  readonly advance: (units: number) => boolean
  /** How many values were found so far, overlapping ones too. */
  readonly found: () => number
  readonly detection: () => Looked
}

/** A scan without injection says `benign`, and is the faster by half. */
export const beginScan = (
  text: string,
  { hashes, weak = false, injection = true }: DetectOptions & { readonly injection?: boolean } = {},
): Scan => {
  const folded = fold(text)
  const length = folded.text.length
  const values = valueEngine(weak).begin(folded, hashes)
  const instructing = injection ? injectionPass(text, folded) : undefined
  let at = 0
  return {
    advance: (units) => {
      at = Math.min(length, at + units)
      values.advance(at)
      instructing?.advance(at)
      return at < length
    },
    found: values.found,
    detection: () => {
      const spans = values.spans()
      const said = instructing?.injection() ?? NOT_ASKED
      if (at >= length) return { spans, injection: said, cut: 0 }
      let vouched = folded.original(Math.max(0, at - MOST_BACK), length)[0]
      const kept: Array<Span> = []
      for (const span of spans) {
        if (span.start >= vouched) break
        vouched = Math.max(vouched, span.end)
        kept.push(span)
      }
      return { spans: kept, injection: said, cut: text.length - vouched }
    },
  }
}

const NOT_ASKED: Injection = { label: 'benign', score: 0, detector: 'rules', hits: [] }

/** Spans in order of place, none overlapping; offsets are of the text as given. */
export const detect = (text: string, options: DetectOptions = {}): Detection => {
  const scan = beginScan(text, options)
  scan.advance(Infinity)
  const { spans, injection } = scan.detection()
  return {
    ...(options.own === undefined ? { spans } : withOwn(spans, fold(text), options.own)),
    injection,
  }
}
