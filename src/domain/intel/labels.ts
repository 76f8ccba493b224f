// The labels of a model, as its own config.json names them (`id2label`), and which kinds of values ours
// they are. A label that is no kind of ours is dropped, never guessed.
import * as Result from 'effect/Result'
import type { EntityType } from '../sensitive/span.ts'

const MOST_LABELS = 1024

/** The names by their number, from 0 without a gap. Failure is what is wrong, as a sentence's end. */
export const labelsOf = (config: unknown): Result.Result<ReadonlyArray<string>, string> => {
  const found = (config as { readonly id2label?: unknown } | null)?.id2label
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    return Result.fail('has no id2label')
  const names = Object.entries(found as Readonly<Record<string, unknown>>)
  if (names.length === 0 || names.length > MOST_LABELS) return Result.fail('has no usable id2label')
  const labels: Array<string> = []
  for (let id = 0; id < names.length; id++) {
    const name = (found as Readonly<Record<string, unknown>>)[String(id)]
    if (typeof name !== 'string' || name === '' || name.length > 200)
      return Result.fail(`has no name for label ${id} in id2label`)
    labels.push(name)
  }
  return Result.succeed(labels)
}

/** `O`: outside of any value. The rest as in BIO and BIOES; a label without a letter is an inside. */
export type Place = 'O' | 'B' | 'I' | 'E' | 'S'

export interface TokenLabel {
  readonly place: Place
  /** Undefined where the label is no kind of ours: such tokens end a value, and make none. */
  readonly type: EntityType | undefined
}

const OUTSIDE: TokenLabel = { place: 'O', type: undefined }

/** `U` and `L` are what BILOU calls single and last. */
const PLACES: Readonly<Record<string, Place>> = { B: 'B', I: 'I', E: 'E', S: 'S', U: 'S', L: 'E' }

export const tokenLabelOf = (name: string): TokenLabel => {
  if (name === 'O' || name.toUpperCase() === 'OTHER') return OUTSIDE
  const [, letter, kind] = /^([BIESUL])[-_](.+)$/.exec(name) ?? []
  return letter === undefined
    ? { place: 'I', type: typeOf(name) }
    : { place: PLACES[letter]!, type: typeOf(kind!) }
}

/** Kinds that models name as we do. */
const SAME: ReadonlyArray<EntityType> = [
  'AGE',
  'CREDIT_CARD',
  'DATE_OF_BIRTH',
  'DATE_TIME',
  'EMAIL_ADDRESS',
  'FINANCIAL',
  'IBAN_CODE',
  'IMEI',
  'IP_ADDRESS',
  'LOCATION',
  'MAC_ADDRESS',
  'NRP',
  'ORGANIZATION',
  'PASSWORD',
  'PERSON',
  'PHONE_NUMBER',
  'TITLE',
  'URL',
  'US_BANK_NUMBER',
  'US_ITIN',
  'US_LICENSE_PLATE',
  'US_PASSPORT',
  'US_SSN',
]

/** Other models' names of the same. In upper case, without dashes. */
const OTHER: Readonly<Record<string, EntityType>> = {
  ACCOUNT_NUMBER: 'FINANCIAL',
  ADDRESS: 'ADDRESS',
  COORDINATE: 'COORDINATES',
  COORDINATES: 'COORDINATES',
  EMAIL: 'EMAIL_ADDRESS',
  LOC: 'LOCATION',
  ORG: 'ORGANIZATION',
  PER: 'PERSON',
  PHONE: 'PHONE_NUMBER',
  PRIVATE_ADDRESS: 'ADDRESS',
  PRIVATE_DATE: 'DATE_TIME',
  PRIVATE_EMAIL: 'EMAIL_ADDRESS',
  PRIVATE_PERSON: 'PERSON',
  PRIVATE_PHONE: 'PHONE_NUMBER',
  PRIVATE_URL: 'URL',
  SECRET: 'SECRET',
  US_DRIVER_LICENSE: 'US_DRIVER_LICENSE',
}

const TYPES: ReadonlyMap<string, EntityType> = new Map([
  ...SAME.map((type) => [type, type] as const),
  ...Object.entries(OTHER),
])

const typeOf = (kind: string): EntityType | undefined =>
  TYPES.get(kind.toUpperCase().replaceAll(/[-\s]/g, '_'))
