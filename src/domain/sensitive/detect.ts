// The way of one text through detection by rules: folded once, scanned for values and for signs of
// injection. Pure and total: any text has an answer, and nothing of it is kept.
import { type Engine, engineOf } from './engine.ts'
import { fold } from './fold.ts'
import { detectInjection } from './injection/detect.ts'
import type { OwnPatterns } from './own.ts'
import { PII } from './piiRecognisers.ts'
import type { Hashes } from './recogniser.ts'
import { SECRETS } from './secretRecognisers.ts'
import type { Detection } from './span.ts'
import { withOwn } from './withOwn.ts'

export interface DetectOptions {
  /** Absent: wallets, whose checksums need a hash, are not looked for. */
  readonly hashes?: Hashes | undefined
  /** Also what is too weak to be on by itself: United States passports and driving licences. */
  readonly weak?: boolean | undefined
  /** The user's own patterns, besides the rules. */
  readonly own?: OwnPatterns | undefined
}

// Built at the first use: 20 ms that whoever never scans need not pay.
let usual: Engine | undefined
let everything: Engine | undefined

const engine = (weak: boolean): Engine =>
  weak
    ? (everything ??= engineOf([...PII, ...SECRETS]))
    : (usual ??= engineOf([...PII, ...SECRETS].filter((one) => one.weak !== true)))

/** Spans in order of place, none overlapping; offsets are of the text as given. */
export const detect = (
  text: string,
  { hashes, weak = false, own }: DetectOptions = {},
): Detection => {
  const folded = fold(text)
  const spans = engine(weak).spans(folded, hashes)
  return {
    ...(own === undefined ? { spans } : withOwn(spans, folded, own)),
    injection: detectInjection(text, folded),
  }
}
