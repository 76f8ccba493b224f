// What is in an event before it is judged: values that must not be seen, and text that tries to
// instruct the agent. Two readings of one payload come out: the one that is judged, with the values in
// place, and the one that is sealed, tagged and shown, with tokens where they were.
import * as Result from 'effect/Result'
import type { DetectorTier } from '../../domain/event/event.ts'
import type { Masked } from '../../domain/event/payloadParts.ts'
import { utf8 } from '../../domain/bytes.ts'
import { effectivePayload } from '../../domain/hook/claudeEffective.ts'
import type { JsonObject } from '../../domain/hook/claudeFields.ts'
import { newField, writtenFields } from '../../domain/hook/claudeParts.ts'
import { type DecodedPayload, readClaudePayload } from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { MaskedValue } from '../../domain/sensitive/factMask.ts'
import { resolved } from '../../domain/sensitive/overlap.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Injection, Span } from '../../domain/sensitive/span.ts'
import { jsonText, mapped, spliced } from '../../domain/sensitive/strings.ts'
import { PLACEHOLDER } from '../../domain/secret/placeholder.ts'
import { mayHoldToken, TOKEN, tokensIn } from '../../domain/vault/token.ts'
import type { Scanned, Scanner } from '../sensitive/Scanner.ts'
import type { SessionVault, Tokenised, Value, Vault } from '../vault/Vault.ts'

/** Values that are known, whatever they look like. */
export interface Known {
  /** Puts the names of stored secrets in the place of their values. */
  readonly withoutSecrets: ((text: string) => string) | undefined
  /** What files were restored with. */
  readonly values: ReadonlyArray<Value>
}

export interface InspectOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly actionOf: () => ActionOf
  readonly known: () => Promise<Known>
  readonly looksForInjection: () => boolean
  /** The input that the agent asked for, of one that the gate had the client run in its place. */
  readonly asked: (event: HookEvent, raw: JsonObject) => JsonObject
}

/** Values by entity type. */
export type Types = Readonly<Record<string, number>>

export interface Inspected {
  /** What is judged. */
  readonly event: HookEvent
  readonly effective: JsonObject
  readonly raw: JsonObject
  /** What is recorded: the same object as `event` where nothing had to be replaced. */
  readonly masked: HookEvent
  readonly maskedRaw: JsonObject
  /** The payload's bytes as they are to be sealed. */
  readonly payload: Uint8Array
  readonly how: Masked | undefined
  /** Values in a call, and tokens that stood in it: what a fact must not hold. */
  readonly hidden: ReadonlyArray<MaskedValue>
  readonly vault: SessionVault | undefined
  /**
   * The tool's result as the model may read it: without the values of stored secrets, and where it is
   * enforced with tokens, and without what nobody looked at. The same object where that is all of it.
   * `also` may put something else in a text's place.
   */
  readonly output: (enforced: boolean, also?: (text: string) => string | undefined) => unknown
  /** The rows of values that are new, to be logged before the event. */
  readonly rows: Tokenised['events']
  /** In the field that is new with this event: all values, those with a token, and those without. */
  readonly types: Types
  readonly tokenised: Types
  readonly reported: Types
  readonly values: number
  readonly cached: number
  readonly unkept: number
  readonly tier: DetectorTier
  /** UTF-16 units that nobody looked at. */
  readonly cut: number
  /** The strongest in what is new. */
  readonly injection: Injection | undefined
  readonly injectionTier: DetectorTier
  /** The texts it is in. */
  readonly injected: ReadonlySet<string>
  /** Tokens of file names that were made values, by type. */
  readonly restored: Types
}

/** No value is shorter. UTF-16 units. */
const LEAST_TEXT = 6
/** The client's patience with a hook is 8 s: what is not looked at by then is cut. Milliseconds. */
const SCAN_MS = 4000

export type Inspect = (decoded: DecodedPayload, bytes: Uint8Array) => Promise<Inspected>

