// Postal addresses in the shapes that only they have: a house number with a named street, the other way
// round where the language has it so, and post-office boxes.
import { beginsWord, endsWord, isDigitAt } from '../characters.ts'
import { after } from '../context.ts'
import { endOf, type Found, type Recogniser } from '../recogniser.ts'

const NAME = "(?:[A-ZÀ-ÖØ-Þ][\\p{L}.'-]{2,24}|\\d{1,3}(?:st|nd|rd|th))"
const UNIT =
  '(?:,? {0,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\\.? ?#?[\\w-]{1,6})?'
/** City, state and code of the United States, Canada, Australia; a postcode of the United Kingdom. */
const REST =
  "(?:,? {0,2}\\n? ?[A-ZÀ-Þ][\\p{L}.' -]{1,30},? {1,2}(?:[A-Z]{2,3} {1,2}\\d{4,5}(?:-\\d{4})?|[A-Z]{2} [A-Z]\\d[A-Z] ?\\d[A-Z]\\d|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}))?"
const BEFORE_STREET = new RegExp(
  `^\\d{1,5}[A-Za-z]?(?:-\\d{1,4})? (?:[NSEW]{1,2}\\.? )?(?:${NAME} ){1,3}$`,
  'u',
)
const TAIL = new RegExp(`${UNIT}${REST}`, 'uy')

/** What every example writes, and what licences say of the Free Software Foundation. */
const MADE_UP =
  /^1(?:23?4?)? (?:Main|Elm|Any|Fake|Example|First|Test|Some) $|^(?:59 Temple|51 Franklin|675 Mass) $/

const MOST_BACK = 48

/** "221 Baker Street": from the word for a street back to the number. */
const numberFirst = (text: string, at: number, until: number): Found | undefined => {
  if (!/^[A-Z]/.test(text[at]!) || text[at - 1] !== ' ' || !endsWord(text, until)) return undefined
  let end = text[until] === '.' ? until + 1 : until
  for (let i = at - 2; i > at - MOST_BACK && i >= 0; i--) {
    if (text[i] === '\n') return undefined
    if (!isDigitAt(text, i) || !beginsWord(text, i) || /[.\-/:,#]/.test(text[i - 1] ?? ' '))
      continue
    const head = text.slice(i, at)
    if (!BEFORE_STREET.test(head) || MADE_UP.test(head)) continue
    const tail = endOf(TAIL, text, end)
    if (tail !== -1) end = tail
    const whole = end > until + 1
    // A street alone is believed at the end of a line, a clause or a field.
    if (!whole && !/^(?:$|[\n,;."'<|)]| in )/.test(after(text, end, 4))) return undefined
    return { start: i, end, score: whole ? 0.8 : 0.6 }
  }
  return undefined
}

export const streetAddress: Recogniser = {
  id: 'street-address',
  type: 'ADDRESS',
  literals: [
    'street',
    'avenue',
    'road',
    'boulevard',
    'lane',
    'drive',
    'court',
    'place',
    'square',
    'terrace',
    'parkway',
    'highway',
    'crescent',
    ' st',
    ' ave',
    ' rd',
    ' blvd',
    ' ln',
    ' dr',
    ' hwy',
    ' pkwy',
  ],
  find: (text, at, until) => numberFirst(text, text[at] === ' ' ? at + 1 : at, until),
  examples: {
    yes: [
      'I live at «1600 Pennsylvania Avenue, Washington, DC 20500»',
      'ship to «42 Rosewood Ln, Apt 7B, Austin TX 78701»',
      'at «221 Baker Street», please',
      '«9 King William St, London EC4N 7TW»',
    ],
    no: [
      'on 3 Main Street tests',
      'section 4 Drive letters',
      'port 8080 Road',
      'Wall Street',
      '12 Monkeys',
      '5 In Place',
      '123 Main St',
      'Inc., 51 Franklin St, Fifth Floor, Boston, MA',
    ],
  },
}

const AFTER_STREET =
  /[a-zäöüß]{0,3}\.? {1,2}\d{1,4} ?[a-zA-Z]?(?:-\d{1,4})?(?:,? {0,2}\n?(?:[A-Z]{1,2}-)?\d{4,5}(?: [A-Z]{2})? {1,2}[A-ZÄÖÜ][\p{L}-]{1,30})?/uy
const STREET_NAME = /[A-ZÄÖÜ][\p{L}-]{2,30}$/u

export const germanAddress: Recogniser = {
  id: 'street-address-de',
  type: 'ADDRESS',
  literals: ['straße', 'strasse', 'str.', 'weg ', 'gasse', 'allee', 'platz', 'straat', 'laan '],
  find: (text, at, until) => {
    const head = STREET_NAME.exec(text.slice(Math.max(0, at - 32), at))
    const spaced = /[A-ZÄÖÜ][\p{L}-]{2,24} $/u.exec(text.slice(Math.max(0, at - 26), at))
    const name = head?.[0] ?? (/^[A-Z]/.test(text[at]!) ? spaced?.[0] : undefined)
    if (name === undefined || !beginsWord(text, at - name.length)) return undefined
    const from = text[until - 1] === ' ' || text[until - 1] === '.' ? until - 1 : until
    const end = endOf(AFTER_STREET, text, from)
    if (end === -1 || !endsWord(text, end)) return undefined
    return { start: at - name.length, end, score: /\d{4}/.test(text.slice(at, end)) ? 0.8 : 0.6 }
  },
  examples: {
    yes: [
      'Ich wohne in der «Lindenstraße 14, 10969 Berlin»',
      '«Hauptstr. 5»',
      'naar «Nassaustraat 123»',
    ],
    no: ['straße', 'der Weg ist 3 km lang', 'Platz 4 von 10', 'abstr. 5'],
  },
}

const PO_BOX = /p\.? ?o\.? box \d{1,6}/iy

export const poBox: Recogniser = {
  id: 'po-box',
  type: 'ADDRESS',
  literals: ['po box', 'p.o. box', 'p. o. box'],
  find: (text, at) => {
    const end = beginsWord(text, at) ? endOf(PO_BOX, text, at) : -1
    return end === -1 || !endsWord(text, end) ? undefined : { start: at, end, score: 0.7 }
  },
  examples: { yes: ['send it to «P.O. Box 4412»'], no: ['po box model', 'expo box 12'] },
}

const MILITARY =
  /(?:(?:(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,5}|USN[SV] [A-Z][\p{L}-]{1,24})(?:, ?|\n| ))?(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?/uy

/** United States military mail (USPS publication 28): a unit, a box, and a post office of the forces. */
export const militaryAddress: Recogniser = {
  id: 'military-address',
  type: 'ADDRESS',
  literals: ['unit ', 'psc ', 'cmr ', 'usns ', 'usnv ', 'apo', 'fpo', 'dpo'],
  find: (text, at) => {
    const end = beginsWord(text, at) ? endOf(MILITARY, text, at) : -1
    return end === -1 || !endsWord(text, end) ? undefined : { start: at, end, score: 0.85 }
  },
  examples: {
    yes: [
      'send to «PSC 3, Box 4120, APO AE 09021»',
      '«Unit 8411 Box 3596\nDPO AP 34698»',
      '«FPO AP 96349»',
    ],
    no: ['unit 12 tests', 'APO is a programming object', 'FPO AE 1234'],
  },
}
