// Canada: social insurance numbers (ESDC): nine digits with Luhn's check, never from 0 or 8.
import { luhn } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

export const sin: Recogniser = {
  id: 'ca-sin',
  type: 'CA_SIN',
  digits: { runs: [3, 9] },
  find: findNumber({
    shape: /[1-79]\d{2}([ -]?)\d{3}\1\d{3}/y,
    isValid: luhn,
    words: /\bsin\b(?! ?\()|social insurance|assurance sociale|\bnas\b/,
  }),
  examples: {
    yes: ['SIN: «130 692 544»', 'social insurance number «193-456-787»'],
    no: ['SIN: 130 692 545', 'sin(130692544)', '130 692 544'],
  },
}
