// Every recogniser of personal data. Their order decides nothing.
import type { Recogniser } from './recogniser.ts'
import { germanAddress, militaryAddress, poBox, streetAddress } from './pii/address.ts'
import { abn, medicare, tfn } from './pii/australia.ts'
import { dateOfBirth } from './pii/birth.ts'
import { cnpj, cpf } from './pii/brazil.ts'
import { sin } from './pii/canada.ts'
import { card } from './pii/card.ts'
import { coordinates, sexagesimal } from './pii/coordinates.ts'
import { email } from './pii/email.ts'
import { nir } from './pii/france.ts'
import { deTaxId } from './pii/germany.ts'
import { iban } from './pii/iban.ts'
import { aadhaar, pan } from './pii/india.ts'
import { fiscalCode } from './pii/italy.ts'
import { ipv4, ipv6, mac } from './pii/network.ts'
import { phone } from './pii/phone.ts'
import { pesel } from './pii/poland.ts'
import { dni, nie } from './pii/spain.ts'
import { driverLicence, itin, passport, ssn } from './pii/ssn.ts'
import { nhs, nino } from './pii/unitedKingdom.ts'
import { bech32, bitcoin, ethereum } from './pii/wallet.ts'

export const PII: ReadonlyArray<Recogniser> = [
  email,
  phone,
  card,
  iban,
  ssn,
  itin,
  passport,
  driverLicence,
  nino,
  nhs,
  deTaxId,
  nir,
  dni,
  nie,
  fiscalCode,
  aadhaar,
  pan,
  tfn,
  abn,
  medicare,
  sin,
  cpf,
  cnpj,
  pesel,
  ipv4,
  ipv6,
  mac,
  bitcoin,
  bech32,
  ethereum,
  dateOfBirth,
  streetAddress,
  germanAddress,
  poBox,
  militaryAddress,
  coordinates,
  sexagesimal,
]