export const makeInspect = (options: InspectOptions): Inspect => {
  const { scanner, vault: vaults } = options

  return async (decoded, bytes) => {
    const { event: reported } = decoded
    const { session } = reported
    const raw = options.asked(reported, decoded.raw)
    const isNew = newField(reported)
    const fields = writtenFields(raw)
    const actionOf = options.actionOf()

    const texts = new Set<string>()
    const fresh = new Set<string>()
    const written = new Set<string>()
    for (const field of fields)
      mapped(raw[field], (text) => {
        if (mayHoldToken(text)) for (const token of tokensIn(text)) written.add(token)
        if (text.length >= LEAST_TEXT) {
          texts.add(text)
          if (field === isNew) fresh.add(text)
        }
        return text
      })
    const { withoutSecrets, values } = await options.known()
    const known = new Map<string, string>()
    if (withoutSecrets !== undefined)
      for (const text of texts) {
        const without = withoutSecrets(text)
        if (without !== text) known.set(text, without)
      }
    const looked = [...texts].map((text) => known.get(text) ?? text)
    const injectable = reported.kind === 'tool.after' && options.looksForInjection()
    const isPassive = reported.kind === 'tool.after' || reported.kind === 'prompt'
    const off = actionOf('SECRET') === 'off' && actionOf('EMAIL_ADDRESS') === 'off'
    const scanned =
      looked.length === 0 || (off && !injectable)
        ? []
        : await scanner.scan(looked, {
            injection: injectable,
            models: isPassive,
            deadline: performance.now() + SCAN_MS,
          })

    const tally = new Tally(actionOf)
    const perText = [...texts].map((text, i) => {
      const of = looked[i]!
      const found = scanned[i]
      const spans = withKnown(of, values, found?.spans ?? []).filter((span) => !isStandIn(of, span))
      const kept = spans.filter(({ type }) => actionOf(type) === 'tokenize')
      if (fresh.has(text)) tally.add(text, spans, found, known.has(text))
      return { text, of, kept, cut: found?.cut ?? 0 }
    })
    const wanted = perText.flatMap(({ of, kept }) =>
      kept.map(({ start, end, type }) => ({ type, value: of.slice(start, end) })),
    )
    const vault = off ? undefined : await vaults.of(session)
    // From here on in one go: rows and what they are rows of go to the log together.
    const given = wanted.length === 0 ? undefined : vault!.tokenise(wanted)
    const replacements = new Map<string, string>()
    const shown = new Map<string, string>()
    let next = 0
    for (const { text, of, kept, cut } of perText) {
      const tokens = kept.map(() => given!.tokens[next++]!)
      const now = kept.length === 0 ? of : spliced(of, kept, (_, i) => tokens[i]!)
      if (now !== text) replacements.set(text, now)
      // Nothing was found in the end that nobody looked at.
      const visible = cut === 0 ? now : `${now.slice(0, now.length - cut)}${notLookedAt(cut)}`
      if (visible !== text) shown.set(text, visible)
    }
    const maskedRaw =
      replacements.size === 0
        ? raw
        : withFields(raw, fields, (value) =>
            mapped(value, (text) => replacements.get(text) ?? text),
          )
    const effective = effectivePayload(reported, raw, (token) => vault?.valueOf(token)?.value)
    const lossy = known.size > 0 || (given?.unkept ?? 0) > 0
    const changed = maskedRaw !== decoded.raw
    return {
      event: effective === decoded.raw ? reported : reread(reported, effective),
      effective,
      raw,
      masked: changed ? reread(reported, maskedRaw) : reported,
      maskedRaw,
      payload: changed ? utf8(`${jsonText(maskedRaw)}\n`) : bytes,
      how: changed || written.size > 0 ? { written: [...written], lossy } : undefined,
      hidden: hiddenIn(wanted, written, vault),
      vault,
      output: (enforced, also) =>
        mapped(
          raw['tool_response'],
          (text) => also?.(text) ?? (enforced ? shown : known).get(text) ?? text,
        ),
      rows: given?.events ?? [],
      ...tally.result(),
      values: new Set(wanted.map(({ type, value }) => `${type}\0${value}`)).size,
      cached: given?.cached ?? 0,
      unkept: given?.unkept ?? 0,
      restored: typesOf(
        effective === raw ? [] : [...written].flatMap((token) => vault?.valueOf(token)?.type ?? []),
      ),
    }
  }
}

