// United States: social security numbers and individual taxpayer numbers (SSA, IRS). Nine digits carry
// no check digit, so they need their dashes or a word that says what they are.
import { isBefore, isNear } from '../context.ts'
import { isMadeUp } from '../checksum.ts'
import { isDocumentedSsn } from '../documented.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { beginsNumber, endsNumber, isDeveloperNumber } from '../veto.ts'
import { digitsOf } from '../characters.ts'

const SHAPE = /\d{3}([- .])\d{2}\1\d{4}|\d{9}/y
const WORDS =
  /\bssns?\b|social[ _-]?sec|\bsoc\.? ?sec|ssn[_-]?(?:number|no)?\b|_ssn|sozialversicherung/
const ITIN_WORDS = /\bitin\b|individual taxpayer|taxpayer id|\btin\b|tax[ _-]?id/

const nineDigits = (
  text: string,
  at: number,
): { readonly end: number; readonly digits: string } | undefined => {
  if (!beginsNumber(text, at)) return undefined
  const end = endOf(SHAPE, text, at)
  if (end === -1 || !endsNumber(text, end) || isDeveloperNumber(text, at, end)) return undefined
  return { end, digits: digitsOf(text.slice(at, end)) }
}

/** 900–999, with the middle the IRS gives out. */
const isItin = (digits: string): boolean =>
  /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(digits)

export const ssn: Recogniser = {
  id: 'us-ssn',
  type: 'US_SSN',
  digits: { runs: [3, 9] },
  find: (text, at) => {
    const found = nineDigits(text, at)
    if (found === undefined) return undefined
    const { end, digits } = found
    if (isDocumentedSsn(digits) || /^(\d)\1*$/.test(digits)) return undefined
    // What is said to be one is believed, though the SSA never gave out 000, 666 and 900 upward.
    if (isNear(text, at, end, WORDS)) return { start: at, end, score: 0.95 }
    const dashed = text[at + 3] === '-'
    const issued = !/^(?:000|666|9)|^\d{3}00|0000$/.test(digits)
    return dashed && issued && !isMadeUp(digits) ? { start: at, end, score: 0.7 } : undefined
  },
  examples: {
    yes: [
      'SSN: «308-63-0237»',
      'her social security number is «205 46 4452»',
      'ssn=«455996622»',
      'id «531-21-7351» on file',
    ],
    no: [
      '078-05-1120 was on a wallet card',
      '000-12-3456',
      '531-21-73512',
      'order 531217351',
      '2021-531-21-7351',
    ],
  },
}

export const itin: Recogniser = {
  id: 'us-itin',
  type: 'US_ITIN',
  digits: { runs: [3, 9] },
  find: (text, at) => {
    const found = nineDigits(text, at)
    if (found === undefined || !isItin(found.digits)) return undefined
    const { end } = found
    if (!isBefore(text, at, ITIN_WORDS)) return undefined
    return { start: at, end, score: 0.9 }
  },
  examples: {
    yes: ['ITIN «912-70-1234»', 'taxpayer id: «987781234»'],
    no: ['ITIN 912-49-1234', '912-70-1234 apples'],
  },
}

export const passport: Recogniser = {
  id: 'us-passport',
  type: 'US_PASSPORT',
  weak: true,
  digits: { runs: [8, 9], after: [0, 1] },
  find: (text, at, until) => {
    const letters = at > 0 && /[A-Za-z]/.test(text[at - 1]!) ? 1 : 0
    const start = at - letters
    if (!beginsNumber(text, start) || !endsNumber(text, until)) return undefined
    if (until - start !== 9 || !isBefore(text, start, /\bpassports?\b/)) return undefined
    return { start, end: until, score: 0.6 }
  },
  examples: {
    yes: ['passport number «A12345678»', 'my passport: «912803456»'],
    no: ['pass 912803456', 'passport9 1234'],
  },
}

export const driverLicence: Recogniser = {
  id: 'us-driver-licence',
  type: 'US_DRIVER_LICENSE',
  weak: true,
  digits: { runs: [6, 7, 8, 9, 10, 11, 12, 13], after: [0, 1, 2] },
  find: (text, at, until) => {
    let start = at
    while (at - start < 2 && /[A-Za-z]/.test(text[start - 1] ?? '')) start--
    const end = /[A-Za-z]/.test(text[until] ?? '') ? until + 1 : until
    if (!beginsNumber(text, start) || !endsNumber(text, end)) return undefined
    if (
      !isBefore(text, start, /\bdriv(?:er|ing)(?:['’]?s)?[ _-]?licen[cs]e\b|\bdl(?: no| number|#)/)
    )
      return undefined
    return { start, end, score: 0.6 }
  },
  examples: {
    yes: ["driver's license number is «A56319335»", 'driving licence «LH329609T»'],
    no: ['license 12345678', 'licensed under 1234567'],
  },
}
