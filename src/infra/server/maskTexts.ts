// Texts that are to be kept or shown outside a hook's own payload, with tokens where values were found and
// names where stored secrets were.
import type { VaultStored, VaultUsed } from '../../domain/event/event.ts'
import { isStandIn } from '../../domain/hook/payloadTexts.ts'
import {
  knownIn,
  knownOnce,
  LEAST_KNOWN,
  LEAST_SAID,
  saidElsewhere,
  withKnown,
} from '../../domain/sensitive/knownValues.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Span } from '../../domain/sensitive/span.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { counted, type TypeCounts } from '../../domain/sensitive/typeCounts.ts'
import type { Settings } from '../config/settings.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import { slices } from '../store/slices.ts'
import type { Value, Vault } from '../vault/Vault.ts'
import { knownSpans, lookedAtEnd, notLookedAt } from './lookedAt.ts'

const SCAN_MS = 5000

export interface MaskTextsOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly actionOf: () => ActionOf
  readonly settings: () => Settings
  readonly withoutSecrets: () => ((text: string) => string) | undefined
  /** Values that files hold, whatever they look like. */
  readonly inFiles: () => Promise<ReadonlyArray<Value>>
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
  ({ scanner, vault, settings, actionOf, withoutSecrets, inFiles }: MaskTextsOptions): MaskTexts =>
  async (session, texts) => {
    const mine = await vault.of(session)
    const heldInFiles = await inFiles()
    const without = withoutSecrets()
    const hidden = texts.map((text) => without?.(text) ?? text)
    const scanned = await scanner.scan(hidden, {
      injection: false,
      models: false,
      own: settings()['pii.patterns'],
      deadline: performance.now() + SCAN_MS,
    })
    const isKept = ({ type }: Span): boolean => actionOf()(type) === 'tokenize'
    const found = scanned.map(({ spans }) => spans)
    const said = found.flatMap((spans, i) =>
      spans
        .filter(isKept)
        .flatMap(({ start, end, type }) => saidElsewhere(type, hidden[i]!.slice(start, end))),
    )
    // Given away by their surroundings in one text alone, or before.
    const known = [
      knownOnce(mine.recent?.() ?? [], LEAST_SAID),
      knownOnce(heldInFiles, LEAST_KNOWN),
      knownIn(said, LEAST_KNOWN),
    ].filter((one) => one !== undefined)
    const breath = slices()
    const kept: Array<ReadonlyArray<Span>> = []
    /** Of each text, what is left of it: up to where it was looked at, and to no value that goes on. */
    const ends: Array<number> = []
    for (const [i, text] of hidden.entries()) {
      const { spans: more } = await knownSpans(text, known, breath)
      const spans = more.length === 0 ? found[i]! : withKnown(text, found[i]!, more)
      const values = spans.filter((span) => isKept(span) && !isStandIn(text, span))
      const end = lookedAtEnd(text.length, scanned[i]!.cut, values)
      ends.push(end)
      kept.push(values.filter((span) => span.end <= end))
    }
    const wanted = kept.flatMap((spans, i) =>
      spans.map(({ start, end, type }) => ({ type, value: hidden[i]!.slice(start, end) })),
    )
    const given = wanted.length === 0 ? undefined : mine.tokenise(wanted)
    let next = 0
    const masked = hidden.map((text, i): MaskedOne => {
      const tokens: Array<string> = []
      const cut = text.length - ends[i]!
      const shown = spliced(text.slice(0, ends[i]), kept[i]!, () => {
        tokens.push(given!.tokens[next]!)
        return given!.tokens[next++]!
      })
      return {
        text: cut === 0 ? shown : `${shown}${notLookedAt(cut)}`,
        tokens,
        cut: cut > 0,
        lossy: cut > 0 || text !== texts[i] || (given?.unkept ?? 0) > 0,
      }
    })
    return {
      texts: masked,
      types: counted(wanted.map(({ type }) => type)),
      rows: given?.events ?? [],
    }
  }
