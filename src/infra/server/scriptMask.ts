// The text of scripts that a call would run, as it may be sealed. Synchronous, since a script is read while
// its call is judged; by rules alone, and kept, so that one that runs again and again costs nothing.
import { detect } from '../../domain/sensitive/detect.ts'
import type { MaskedValue } from '../../domain/sensitive/factMask.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Span } from '../../domain/sensitive/span.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { tokensIn } from '../../domain/vault/token.ts'
import { HASHES } from '../sensitive/hashes.ts'
import type { SessionVault, Tokenised } from '../vault/Vault.ts'
import { hiddenBy } from './inspect.ts'

export interface MaskedScript {
  readonly text: string
  readonly values: ReadonlyArray<MaskedValue>
  readonly rows: Tokenised['events']
  /** Tokens that stood there, and those that were put there. */
  readonly written: ReadonlyArray<string>
  readonly given: ReadonlyArray<string>
  /** Some of what was taken out cannot be put back. */
  readonly lossy: boolean
}

const MOST_SCRIPTS = 64

export const makeScriptMask = (options: {
  readonly actionOf: () => ActionOf
  readonly withoutSecrets: () => ((text: string) => string) | undefined
}) => {
  const kept = new Map<string, ReadonlyArray<Span>>()
  const spansOf = (text: string): ReadonlyArray<Span> => {
    const held = kept.get(text)
    if (held !== undefined) return held
    const { spans } = detect(text, { hashes: HASHES })
    kept.set(text, spans)
    if (kept.size > MOST_SCRIPTS) kept.delete(kept.keys().next().value!)
    return spans
  }
  return (mine: SessionVault | undefined) =>
    (source: string): MaskedScript => {
      const without = options.withoutSecrets()?.(source) ?? source
      const of = options.actionOf()
      const spans = mine === undefined ? [] : spansOf(without)
      const masked = spans.filter(({ type }) => of(type) === 'tokenize')
      const values = masked.map(({ start, end, type }) => ({
        type,
        value: without.slice(start, end),
      }))
      const given = values.length === 0 ? undefined : mine!.tokenise(values)
      const written = tokensIn(source)
      let next = 0
      return {
        text: given === undefined ? without : spliced(without, masked, () => given.tokens[next++]!),
        values: [...values, ...hiddenBy(written, mine)],
        rows: given?.events ?? [],
        written,
        given: given?.tokens ?? [],
        lossy: without !== source || (given?.unkept ?? 0) > 0,
      }
    }
}
