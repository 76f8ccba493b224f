// Australia: tax file numbers, business numbers (ATO, ABR) and Medicare cards, each by its weights.
import { weighted } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

export const tfn: Recogniser = {
  id: 'au-tfn',
  type: 'AU_TFN',
  digits: { runs: [3, 9] },
  find: findNumber({
    shape: /\d{3}([ -]?)\d{3}\1\d{3}/y,
    isValid: (digits) => weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    words: /\btfns?\b|tax file/,
  }),
  examples: {
    yes: ['TFN «876 543 202»', 'tax file number: «648188500»'],
    no: ['TFN 876 543 203', '648188500'],
  },
}

const isAbn = (digits: string): boolean =>
  (weighted(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0

export const abn: Recogniser = {
  id: 'au-abn',
  type: 'AU_ABN',
  digits: { runs: [2, 11] },
  find: findNumber({
    shape: /\d{2}([ -]?)\d{3}\1\d{3}\1\d{3}/y,
    isValid: isAbn,
    words: /\babn\b|australian business/,
  }),
  examples: {
    yes: ['ABN «51 824 753 556»', 'abn: «53004085616»'],
    no: ['ABN 51 824 753 557', '51 824 753 556'],
  },
}

const isMedicare = (digits: string): boolean =>
  weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8])

export const medicare: Recogniser = {
  id: 'au-medicare',
  type: 'AU_MEDICARE',
  digits: { runs: [4, 10, 11] },
  find: findNumber({
    shape: /[2-6]\d{3}([ -]?)\d{5}\1\d(?:[ -/]?\d)?/y,
    isValid: isMedicare,
    words: /medicare/,
  }),
  examples: {
    yes: ['Medicare «2123 45670 1»', 'medicare no: «2950451821»'],
    no: ['Medicare 2123 45671 1', '2123 45670 1'],
  },
}
