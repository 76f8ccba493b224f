// The values in a text alone, with nothing of what looks for injection: that takes as long to load again.
import { type Engine, engineOf } from './engine.ts'
import { fold } from './fold.ts'
import { PII } from './piiRecognisers.ts'
import type { Hashes } from './recogniser.ts'
import { SECRETS } from './secretRecognisers.ts'
import type { Span } from './span.ts'

// Built at the first use: 20 ms that whoever never scans need not pay.
let usual: Engine | undefined
let everything: Engine | undefined

/** `weak`: also what is too weak to be on by itself. */
export const valueEngine = (weak: boolean): Engine =>
  weak
    ? (everything ??= engineOf([...PII, ...SECRETS]))
    : (usual ??= engineOf([...PII, ...SECRETS].filter((one) => one.weak !== true)))

/** The same spans as `detect` gives: in order of place, none overlapping, offsets of the text as given. */
export const valuesOf = (text: string, hashes: Hashes): ReadonlyArray<Span> => {
  const pass = valueEngine(false).begin(fold(text), hashes)
  pass.advance(Infinity)
  return pass.spans()
}
