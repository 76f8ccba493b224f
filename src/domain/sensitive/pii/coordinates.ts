// Where somebody is: latitude and longitude, in degrees with decimals beside a word that says so or in
// a map's link, or in degrees, minutes and seconds. Pairs of decimals alone are only numbers.
import { before } from '../context.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { beginsWord, endsWord } from '../characters.ts'

const PAIR =
  /-?(?:90|[0-8]?\d)\.\d{4,15}(?:°? ?[NS])?(?:, ?| |\/|%2C|,"lo?ng?":)-?(?:180|1[0-7]\d|\d?\d)\.\d{4,15}(?:°? ?[EW])?/iy
const WORDS =
  /\b(?:lat(?:itude)?|lo?ng?(?:itude)?|coord(?:inate)?s?|gps|location|position|geo|koordinaten|standort|ubicaci[oó]n|position)\b|latlng|lat_?lon|geo:|@$|[?&](?:q|ll|center)=$|maps/

export const coordinates: Recogniser = {
  id: 'coordinates',
  type: 'COORDINATES',
  digits: { runs: [1, 2] },
  find: (text, at, until) => {
    if (text[until] !== '.') return undefined
    const start = text[at - 1] === '-' ? at - 1 : at
    if (!beginsWord(text, start) || /[.\d]/.test(text[start - 1] ?? '')) return undefined
    const end = endOf(PAIR, text, start)
    if (end === -1 || !endsWord(text, end) || !WORDS.test(before(text, start, 40))) return undefined
    return { start, end, score: 0.75 }
  },
  examples: {
    yes: [
      'location: «48.8583701, 2.2944813»',
      'https://maps.site.com/@«-33.8567844,151.2152967»,17z',
      'gps «52.520008N 13.404954E»',
    ],
    no: ['[0.1234567, 0.7654321]', 'weights 48.8583701, 2.2944813', 'lat 1.2, 3.4'],
  },
}

const DMS =
  /\d{1,2} ?° ?\d{1,2} ?['′] ?(?:\d{1,2}(?:\.\d{1,5})? ?(?:"|″|'') ?)?[NS],? {0,2}\d{1,3} ?° ?\d{1,2} ?['′] ?(?:\d{1,2}(?:\.\d{1,5})? ?(?:"|″|'') ?)?[EWO]/y

export const sexagesimal: Recogniser = {
  id: 'coordinates-dms',
  type: 'COORDINATES',
  digits: { runs: [1, 2] },
  find: (text, at, until) => {
    if (text[until] !== '°' && text[until + 1] !== '°') return undefined
    const end = beginsWord(text, at) ? endOf(DMS, text, at) : -1
    return end === -1 || !endsWord(text, end) ? undefined : { start: at, end, score: 0.8 }
  },
  examples: { yes: ['at «48°51′29″N 2°17′40″E»'], no: ['turn 48° left', '48°51′29″N'] },
}
