// India: Aadhaar (UIDAI: twelve digits, Verhoeff's check, never from 0 or 1) and PAN (five letters of
// which the fourth says who holds it, four digits, a letter).
import { beginsWord, endsWord } from '../characters.ts'
import { verhoeff } from '../checksum.ts'
import { isBefore } from '../context.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

export const aadhaar: Recogniser = {
  id: 'in-aadhaar',
  type: 'IN_AADHAAR',
  digits: { runs: [4, 12] },
  find: findNumber({
    shape: /[2-9]\d{3}([ -]?)\d{4}\1\d{4}/y,
    isValid: verhoeff,
    words: /aadhaa?r|uidai|\buid\b|आधार/,
    alone: /^\d{4} \d{4} \d{4}$/,
  }),
  examples: {
    yes: ['Aadhaar: «299941890613»', 'uidai «5485 5000 8006»', 'no. «2341 2341 2346» of hers'],
    no: ['Aadhaar: 299941890612', '1234 1234 1234', '2999 4189 0614', '299941890613'],
  },
}

const PAN = /[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]/iy

export const pan: Recogniser = {
  id: 'in-pan',
  type: 'IN_PAN',
  digits: { runs: [4], after: [5] },
  find: (text, at) => {
    const start = at - 5
    const end = beginsWord(text, start) ? endOf(PAN, text, start) : -1
    if (end === -1 || !endsWord(text, end)) return undefined
    if (!isBefore(text, start, /\bpan\b|permanent account|income[ -]tax|pan_?(?:no|number|card)/))
      return undefined
    return { start, end, score: 0.9 }
  },
  examples: {
    yes: ['PAN «BNZPM2501F»', 'permanent account number: «AAAPL1234C»'],
    no: ['BNZPM2501F', 'PAN BNZXM2501F'],
  },
}
