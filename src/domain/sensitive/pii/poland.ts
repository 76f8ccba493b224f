// Poland: PESEL: date of birth (the century added to the month), order and a check digit.
import { weighted } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

const isPesel = (digits: string): boolean => {
  const month = Number(digits.slice(2, 4)) % 20
  const day = Number(digits.slice(4, 6))
  if (month < 1 || month > 12 || day < 1 || day > 31) return false
  return (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(digits[10])
}

export const pesel: Recogniser = {
  id: 'pl-pesel',
  type: 'PL_PESEL',
  digits: { runs: [11] },
  find: findNumber({ shape: /\d{11}/y, isValid: isPesel, words: /pesel|numer ewidencyjny/ }),
  examples: {
    yes: ['PESEL: «44051401359»', 'pesel «02070803628»'],
    no: ['PESEL: 44051401358', '44051401359'],
  },
}
