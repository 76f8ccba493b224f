// Spain: DNI and NIE: a number, and a letter that is the number by 23 (Ministerio del Interior).
import { beginsWord, endsWord } from '../characters.ts'
import { isBefore } from '../context.ts'
import { endOf, type Recogniser } from '../recogniser.ts'

const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const WORDS =
  /\bdni\b|\bnif\b|\bnie\b|documento nacional|identidad|identificaci[oó]n|pasaporte|extranjer/

const hasLetter = (digits: string, letter: string): boolean =>
  LETTERS[Number(digits) % 23] === letter.toUpperCase()

const DNI = /\d{8}[- ]?[TRWAGMYFPDXBNJZSQVHLCKE]/iy
export const dni: Recogniser = {
  id: 'es-dni',
  type: 'ES_DNI',
  digits: { runs: [8] },
  find: (text, at, until) => {
    const end = beginsWord(text, at) ? endOf(DNI, text, at) : -1
    if (end === -1 || !endsWord(text, end) || !isBefore(text, at, WORDS)) return undefined
    const digits = text.slice(at, until)
    if (!hasLetter(digits, text[end - 1]!) || digits === '00000000' || digits === '12345678')
      return undefined
    return { start: at, end, score: 0.95 }
  },
  examples: {
    yes: ['DNI: «53428917D»', 'con DNI «40137782-E»'],
    no: ['DNI 53428917L', '53428917D', 'DNI 12345678Z'],
  },
}

const NIE = /[XYZ][- ]?\d{7}[- ]?[TRWAGMYFPDXBNJZSQVHLCKE]/iy
export const nie: Recogniser = {
  id: 'es-nie',
  type: 'ES_NIE',
  digits: { runs: [7], after: [0, 1] },
  find: (text, at, until) => {
    const start = /[XYZ]/i.test(text[at - 1] ?? '') ? at - 1 : at - 2
    if (start < 0 || !beginsWord(text, start)) return undefined
    const end = endOf(NIE, text, start)
    if (end === -1 || !endsWord(text, end) || !isBefore(text, start, WORDS)) return undefined
    const first = 'XYZ'.indexOf(text[start]!.toUpperCase())
    if (!hasLetter(`${first}${text.slice(at, until)}`, text[end - 1]!)) return undefined
    return { start, end, score: 0.95 }
  },
  examples: {
    yes: ['NIE «X4827365X»', 'mi NIE es «Y-7391846-M»'],
    no: ['NIE X4827365A', 'X4827365X'],
  },
}
