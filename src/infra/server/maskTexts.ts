// Texts that are to be kept or shown outside a hook's own payload, with tokens where values were found and
// names where stored secrets were.
import type { VaultStored, VaultUsed } from '../../domain/event/event.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { counted, type TypeCounts } from '../../domain/sensitive/typeCounts.ts'
import type { Settings } from '../config/settings.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import type { Vault } from '../vault/Vault.ts'
import { notLookedAt } from './inspect.ts'

const SCAN_MS = 5000

export interface MaskTextsOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly actionOf: () => ActionOf
  readonly settings: () => Settings
  readonly withoutSecrets: () => ((text: string) => string) | undefined
}

export interface MaskedOne {
  readonly text: string
  /** What stands for values in it, in order. */
  readonly tokens: ReadonlyArray<string>
  /** Some of what was taken out cannot be put back: a stored secret's value, what nobody looked at. */
  readonly lossy: boolean
  /** There was no time to look at all of it, and the rest was left out. */
  readonly cut: boolean
}

export interface MaskedAll {
  readonly texts: ReadonlyArray<MaskedOne>
  /** Values that got a token, by type. */
  readonly types: TypeCounts
  /** To be appended before the texts are kept anywhere. */
  readonly rows: ReadonlyArray<VaultStored | VaultUsed>
}

export type MaskTexts = (session: string, texts: ReadonlyArray<string>) => Promise<MaskedAll>

export const makeMaskTexts =
  ({ scanner, vault, settings, actionOf, withoutSecrets }: MaskTextsOptions): MaskTexts =>
  async (session, texts) => {
    const mine = await vault.of(session)
    const without = withoutSecrets()
    const hidden = texts.map((text) => without?.(text) ?? text)
    const scanned = await scanner.scan(hidden, {
      injection: false,
      models: false,
      own: settings()['pii.patterns'],
      deadline: performance.now() + SCAN_MS,
    })
    const kept = scanned.map(({ spans }) =>
      spans.filter(({ type }) => actionOf()(type) === 'tokenize'),
    )
    const values = kept.flatMap((spans, i) =>
      spans.map(({ start, end, type }) => ({ type, value: hidden[i]!.slice(start, end) })),
    )
    const given = values.length === 0 ? undefined : mine.tokenise(values)
    let next = 0
    const masked = hidden.map((text, i): MaskedOne => {
      const tokens: Array<string> = []
      const shown = spliced(text, kept[i]!, () => {
        tokens.push(given!.tokens[next]!)
        return given!.tokens[next++]!
      })
      const { cut } = scanned[i]!
      return {
        text: cut === 0 ? shown : `${shown.slice(0, shown.length - cut)}${notLookedAt(cut)}`,
        tokens,
        cut: cut > 0,
        lossy: cut > 0 || text !== texts[i] || (given?.unkept ?? 0) > 0,
      }
    })
    return {
      texts: masked,
      types: counted(values.map(({ type }) => type)),
      rows: given?.events ?? [],
    }
  }
