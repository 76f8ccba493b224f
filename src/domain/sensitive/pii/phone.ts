// Telephone numbers: with a country's prefix as libphonenumber knows it, in shapes that only telephone
// numbers have, or in any shape beside a word that says so. Ids and times are vetoed first.
import { isPossiblePhoneNumber } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min'
import { after, before } from '../context.ts'
import { isDocumentedPhone } from '../documented.ts'
import { endOf, type Find, lengths, type Recogniser } from '../recogniser.ts'
import { beginsNumber, endsNumber, isDeveloperNumber, isInRow, isMoment } from '../veto.ts'
import { beginsWord, digitsOf, isDigitAt } from '../characters.ts'

/** Groups of digits with one separator, or a parenthesis, between; at most nine groups. */
const GROUPS =
  /(?:\(\d{1,5}\)[ .-]?)?\d{1,12}(?:[ ]?[-./ ](?:\(\d{1,5}\)[ .-]?)?\d{1,8}|\(\d{1,5}\)[ .-]?\d{2,8}){0,8}/y
const EXTENSION = /(?:[ ]?(?:x|ext\.?|extension|#|;ext=)[ ]?\d{1,6})/iy

/** North America's groups of three, three and four, with a country or without. */
const NANP = /^(?:(?:00)?1[-. ])?(?:\(\d{3}\)[ .-]?|\d{3}([-. ]))\d{3}(?:[-. ])\d{4}$/
/** An area in parentheses. */
const AREA = /^\((?:0\d{1,4}|\d{2,3})\)[ -]?\d{2,5}[ -]?\d{2,5}(?:[ -]\d{2,4})?$/
/** A country with the prefix that most countries dial for abroad. */
const PREFIXED =
  /^(?!\d{4}(?: \d{4})*$)00[1-9]\d{0,2}[- ](?:\(0\)[- ]?)?\d{1,5}(?:[- ]\d{2,8}){1,4}$/

/** Three, two and four with dashes: nobody writes a telephone number so. */
const SOCIAL_SECURITY = /^\d{3}-\d{2}-\d{4}$/

/** Bytes of a dump, items of a list. */
const COUNTED = /^0?1[ .-]0?2[ .-]0?3\b/

/** Said of telephone numbers and of little else. */
const STRONG =
  /\b(?:phones?|tele?(?:phone|fon)?|mobile|mobil|handy|cell(?:phone)?|fax|whatsapp|sms|hotline|voicemail|landline|telefono|teléfono|téléphone|téléfono|telefoon|móvil|celular|portable|portatile|cellulare|celulare|komórka)(?:[ _-]?(?:no|nr|number|num|n°|#))?\b|phone_?n|电话|電話|手机|전화|телефон|тел\./
/** Said of much, also of telephone numbers. */
const WEAK =
  /\b(?:call(?:ed|ing)?|dial(?:led)?|ring (?:me|us|him|her|them)|reach(?:ed)?|contact|text(?:ed)?|answering|office|home|work|extension|speak|appelez|rufen|anrufen|llam[ae]|chiam[ai]|ligue)\b/
const WORD_AFTER = /^[\s,;:(-]{0,3}(?:office|fax|home|work|mobile|cell|phone|tel)\b/
const NOT_PHONE =
  /\b(?:card|iban|account|acct|order|invoice|ticket|issue|id|pid|uid|ssn|isbn|issn|port|version|build|size|bytes|row|line|page|zip|postal|serial|sku|part|model|total|amount|price|revision|error|code|offset|width|height|length|count|timestamp|date|time)s?(?:[ _-]?(?:no|nr|number|num|is|are))?[ .:#=]*$/

const find: Find = (text, at, until, { budget }) => {
  const plus = text[at - 1] === '+'
  const open = text[at - 1] === '('
  const start = plus || open ? at - 1 : at
  if (
    plus
      ? !beginsPlus(text, start)
      : open
        ? !beginsParenthesis(text, start)
        : !beginsNumber(text, at)
  )
    return undefined
  // Within a row of numbers: where the row begins it was looked at whole.
  if (!plus && !open && text[at - 1] === ' ' && isDigitAt(text, at - 2) && until - at < 3)
    return undefined
  const bare = endOf(GROUPS, text, plus ? at : start)
  if (bare === -1) return undefined
  let end = bare
  const extended = endOf(EXTENSION, text, end)
  if (extended !== -1) end = extended
  if (!endsNumber(text, end) || (end === bare && text[end] === '(')) return undefined
  const number = text.slice(start, bare)
  const digits = digitsOf(number)
  if (digits.length < 6 || digits.length > 15 || isDocumentedPhone(digits)) return undefined
  if (SOCIAL_SECURITY.test(number) || COUNTED.test(number)) return undefined
  if (/^(\d)\1*$/.test(digits) || (digits.length < 9 && number === digits)) return undefined
  // Dots join parts of versions and object ids too: those have single digits.
  if (number.includes('.') && /(?:^|\D)\d(?:\.|$)/.test(number)) return undefined
  if (isDeveloperNumber(text, start, end)) return undefined
  const score = scoreOf(text, start, end, number, digits, plus, budget)
  return score === 0 ? undefined : { start, end, score }
}

const beginsPlus = (text: string, at: number): boolean =>
  beginsWord(text, at) && !/[+\w.)\]]/.test(text[at - 1] ?? ' ')
/** A call's or a tuple's parenthesis stands directly after a word. */
const beginsParenthesis = (text: string, at: number): boolean =>
  at === 0 || /[\s"'`:;,|>=]/.test(text[at - 1]!)

const scoreOf = (
  text: string,
  start: number,
  end: number,
  number: string,
  digits: string,
  plus: boolean,
  budget: { left: number },
): number => {
  const left = before(text, start)
  if (plus) {
    if (digits.length < 8 || digits.startsWith('0')) return 0
    if (number.length === digits.length + 1 && digits.length < 10 && !STRONG.test(left)) return 0
    return isPossible(number, budget) ? 0.9 : 0
  }
  const right = after(text, end)
  const strong = STRONG.test(left) || WORD_AFTER.test(right)
  if (!strong && NOT_PHONE.test(left)) return 0
  const separated = number.length !== digits.length
  if (strong) {
    if (!separated) return isMoment(digits) && !/\W$/.test(left) ? 0 : digits.length >= 9 ? 0.8 : 0
    return 0.8
  }
  // Numbers in rows and columns of numbers.
  if (/\d[ ,;\t]{1,3}$/.test(left) || /^[ ,;\t]{1,3}\d/.test(right)) return 0
  if (NANP.test(number))
    return /[-(]/.test(number)
      ? 0.75
      : digits.length === 10 && /^[2-9]/.test(digits)
        ? 0.55
        : weakly(left)
  if (PREFIXED.test(number) && digits.length >= 11 && !isInRow(text, start, end)) return 0.65
  if (AREA.test(number) && digits.length >= 9)
    return weakly(left) === 0 && !/-/.test(number) ? 0 : 0.6
  return separated ? weakly(left) : digits.length >= 9 ? weakly(left.slice(-24)) : 0
}

const weakly = (left: string): number => (WEAK.test(left) ? 0.6 : 0)

/** Whether a number with a country's prefix can be one; its shape decides where the budget is used up. */
const isPossible = (number: string, budget: { left: number }): boolean => {
  if (budget.left <= 0) return true
  budget.left--
  return isPossiblePhoneNumber(number, metadata)
}

export const phone: Recogniser = {
  id: 'phone',
  type: 'PHONE_NUMBER',
  digits: { runs: lengths(1, 12) },
  find,
  examples: {
    yes: [
      'call me on «+44 20 8341 0958» tonight',
      'Phone: «678-777-1600»',
      '«(212) 734-9021»',
      'office «001-748-088-2851x818»',
      'Tel. «030 901820»',
      'mobile=«2813882583»',
      'They are not answering at «0650 995 04 94».',
      'Telefon: «+49 (0)89 636-48018»',
    ],
    no: [
      'version 2.16.840 build 20240102',
      'at 1700000000 and 1700000000000',
      '123e4567-e89b-12d3-a456-426614174000',
      'x = (1024) 768-512',
      'rows 100-200-300, 400-500-600',
      'ring 555-0123 or (212) 555-0188',
      'sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709',
      'total 2813882583 bytes',
    ],
  },
}
