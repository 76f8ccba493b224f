// What detection says of a text: spans of sensitive values, and whether the text tries to instruct the
// agent. A span is a place, never the value itself.

/** Kinds of values that rules tell. All credentials are `SECRET`; `detector` says which. */
export type RuleEntity =
  | 'ADDRESS'
  | 'AU_ABN'
  | 'AU_MEDICARE'
  | 'AU_TFN'
  | 'BR_CNPJ'
  | 'BR_CPF'
  | 'CA_SIN'
  | 'COORDINATES'
  | 'CREDIT_CARD'
  | 'CRYPTO_WALLET'
  | 'DATE_OF_BIRTH'
  | 'DE_TAX_ID'
  | 'EMAIL_ADDRESS'
  | 'ES_DNI'
  | 'ES_NIE'
  | 'FR_NIR'
  | 'IBAN_CODE'
  | 'IN_AADHAAR'
  | 'IN_PAN'
  | 'IP_ADDRESS'
  | 'IT_FISCAL_CODE'
  | 'MAC_ADDRESS'
  | 'PHONE_NUMBER'
  | 'PL_PESEL'
  | 'SECRET'
  | 'UK_NHS'
  | 'UK_NINO'
  | 'US_DRIVER_LICENSE'
  | 'US_ITIN'
  | 'US_PASSPORT'
  | 'US_SSN'

/** Kinds that only a model tells, by its own labels. */
export type ModelEntity =
  | 'AGE'
  | 'DATE_TIME'
  | 'FINANCIAL'
  | 'IMEI'
  | 'LOCATION'
  | 'NRP'
  | 'ORGANIZATION'
  | 'PASSWORD'
  | 'PERSON'
  | 'TITLE'
  | 'URL'
  | 'US_BANK_NUMBER'
  | 'US_LICENSE_PLATE'

/** Kinds that the user's own patterns tell. */
export type OwnEntity = `OWN_${string}`

export type EntityType = RuleEntity | ModelEntity | OwnEntity

/** Half open, in UTF-16 code units of the text as it was given. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly type: EntityType
  /** 0 to 1; what is below `LEAST_SCORE` is not reported. */
  readonly score: number
  /** `rules:` and the recogniser's id, `own:` and the pattern's name, or `model:` and the model's id. */
  readonly detector: string
}

/** One sign that a text instructs the agent, with its place in the text as it was given. */
export interface InjectionHit {
  readonly start: number
  readonly end: number
  readonly rule: string
  /** How much this sign alone says, 0 to 1. */
  readonly weight: number
}

/** A soft signal: where the text came from decides what follows from it. */
export interface Injection {
  readonly label: 'injection' | 'benign'
  readonly score: number
  readonly detector: string
  readonly hits: ReadonlyArray<InjectionHit>
}

export interface Detection {
  readonly spans: ReadonlyArray<Span>
  readonly injection: Injection
  /** UTF-16 units at the end that not all of the user's own patterns saw; absent where they saw all. */
  readonly ownCut?: number
}

export const LEAST_SCORE = 0.5
