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
import { needlesOf } from '../../domain/sensitive/needles.ts'
import { resolved, underRules } from '../../domain/sensitive/overlap.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Injection, Span } from '../../domain/sensitive/span.ts'
import { jsonText } from '../../domain/sensitive/jsonText.ts'
import {
  collect,
  isMedia,
  type Leaf,
  mapped,
  named,
  spliced,
} from '../../domain/sensitive/strings.ts'
import { PLACEHOLDER } from '../../domain/secret/placeholder.ts'
import { mayHoldToken, TOKEN, tokensIn } from '../../domain/vault/token.ts'
import type { Scanned, Scanner } from '../sensitive/Scanner.ts'
import { slices } from '../store/slices.ts'
import type { SessionVault, Tokenised, Value, Vault } from '../vault/Vault.ts'

export interface InspectOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly actionOf: () => ActionOf
  /** Nothing is looked for but the values of stored secrets. */
  readonly isOff: () => boolean
  /** Puts the names of stored secrets in the place of their values. */
  readonly withoutSecrets: () => ((text: string) => string) | undefined
  readonly looksForInjection: () => boolean
  /** The user's own patterns, as the setting has them. */
  readonly own: () => string
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
  /** Tokens in the place of values. */
  readonly given: ReadonlyArray<string>
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

/** Values in names that are remembered of a session, and sessions. */
const MOST_IN_NAMES = 256
const MOST_SESSIONS = 256
/** No value is shorter. UTF-16 units. */
const LEAST_TEXT = 6
/** The client's patience with a hook is 8 s: what is not looked at by then is cut. Milliseconds. */
const SCAN_MS = 4000

/** `known`: values that files hold, whatever they look like. */
export type Inspect = (
  decoded: DecodedPayload,
  bytes: Uint8Array,
  known: ReadonlyArray<Value>,
) => Promise<Inspected>

