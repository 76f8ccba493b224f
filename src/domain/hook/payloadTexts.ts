// In which strings of a payload values are looked for, and which of what is found there counts. The
// live gate and the one-shot both go by this, so that a call has one receipt with either.
import { PLACEHOLDER } from '../secret/placeholder.ts'
import type { Span } from '../sensitive/span.ts'
import { collect, isMedia, type Leaf, mapped, named } from '../sensitive/strings.ts'
import { TOKEN } from '../vault/token.ts'
import type { JsonObject } from './claudeFields.ts'
import { isClientsName, writtenFields } from './claudeParts.ts'

/** One string of the payload. */
export interface PayloadText {
  readonly leaf: Leaf
  /** Of the payload, such as `tool_input`. */
  readonly field: string
  /** Without the values of stored secrets. */
  readonly of: string
  /** What is scanned of it, after its name; undefined where no value can be in it. */
  readonly looked: string | undefined
  /** Where it begins in that. */
  readonly offset: number
}

/** No value is shorter. UTF-16 units. */
const LEAST_TEXT = 6

/** In the order of the payload. `without` takes the values of stored secrets out of a text. */
export const payloadTexts = (
  raw: JsonObject,
  without?: (text: string) => string,
): ReadonlyArray<PayloadText> =>
  writtenFields(raw).flatMap((field) =>
    collect(raw[field], isMedia, longNumbers).map((leaf) => {
      const { text, isName } = leaf
      if (isName ? isClientsName(text) : text.length < LEAST_TEXT && text.trim() === text)
        return { leaf, field, of: text, looked: undefined, offset: 0 }
      const of = without === undefined ? text : without(text)
      const { text: looked, offset } = named(of === text ? leaf : { ...leaf, text: of })
      return { leaf, field, of, looked, offset }
    }),
  )

/** A field's value with each of these texts replaced, in the same order; what a replaced number was is text. */
export const withTexts = (
  value: unknown,
  replace: (text: string, index: number) => string,
): unknown => mapped(value, replace, isMedia, longNumbers)

/** Digits enough for a number that is somebody's. */
const longNumbers = (number: number): boolean =>
  Number.isSafeInteger(number) && Math.abs(number) >= 100_000_000

/** Of what was found in what is scanned of a text, what lies in the text itself, and where. */
export const spansWithin = (
  { of, offset }: Pick<PayloadText, 'of' | 'offset'>,
  found: ReadonlyArray<Span>,
): ReadonlyArray<Span> =>
  found.flatMap((span) =>
    span.start >= offset && span.end <= offset + of.length
      ? [{ ...span, start: span.start - offset, end: span.end - offset }]
      : [],
  )

/** A token, or a secret's name, where a credential would stand: nothing but that is what was found. */
export const isStandIn = (text: string, { start, end }: Span): boolean => {
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
