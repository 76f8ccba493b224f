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
import { isStandIn, payloadTexts, spansWithin, withTexts } from '../../domain/hook/payloadTexts.ts'
import type { MaskedValue } from '../../domain/sensitive/factMask.ts'
import {
  knownIn,
  knownOnce,
  LEAST_KNOWN,
  LEAST_SAID,
  saidElsewhere,
  withKnown,
} from '../../domain/sensitive/knownValues.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Injection, Span } from '../../domain/sensitive/span.ts'
import { jsonText } from '../../domain/sensitive/jsonText.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { counted, type TypeCounts } from '../../domain/sensitive/typeCounts.ts'
import { tokensIn } from '../../domain/vault/token.ts'
import type { Scanned, Scanner, ScanOptions } from '../sensitive/Scanner.ts'
import { slices } from '../store/slices.ts'
import type { SessionVault, Tokenised, Value, Vault } from '../vault/Vault.ts'
import { knownSpans, lookedAtEnd, notLookedAt } from './lookedAt.ts'
import { Tally } from './tally.ts'

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
  readonly types: TypeCounts
  readonly tokenised: TypeCounts
  readonly reported: TypeCounts
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
  readonly restored: TypeCounts
}

/** Values in names that are remembered of a session, and sessions. */
const MOST_IN_NAMES = 256
const MOST_SESSIONS = 256
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
    const items = payloadTexts(raw, withoutSecrets)
    const written = new Set(items.flatMap(({ leaf }) => tokensIn(leaf.text)))
    const off = options.isOff()
    const deadline = performance.now() + SCAN_MS
    const results = new Map<string, Scanned>()
    const scan = async (
      texts: ReadonlySet<string>,
      of: Pick<ScanOptions, 'injection' | 'models'>,
    ) => {
      const asked = [...texts]
      if (asked.length === 0 || (off && !of.injection)) return
      const scanned = await scanner.scan(asked, { ...of, own: options.own(), deadline })
      for (const [i, text] of asked.entries()) results.set(text, scanned[i]!)
    }
    const first = new Set(
      items.flatMap(({ field, looked }) => (field === isNew ? (looked ?? []) : [])),
    )
    const again = new Set(
      items.flatMap(({ looked }) => looked ?? []).filter((one) => !first.has(one)),
    )
    await scan(first, {
      injection: reported.kind === 'tool.after' && options.looksForInjection(),
      models: reported.kind === 'tool.after' || reported.kind === 'prompt',
    })
    // It came before, and was looked at then.
    await scan(again, { injection: false, models: false })

    const foundIn = items.map((item) =>
      item.looked === undefined ? [] : spansWithin(item, results.get(item.looked)?.spans ?? []),
    )
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
    for (const [i, { leaf, field, of, looked }] of items.entries()) {
      const found = looked === undefined ? undefined : results.get(looked)
      const through =
        looked === undefined || known.length === 0
          ? NOTHING_KNOWN
          : await knownSpans(of, known, breath, deadline)
      const more = through.spans
      const cut = Math.max(Math.min(found?.cut ?? 0, of.length), through.cut)
      const spans = (more.length === 0 ? foundIn[i]! : withKnown(of, foundIn[i]!, more)).filter(
        (span) => !isStandIn(of, span),
      )
      const kept = spans.filter(({ type }) => actionOf(type) === 'tokenize')
      if (field === isNew) tally.add(leaf.text, spans, found, cut, of !== leaf.text)
      perText.push({ text: leaf.text, of, kept, cut })
    }
    const wanted = perText.flatMap(({ of, kept }) =>
      kept.map(({ start, end, type }) => ({ type, value: of.slice(start, end) })),
    )
    // From here on in one go: rows and what they are rows of go to the log together.
    const given = wanted.length === 0 ? undefined : vault!.tokenise(wanted)
    let next = 0
    const turned = perText.map(({ of, kept, cut }) => {
      const from = next
      const now = kept.length === 0 ? of : spliced(of, kept, () => given!.tokens[next++]!)
      // Nothing was found in the end that nobody looked at.
      const shown = cut === 0 ? now : lookedAt(of, kept, cut, (i) => given!.tokens[from + i]!)
      return { now, shown }
    })
    const isAsItCame = turned.every(({ shown }, i) => shown === items[i]!.leaf.text)
    const starts = new Map<string, number>()
    for (const [at, { field }] of items.entries()) if (!starts.has(field)) starts.set(field, at)
    const maskedRaw = turned.every(({ now }, i) => now === perText[i]!.text)
      ? raw
      : withFields(raw, fields, (value, field) => {
          const from = starts.get(field) ?? 0
          return withTexts(value, (_, i) => turned[from + i]!.now)
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
        if (also === undefined && isAsItCame) return raw['tool_response']
        const from = starts.get('tool_response') ?? 0
        return withTexts(raw['tool_response'], (text, i) => {
          // A tool's own figures: the client takes no other shape, and would show all as it was.
          if (items[from + i]!.leaf.isNumber) return text
          const { of } = perText[from + i]!
          return also?.(text) ?? (enforced ? turned[from + i]!.shown : of)
        })
      },
      given: given?.tokens ?? [],
      rows: given?.events ?? [],
      ...tally.result(),
      values: new Set(wanted.map(({ type, value }) => `${type}\0${value}`)).size,
      cached: given?.cached ?? 0,
      unkept: given?.unkept ?? 0,
      restored: counted(put.map(({ type }) => type)),
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

const NOTHING_KNOWN: Awaited<ReturnType<typeof knownSpans>> = { spans: [], cut: 0 }

/** What is left of a text whose last `cut` units nobody looked at. */
const lookedAt = (
  text: string,
  spans: ReadonlyArray<Span>,
  cut: number,
  tokenOf: (index: number) => string,
): string => {
  const end = lookedAtEnd(text.length, cut, spans)
  let next = 0
  const within = spans.filter((span) => span.end <= end)
  const shown = spliced(text.slice(0, end), within, () => tokenOf(next++))
  return `${shown}${notLookedAt(text.length - end)}`
}
