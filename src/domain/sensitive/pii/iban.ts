// Bank accounts (ISO 13616): a country with its length, and check digits by MOD 97-10.
import { isAlnumAt } from '../characters.ts'
import { mod97 } from '../checksum.ts'
import { isDocumentedIban } from '../documented.ts'
import { beginsWord, endsWord } from '../characters.ts'
import { lengths, type Recogniser } from '../recogniser.ts'

/** Lengths in SWIFT's IBAN registry. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 ' +
    'DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 ' +
    'IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 ' +
    'MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 ' +
    'SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((row) => [row.slice(0, 2), Number(row.slice(2))]),
)

export const iban: Recogniser = {
  id: 'iban',
  type: 'IBAN_CODE',
  digits: { runs: lengths(2, 31), after: [2] },
  find: (text, at) => {
    const start = at - 2
    const length = LENGTHS.get(text.slice(start, at).toUpperCase())
    if (length === undefined || !beginsWord(text, start) || text[start - 1] === '-')
      return undefined
    let taken = 0
    let end = start
    // Printed in groups of four; the separator is the same throughout.
    const separator = text[start + 4]
    const grouped = separator === ' ' || separator === '-'
    let letters = ''
    while (taken < length && end < text.length) {
      if (grouped && taken > 0 && taken % 4 === 0 && text[end] === separator) end++
      if (!isAlnumAt(text, end) || text.charCodeAt(end) > 0x7a) return undefined
      letters += text[end]
      taken++
      end++
    }
    if (taken < length || !endsWord(text, end)) return undefined
    const iban = letters.toUpperCase()
    if (isDocumentedIban(iban) || mod97(iban.slice(4) + iban.slice(0, 4)) !== 1) return undefined
    return { start, end, score: 0.97 }
  },
  examples: {
    yes: [
      'IBAN «GB09YRHY41966356777071»',
      'iban: «de75 5121 0800 1245 1261 99»',
      'to «NO83-3000-1234-567».',
      '«FR7630006000011234567890189»',
    ],
    no: [
      'IBAN GB08YRHY41966356777071',
      'GB82 WEST 1234 5698 7654 32 is the registry’s example',
      'AB12 CD34 EF56',
      'build-DE75512108001245126199',
    ],
  },
}
