// Payment cards (ISO/IEC 7812): 12 to 19 digits with an issuer's prefix and Luhn's check digit, whole
// or in the groups that cards are printed in.
import { isMadeUp, luhn } from '../checksum.ts'
import { isNear } from '../context.ts'
import { isDocumentedCard } from '../documented.ts'
import { endOf, lengths, type Recogniser } from '../recogniser.ts'
import { beginsNumber, endsNumber, isDeveloperNumber, isInRow } from '../veto.ts'
import { digitsOf } from '../characters.ts'

const GROUPED = /\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5}/y

/** Issuers' prefixes with the lengths that they issue. */
const ISSUERS: ReadonlyArray<readonly [prefix: RegExp, lengths: RegExp]> = [
  [/^4/, /^(?:13|16|19)$/],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, /^16$/],
  [/^3[47]/, /^15$/],
  [/^(?:6011|64[4-9]|65|622)/, /^(?:16|19)$/],
  [/^3(?:0[0-5]|095|[689])/, /^(?:14|16|19)$/],
  [/^35(?:2[89]|[3-8])/, /^(?:16|19)$/],
  [/^62/, /^(?:16|17|18|19)$/],
  [/^(?:50|5[6-9]|6[0-9])/, /^(?:12|13|14|15|16|17|18|19)$/],
  [/^220[0-4]/, /^16$/],
  [/^(?:2131|1800)/, /^15$/],
]
const CONTEXT =
  /\b(?:cards?|credit|debit|visa|mastercard|amex|american express|maestro|discover|diners|jcb|cc|ccn|pan|kreditkarte|karte|carte|tarjeta|cart[aã]o?|carta|kaart|karta)\b|card_?n|credit_?card|karten/
/** Issued by networks everybody has: their numbers are believed without a word about cards. */
const COMMON = /^(?:4|5[1-5]|2[2-7]|3[47]|6011|64[4-9]|65)/

export const card: Recogniser = {
  id: 'card',
  type: 'CREDIT_CARD',
  digits: { runs: [4, ...lengths(12, 19)] },
  find: (text, at, until) => {
    if (!beginsNumber(text, at)) return undefined
    const end = until - at === 4 ? endOf(GROUPED, text, at) : until
    if (end === -1 || !endsNumber(text, end)) return undefined
    const digits = digitsOf(text.slice(at, end))
    if (
      !ISSUERS.some(([prefix, lengths]) => prefix.test(digits) && lengths.test(`${digits.length}`))
    )
      return undefined
    if (!luhn(digits) || isMadeUp(digits) || isDocumentedCard(digits)) return undefined
    if (isDeveloperNumber(text, at, end)) return undefined
    const named = isNear(text, at, end, CONTEXT)
    const usual = COMMON.test(digits) && (digits.length === 15 || digits.length === 16)
    const grouped = end !== until
    if (!named && (grouped ? isInRow(text, at, end) : !usual)) return undefined
    return { start: at, end, score: named ? 0.98 : 0.85 }
  },
  examples: {
    yes: [
      'card «5398228707871527» expires 11/29',
      'Visa «4716 4245 2151 1864»',
      'pan=«3782-822463-10021»',
      'maestro «6759649826438453»',
      '{"number":"«4539214712746634»"}',
    ],
    no: [
      'card 5398228707871528',
      'use 4111 1111 1111 1111 or 4242424242424242 in tests',
      'run 1700000000000 0000000000000000',
      'id-4539214712746634-x',
      'https://shop.site.com/4539214712746634',
    ],
  },
}
