// The values of a payload that no fact of it may hold, as the live gate masks them where nobody has set
// otherwise: found by rules alone. It has no vault, so that what a token stands for is unknown to it.
import type { JsonObject } from '../hook/claudeFields.ts'
import { isStandIn, payloadTexts, spansWithin } from '../hook/payloadTexts.ts'
import { type FactMask, factMask, type MaskedValue } from '../sensitive/factMask.ts'
import { knownIn, LEAST_KNOWN, saidElsewhere, withKnown } from '../sensitive/knownValues.ts'
import { actionsBy } from '../sensitive/piiActions.ts'
import type { Span } from '../sensitive/span.ts'
import { spliced } from '../sensitive/strings.ts'
import { tokensIn } from '../vault/token.ts'

/** What rules find in a text: in order of place, none overlapping. */
export type SpansIn = (text: string) => ReadonlyArray<Span>

const actionOf = actionsBy('tokenize', new Map())
const isMasked = ({ type }: Span): boolean => actionOf(type) === 'tokenize'

/** `beside`: the text of files that the call would run, and names that nobody wrote in the call. */
export const valuesIn = (
  raw: JsonObject,
  beside: ReadonlyArray<string>,
  spansIn: SpansIn,
): ReadonlyArray<MaskedValue> => {
  const found = new Map<string, ReadonlyArray<Span>>()
  const spansOf = (text: string): ReadonlyArray<Span> => {
    const spans = found.get(text) ?? spansIn(text)
    found.set(text, spans)
    return spans
  }
  const texts = payloadTexts(raw)
  const within = texts.map((text) =>
    text.looked === undefined ? [] : spansWithin(text, spansOf(text.looked)),
  )
  const known = knownIn(
    texts
      .flatMap(({ of }, i) => cutFrom(of, within[i]!))
      .flatMap(({ type, value }) => saidElsewhere(type, value)),
    LEAST_KNOWN,
  )
  const hidden = texts.flatMap(({ of, looked }, i) => {
    const more = looked === undefined ? [] : (known?.(of, 0, of.length) ?? [])
    const spans = more.length === 0 ? within[i]! : withKnown(of, within[i]!, more)
    return cutFrom(
      of,
      spans.filter((span) => !isStandIn(of, span)),
    )
  })
  return [
    ...hidden,
    ...beside.flatMap((text) => cutFrom(text, spansOf(text))),
    ...[...texts.map(({ leaf }) => leaf.text), ...beside].flatMap(tokensIn).map(unknown),
  ]
}

const cutFrom = (text: string, spans: ReadonlyArray<Span>): ReadonlyArray<MaskedValue> =>
  spans.filter(isMasked).map(({ start, end, type }) => ({ type, value: text.slice(start, end) }))

const unknown = (token: string): MaskedValue => ({ type: 'UNKNOWN', value: token })

/** The same mask, made when something is masked by it: of most events nobody decides, nor looks. */
export const maskAtNeed = (values: () => ReadonlyArray<MaskedValue>): FactMask => {
  let made: FactMask | undefined
  const mask = (): FactMask => (made ??= factMask(values()))
  return {
    action: (action) => mask().action(action),
    observed: (observed) => mask().observed(observed),
  }
}

/** A text to print, with the types of values in their place. */
export const printedWithout = (text: string, spansIn: SpansIn): string =>
  spliced(text, spansIn(text).filter(isMasked), (_, { type }) => `<${type}>`)
