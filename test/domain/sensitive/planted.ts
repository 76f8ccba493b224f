// Valid values made up at random, and texts to plant them in: what the laws of detection are tried on.
import * as fc from 'fast-check'
import { mod97 } from '../../../src/domain/sensitive/checksum.ts'
import { luhn } from '../../../src/domain/sensitive/checksum.ts'
import { isDocumentedCard, isDocumentedPhone } from '../../../src/domain/sensitive/documented.ts'
import { SECRETS } from '../../../src/domain/sensitive/secretRecognisers.ts'
import type { EntityType } from '../../../src/domain/sensitive/span.ts'
import { marked } from './marked.ts'

export interface Value {
  readonly type: EntityType
  readonly text: string
}

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const lower = (least: number, most: number) =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    minLength: least,
    maxLength: most,
  })

export const cards: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('4539', '4716', '5210', '5588', '2720'), digits(11))
  .map(([prefix, body]) => {
    const head = prefix + body
    return [...'0123456789'].map((check) => head + check).find(luhn)!
  })
  .filter((card) => !isDocumentedCard(card) && new Set(card).size > 4)

export const ibans: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('DE' as const, 'NO' as const, 'GB' as const), digits(18), lower(4, 4))
  .map(([country, number, bank]) => {
    const body =
      country === 'DE'
        ? number
        : country === 'NO'
          ? number.slice(0, 11)
          : bank.toUpperCase() + number.slice(0, 14)
    const check = 98 - mod97(`${body}${country}00`)
    return `${country}${String(check).padStart(2, '0')}${body}`
  })

export const emails: fc.Arbitrary<string> = fc
  .tuple(lower(2, 10), lower(2, 8), lower(4, 12), fc.constantFrom('de', 'com', 'co.uk', 'fr', 'io'))
  .map(([first, last, host, top]) => `${first}.${last}@${host}x.${top}`)

export const phones: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 212, max: 989 }), fc.integer({ min: 200, max: 989 }), digits(4))
  .map(([area, exchange, line]) => `+1 ${area} ${exchange} ${line}`)
  .filter((phone) => !isDocumentedPhone(phone.replaceAll(/\D/g, '')) && !/ 555 /.test(phone))

/** Tokens as the rows' own examples make them. */
const tokens: fc.Arbitrary<string> = fc.constantFrom(
  ...SECRETS.filter(({ id }) =>
    /^(?:github|gitlab|slack|stripe|aws-access|npm|sendgrid|shopify|digitalocean|anthropic)/.test(
      id,
    ),
  ).map(({ examples }) => {
    const { text, values } = marked(examples.yes[0]!)
    return text.slice(...values[0]!)
  }),
)

export const planted: fc.Arbitrary<Value> = fc.oneof(
  cards.map((text): Value => ({ type: 'CREDIT_CARD', text })),
  ibans.map((text): Value => ({ type: 'IBAN_CODE', text })),
  emails.map((text): Value => ({ type: 'EMAIL_ADDRESS', text })),
  phones.map((text): Value => ({ type: 'PHONE_NUMBER', text })),
  tokens.map((text): Value => ({ type: 'SECRET', text })),
)

export interface Place {
  readonly name: string
  readonly before: string
  readonly after: string
}

export const PLACES: ReadonlyArray<Place> = [
  { name: 'prose', before: 'Please note that ', after: ' belongs to a person we know.' },
  { name: 'prose, at the end', before: 'It was (as she said) ', after: '.' },
  { name: 'JSON', before: '{"id": 17, "value": "', after: '", "ok": true}' },
  { name: 'JSON in JSON', before: '{"body":"{\\"v\\":\\"', after: '\\"}\\n"}' },
  { name: '.env', before: 'DEBUG=1\nVALUE=', after: '\nPORT=8080\n' },
  { name: 'CSV', before: 'id,value,city\n17,', after: ',Oslo\n' },
  { name: 'Markdown', before: '| name | value |\n| --- | --- |\n| x | `', after: '` |\n' },
  { name: 'YAML', before: 'items:\n  - value: ', after: '\n    n: 3\n' },
  { name: 'shell', before: 'run --value "', after: '" --n 3 && true\n' },
  { name: 'XML', before: '<v>', after: '</v>' },
  { name: 'code', before: "const v = ['", after: "', 12]\n" },
  { name: 'log', before: '2024-01-31T12:00:00Z INFO got v=', after: ' from x\n' },
]
