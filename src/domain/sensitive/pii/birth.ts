// Dates of birth: a date right after a word that says somebody was born. A date alone is no one's.
import { endOf, type Recogniser } from '../recogniser.ts'
import { beginsWord, endsWord, isDigitAt } from '../characters.ts'

const MONTH =
  '(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|fév(?:rier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril|may|mai|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|août|sep(?:t(?:ember|embre)?)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|déc(?:embre)?)\\.?'
const DATE = new RegExp(
  `(?:(?:19|20)\\d\\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\\d|0?[1-9])` +
    `|(?:3[01]|[12]\\d|0?[1-9])[-/. ](?:3[01]|[12]\\d|0?[1-9])[-/. ](?:(?:19|20)\\d\\d|\\d\\d)` +
    `|(?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th|\\.)? (?:of )?${MONTH},? (?:19|20)\\d\\d` +
    `|${MONTH} (?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?,? (?:19|20)\\d\\d)`,
  'iy',
)
/** Between the word and the date: a few words, signs, quotes. */
const MOST_BETWEEN = 28

export const dateOfBirth: Recogniser = {
  id: 'date-of-birth',
  type: 'DATE_OF_BIRTH',
  literals: [
    'birth',
    'born',
    'dob',
    'geburtsdatum',
    'geboren',
    'geb.',
    'naissance',
    'née le',
    'né le',
    'nacimiento',
    'nacid',
    'nascita',
    'nato il',
    'nata il',
    'nascimento',
    'nascid',
    'urodz',
    'geboortedatum',
  ],
  find: (text, at, until) => {
    if (
      text.slice(at, until).toLowerCase() === 'dob' &&
      (isDigitAt(text, until) || /[a-z]/i.test(text[at - 1] ?? ''))
    )
      return undefined
    // A file's time of birth is nobody's.
    if (/^(?:time|_?time|place|stone|mark)/i.test(text.slice(until, until + 6))) return undefined
    for (let i = until; i < until + MOST_BETWEEN && i < text.length; i++) {
      if (text[i] === '\n' && text[i + 1] === '\n') return undefined
      if (!beginsWord(text, i) || !/[\da-zà-ü]/i.test(text[i]!)) continue
      const end = endOf(DATE, text, i)
      if (end !== -1 && endsWord(text, end) && !/^[-/.]\d/.test(text.slice(end, end + 2)))
        return text.slice(i, end) === '1970-01-01' ? undefined : { start: i, end, score: 0.85 }
    }
    return undefined
  },
  examples: {
    yes: [
      'She was born on «6/4/1967».',
      'dob: «1984-11-02»',
      'Geburtsdatum: «12.03.1979»',
      '"birth_date": "«1990-01-31»"',
      'née le «4 août 1961»',
      'date of birth, «March 3rd, 1955»',
    ],
    no: [
      'released on 1984-11-02',
      'born to run in 1975',
      'dob: "YYYY-MM-DD"',
      'the birth of v1.2.3',
      'inborn 3/4',
      'birthtime: Mon, 10 Oct 2011',
      'dob: 1970-01-01',
    ],
  },
}
