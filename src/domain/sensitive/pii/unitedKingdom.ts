// United Kingdom: National Insurance numbers (HMRC, NIM39110) and NHS numbers (modulus 11).
import { beginsWord, endsWord } from '../characters.ts'
import { weighted } from '../checksum.ts'
import { isBefore } from '../context.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

const NINO =
  /(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]( ?)\d\d\1\d\d\1\d\d\1[A-D]/iy
const NINO_WORDS = /national insurance|\bnino\b|\bni (?:no|number)|nino_?/

export const nino: Recogniser = {
  id: 'uk-nino',
  type: 'UK_NINO',
  // "AB123456C" and "AB 12 34 56 C".
  digits: { runs: [2, 6], after: [0, 2] },
  find: (text, at) => {
    const start = /[A-Za-z]/.test(text[at - 1] ?? '') ? at - 2 : at - 3
    if (start < 0 || !beginsWord(text, start)) return undefined
    const end = endOf(NINO, text, start)
    if (end === -1 || !endsWord(text, end)) return undefined
    if (isBefore(text, start, NINO_WORDS)) return { start, end, score: 0.95 }
    const value = text.slice(start, end)
    return value.includes(' ') && value === value.toUpperCase()
      ? { start, end, score: 0.65 }
      : undefined
  },
  examples: {
    yes: ['National Insurance number «AB123456C»', 'on file: «CE 12 34 56 D»'],
    no: ['part AB123456C', 'NINO BG123456A', 'ni number AB12345C'],
  },
}

const isNhs = (digits: string): boolean => {
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return check !== 10 && check % 11 === Number(digits[9])
}

export const nhs: Recogniser = {
  id: 'uk-nhs',
  type: 'UK_NHS',
  digits: { runs: [3, 10] },
  find: findNumber({
    shape: /\d{3}([ -]?)\d{3}\1\d{4}/y,
    isValid: isNhs,
    words: /\bnhs\b|national health|patient (?:id|no|number)|nhs_?n/,
  }),
  examples: {
    yes: ['NHS number «943 476 5919»', 'nhs_number: «4010232137»'],
    no: ['NHS number 401023213 8', '4010232137'],
  },
}