export const makeInspect = (options: InspectOptions): Inspect => {
  const { scanner, vault: vaults } = options
  /** What took a token's place in the name of a file, by session: names are reported again, and listed. */
  const inNames = new Map<string, Map<string, Value>>()

  const putInNames = (session: string, put: ReadonlyArray<Value>): void => {
    const values = inNames.get(session) ?? new Map<string, Value>()
    inNames.delete(session)
    inNames.set(session, values)
    for (const one of put) values.set(one.value, one)
    for (const oldest of values.keys()) {
      if (values.size <= MOST_IN_NAMES) break
      values.delete(oldest)
    }
    if (inNames.size > MOST_SESSIONS) inNames.delete(inNames.keys().next().value!)
  }

  return async (decoded, bytes, values) => {
    const { event: reported } = decoded
    const { session } = reported
    const raw = options.asked(reported, decoded.raw)
    const isNew = newField(reported)
    const fields = writtenFields(raw)
    const actionOf = options.actionOf()

    const withoutSecrets = options.withoutSecrets()
    const written = new Set<string>()
    const items: Array<Item> = []
    const starts = new Map<string, number>()
    for (const field of fields) {
      starts.set(field, items.length)
      for (const leaf of collect(raw[field], isMedia, longNumbers)) {
        const { text } = leaf
        if (mayHoldToken(text)) for (const token of tokensIn(text)) written.add(token)
        if (text.length < LEAST_TEXT && text.trim() === text && !leaf.isName) {
          items.push({ leaf, of: text, isNew: false, looked: undefined, offset: 0 })
          continue
        }
        const of = withoutSecrets === undefined ? text : withoutSecrets(text)
        const { text: looked, offset } = named(of === text ? leaf : { ...leaf, text: of })
        items.push({ leaf, of, isNew: field === isNew, looked, offset })
      }
    }
    const deadline = performance.now() + SCAN_MS
    const distinct = [...new Set(items.flatMap(({ looked }) => looked ?? []))]
    const injectable = reported.kind === 'tool.after' && options.looksForInjection()
    const isPassive = reported.kind === 'tool.after' || reported.kind === 'prompt'
    const off = options.isOff()
    const scanned =
      distinct.length === 0 || (off && !injectable)
        ? []
        : await scanner.scan(distinct, {
            injection: injectable,
            models: isPassive,
            own: options.own(),
            deadline,
          })
    const results = new Map(distinct.map((text, i) => [text, scanned[i]]))

    const foundIn = items.map(({ of, looked, offset }) => {
      const found = looked === undefined ? undefined : results.get(looked)
      return (found?.spans ?? []).flatMap((span) =>
        span.start >= offset && span.end <= offset + of.length
          ? [{ ...span, start: span.start - offset, end: span.end - offset }]
          : [],
      )
    })
    const vault = off ? undefined : await vaults.of(session)
    const recent = vault?.recent?.()
    const known = [
      ...(recent === undefined || recent.length === 0 ? [] : [knownOnce(recent, LEAST_SAID)]),
      ...(values.length === 0 ? [] : [knownOnce(values, LEAST_KNOWN)]),
      knownIn(
        [
          ...(inNames.get(session)?.values() ?? []),
          ...items.flatMap(({ of }, i) =>
            foundIn[i]!.filter(({ type }) => actionOf(type) === 'tokenize').flatMap(
              ({ start, end, type }) => saidElsewhere(type, of.slice(start, end)),
            ),
          ),
        ],
        LEAST_KNOWN,
      ),
    ].filter((one) => one !== undefined)
    const breath = slices()
    const tally = new Tally(actionOf)
    const perText: Array<Turned> = []
    for (const [i, { leaf, of, isNew: counts, looked }] of items.entries()) {
      const found = looked === undefined ? undefined : results.get(looked)
      const more: Array<Span> = []
      let cut = Math.min(found?.cut ?? 0, of.length)
      if (looked !== undefined && known.length > 0)
        for (let from = 0; from < of.length; from += KNOWN_AT_ONCE) {
          if (breath.spent()) await breath.rest()
          if (performance.now() > deadline) {
            cut = Math.max(cut, of.length - from)
            break
          }
          // One that reaches into what is looked at next is found twice, and counts once.
          for (const one of known) more.push(...one(of, from, from + KNOWN_AT_ONCE))
        }
      const spans = (more.length === 0 ? foundIn[i]! : withKnown(of, foundIn[i]!, more)).filter(
        (span) => !isStandIn(of, span),
      )
      const kept = spans.filter(({ type }) => actionOf(type) === 'tokenize')
      if (counts) tally.add(leaf.text, spans, found, cut, of !== leaf.text)
      perText.push({ text: leaf.text, of, kept, cut })
    }
    const wanted = perText.flatMap(({ of, kept }) =>
      kept.map(({ start, end, type }) => ({ type, value: of.slice(start, end) })),
    )
    // From here on in one go: rows and what they are rows of go to the log together.
    const given = wanted.length === 0 ? undefined : vault!.tokenise(wanted)
    let next = 0
    const turned = perText.map(({ of, kept, cut }) => {
      const now = kept.length === 0 ? of : spliced(of, kept, () => given!.tokens[next++]!)
      // Nothing was found in the end that nobody looked at.
      const shown = cut === 0 ? now : `${now.slice(0, now.length - cut)}${notLookedAt(cut)}`
      return { now, shown }
    })
    const maskedRaw = turned.every(({ now }, i) => now === perText[i]!.text)
      ? raw
      : withFields(raw, fields, (value, field) => {
          const from = starts.get(field)!
          return mapped(value, (_, i) => turned[from + i]!.now, isMedia, longNumbers)
        })
    const effective = effectivePayload(reported, raw, (token) => vault?.valueOf(token)?.value)
    const lossy =
      (given?.unkept ?? 0) > 0 ||
      items.some(({ leaf, of }, i) => of !== leaf.text || (leaf.isNumber && turned[i]!.now !== of))
    const put =
      effective === raw ? [] : [...written].flatMap((token) => vault?.valueOf(token) ?? [])
    if (put.length > 0) putInNames(session, put)
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
      output: (enforced, also) => {
        const from = starts.get('tool_response') ?? 0
        return mapped(
          raw['tool_response'],
          (text, i) => {
            // A tool's own figures: the client takes no other shape, and would show all as it was.
            if (items[from + i]!.leaf.isNumber) return text
            const { of } = perText[from + i]!
            return also?.(text) ?? (enforced ? turned[from + i]!.shown : of)
          },
          isMedia,
          longNumbers,
        )
      },
      given: given?.tokens ?? [],
      rows: given?.events ?? [],
      ...tally.result(),
      values: new Set(wanted.map(({ type, value }) => `${type}\0${value}`)).size,
      cached: given?.cached ?? 0,
      unkept: given?.unkept ?? 0,
      restored: typesOf(put.map(({ type }) => type)),
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
  change: (value: unknown, field: string) => unknown,
): JsonObject => {
  const changed = new Set(fields)
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, changed.has(key) ? change(value, key) : value]),
  )
}

