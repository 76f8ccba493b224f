// France: the NIR (numéro de sécurité sociale): sex, year and month of birth, place, order, and a key
// of 97 less the rest by 97 (INSEE). Corsica's departments count as 19 and 18.
import { beginsWord, endsWord } from '../characters.ts'
import { isBefore } from '../context.ts'
import { mod97 } from '../checksum.ts'
import { endOf, type Recogniser } from '../recogniser.ts'

const SHAPE = /[1278]([ ]?)\d\d\1(?:0[1-9]|1[0-2]|[2-9]\d)\1(?:\d\d|2[AB])\1\d{3}\1\d{3}\1\d{2}/iy
const WORDS = /sécu|secu|\bnir\b|insee|s[eé]curit[eé] sociale|social/

export const nir: Recogniser = {
  id: 'fr-nir',
  type: 'FR_NIR',
  digits: { runs: [1, 6, 15] },
  find: (text, at) => {
    if (!beginsWord(text, at) || /[-./:]/.test(text[at - 1] ?? '')) return undefined
    const end = endOf(SHAPE, text, at)
    if (end === -1 || !endsWord(text, end)) return undefined
    const value = text.slice(at, end).replaceAll(' ', '').toUpperCase()
    const number = value.slice(0, 13).replace('2A', '19').replace('2B', '18')
    if (97 - mod97(number) !== Number(value.slice(13))) return undefined
    const named = isBefore(text, at, WORDS)
    const grouped = end - at > 15
    return named || grouped ? { start: at, end, score: named ? 0.95 : 0.75 } : undefined
  },
  examples: {
    yes: [
      'numéro de sécurité sociale «255081416802538»',
      'assurée «2 55 08 14 168 025 38»',
      'NIR «1 85 05 2A 006 084 35»',
    ],
    no: ['sécurité sociale 255081416802539', '255081416802538'],
  },
}