/** Same fields, so it reads as it did; the limits were kept by the payload that it was made from. */
const reread = (event: HookEvent, raw: JsonObject): HookEvent => {
  const read = readClaudePayload(event.name, raw, { maxBytes: Number.MAX_SAFE_INTEGER })
  return Result.getOrThrow(read).event
}

const withFields = (
  raw: JsonObject,
  fields: ReadonlyArray<string>,
  change: (value: unknown) => unknown,
): JsonObject => {
  const changed = new Set(fields)
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, changed.has(key) ? change(value) : value]),
  )
}

/** A token, or a secret's name, where a credential would stand: nothing but that is what was found. */
const isStandIn = (text: string, { start, end }: Span): boolean => {
  const from = Math.max(0, start - REACH)
  const around = text.slice(from, end + REACH)
  for (const form of [TOKEN, PLACEHOLDER])
    for (const match of around.matchAll(form)) {
      const at = from + match.index
      if (at <= start + 1 && at + match[0].length >= end - 1) return true
    }
  return false
}

/** Longest placeholder. UTF-16 units. */
const REACH = 96

const hiddenIn = (
  wanted: ReadonlyArray<MaskedValue>,
  written: ReadonlySet<string>,
  vault: SessionVault | undefined,
): ReadonlyArray<MaskedValue> => {
  const values: Array<MaskedValue> = [...wanted]
  for (const token of written) {
    const value = vault?.valueOf(token)
    values.push({ type: value?.type ?? 'UNKNOWN', value: token })
    if (value !== undefined) values.push(value)
  }
  return values
}

/** Shorter values would be found by chance. UTF-16 units. */
const LEAST_KNOWN = 4
const MOST_KNOWN = 256

/** The spans with those of known values that lie outside them. */
const withKnown = (
  text: string,
  values: ReadonlyArray<Value>,
  spans: ReadonlyArray<Span>,
): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  for (const { type, value } of values.slice(-MOST_KNOWN)) {
    if (value.length < LEAST_KNOWN) continue
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
      found.push({
        start: at,
        end: at + value.length,
        type: type as Span['type'],
        score: 1,
        detector: 'rules:known',
      })
  }
  return found.length === 0 ? spans : resolved([...spans, ...found])
}

const notLookedAt = (units: number): string =>
  `\n[${units} characters withheld by Isonapse: there was no time to look for sensitive values in them]`

const typesOf = (types: ReadonlyArray<string>): Types => {
  const counts: Record<string, number> = {}
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

/** What is new with the event, counted. */
class Tally {
  readonly #actionOf: ActionOf
  readonly #all: Array<string> = []
  #tier: DetectorTier = 'rules'
  #injectionTier: DetectorTier = 'rules'
  #cut = 0
  #injection: Injection | undefined
  readonly #injected = new Set<string>()

  constructor(actionOf: ActionOf) {
    this.#actionOf = actionOf
  }

  add(
    text: string,
    spans: ReadonlyArray<Span>,
    scanned: Scanned | undefined,
    hadSecret: boolean,
  ): void {
    for (const { type } of spans) if (this.#actionOf(type) !== 'off') this.#all.push(type)
    if (hadSecret) this.#all.push('SECRET')
    if (scanned === undefined) return
    if (RANK[scanned.tier] > RANK[this.#tier]) this.#tier = scanned.tier
    this.#cut += scanned.cut
    const { injection } = scanned
    if (injection === undefined || injection.label !== 'injection') return
    this.#injected.add(text)
    if (this.#injection !== undefined && this.#injection.score >= injection.score) return
    this.#injection = injection
    this.#injectionTier = injection.detector.startsWith('model:') ? 'model' : 'rules'
  }

  result() {
    const is = (action: 'report' | 'tokenize') => (type: string) => this.#actionOf(type) === action
    return {
      types: typesOf(this.#all),
      tokenised: typesOf(this.#all.filter(is('tokenize'))),
      reported: typesOf(this.#all.filter(is('report'))),
      tier: this.#tier,
      cut: this.#cut,
      injection: this.#injection,
      injectionTier: this.#injectionTier,
      injected: this.#injected,
    }
  }
}

const RANK: Readonly<Record<DetectorTier, number>> = { rules: 0, embedded: 1, model: 2 }