/** One string of the payload. */
interface Item {
  readonly leaf: Leaf
  /** Without the values of stored secrets. */
  readonly of: string
  /** In the field that is new with the event. */
  readonly isNew: boolean
  /** What is scanned of it, after its name; undefined where it is too short for any value. */
  readonly looked: string | undefined
  /** Where it begins in that. */
  readonly offset: number
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
): ReadonlyArray<MaskedValue> => [...wanted, ...hiddenBy([...written], vault)]

/** Tokens, and what they stand for. */
export const hiddenBy = (
  tokens: ReadonlyArray<string>,
  vault: SessionVault | undefined,
): ReadonlyArray<MaskedValue> =>
  tokens.flatMap((token) => {
    const value = vault?.valueOf(token)
    const itself = { type: value?.type ?? 'UNKNOWN', value: token }
    return value === undefined ? [itself] : [itself, value]
  })

/** A text with what is kept out of it. */
interface Turned {
  readonly text: string
  readonly of: string
  readonly kept: ReadonlyArray<Span>
  readonly cut: number
}

/** Shorter values would be found by chance. UTF-16 units. */
const LEAST_KNOWN = 4
/** Of one event; what many cost is their sorting. */
const MOST_KNOWN = 4096
/** Looked through for known values without a breath. UTF-16 units. */
const KNOWN_AT_ONCE = 32_768

type Known = (text: string, from: number, to: number) => ReadonlyArray<Span>

/** Where values stand that are known; undefined where there are none. `least`: UTF-16 units. */
const knownIn = (values: ReadonlyArray<Value>, least: number): Known | undefined => {
  const types = new Map<string, string>()
  for (const { type, value } of values)
    if (value.length >= least && !types.has(value) && types.size < MOST_KNOWN)
      types.set(value, type)
  if (types.size === 0) return undefined
  const all = [...types]
  const needles = needlesOf(all.map(([value]) => value))
  return (text, from, to) =>
    [...needles.in(text, from, Math.min(to, text.length))].map(({ start, end, needle }) => ({
      start,
      end,
      type: all[needle]![1] as Span['type'],
      score: 1,
      detector: 'rules:known',
    }))
}

const MADE = new WeakMap<ReadonlyArray<Value>, Known | 'none'>()

/** Of lists that are the same from event to event. */
const knownOnce = (values: ReadonlyArray<Value>, least: number): Known | undefined => {
  const before = MADE.get(values)
  if (before !== undefined) return before === 'none' ? undefined : before
  const made = knownIn(values, least)
  MADE.set(values, made ?? 'none')
  return made
}

/**
 * Known values beside what was found: one within it is a part of it; of what one overlaps otherwise the
 * rest stays a value, so that no half of any is shown.
 */
const withKnown = (
  text: string,
  found: ReadonlyArray<Span>,
  known: ReadonlyArray<Span>,
): ReadonlyArray<Span> => {
  let at = 0
  const apart = resolved(known).filter(({ start, end }) => {
    while (at < found.length && found[at]!.end < end) at++
    return !(at < found.length && found[at]!.start <= start)
  })
  return underRules(text, apart, found)
}

/** A shorter value may be a word of the text as well. UTF-16 units. */
const LEAST_SAID = 12
/** The same for one line of a key. */
const LEAST_LINE = 32

/**
 * What its surroundings gave away in one place is the same value wherever it stands in the event: one
 * text comes in several of a result's fields, in one whole and in another by its lines, and in a name.
 */
const saidElsewhere = (type: string, value: string): ReadonlyArray<Value> => {
  if (value.length < LEAST_SAID) return []
  if (!value.includes('\n')) return [{ type, value }]
  if (type !== 'SECRET') return []
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LINE && !line.startsWith('-----'))
    .map((line) => ({ type, value: line }))
}

/** Digits enough for a number that is somebody's. */
const longNumbers = (number: number): boolean =>
  Number.isSafeInteger(number) && Math.abs(number) >= 100_000_000

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
    cut: number,
    hadSecret: boolean,
  ): void {
    for (const { type } of spans) if (this.#actionOf(type) !== 'off') this.#all.push(type)
    if (hadSecret) this.#all.push('SECRET')
    if (scanned === undefined) return
    if (RANK[scanned.tier] > RANK[this.#tier]) this.#tier = scanned.tier
    this.#cut += cut
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
