// Italy: the codice fiscale: consonants of the names, date and place of birth, and a letter over the
// others (DM 23/12/1976). Its shape and letter are proof enough without a word.
import { beginsWord, endsWord } from '../characters.ts'
import { endOf, type Recogniser } from '../recogniser.ts'

const SHAPE = /[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]/iy
/** Values of characters on odd places: 0 to 9, then A to Z. */
const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8,
  12, 14, 16, 10, 22, 25, 24, 23,
]

const isFiscalCode = (code: string): boolean => {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const unit = code.charCodeAt(i)
    const value = unit <= 57 ? unit - 48 : unit - 65
    sum += i % 2 === 0 ? ODD[unit <= 57 ? value : value + 10]! : value
  }
  return code.charCodeAt(15) - 65 === sum % 26
}

export const fiscalCode: Recogniser = {
  id: 'it-fiscal-code',
  type: 'IT_FISCAL_CODE',
  digits: { runs: [2], after: [6] },
  find: (text, at) => {
    const start = at - 6
    if (!beginsWord(text, start)) return undefined
    const end = endOf(SHAPE, text, start)
    if (end === -1 || !endsWord(text, end)) return undefined
    return isFiscalCode(text.slice(start, end).toUpperCase())
      ? { start, end, score: 0.9 }
      : undefined
  },
  examples: {
    yes: ['codice fiscale «RSSMRA85T10A562S»', 'CF: «BNCLRA79D52F205Z»'],
    no: ['codice fiscale RSSMRA85T10A562T', 'RSSMRA85T10A562'],
  },
}
