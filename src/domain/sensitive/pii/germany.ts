// Germany: the tax identification number (§ 139b AO): eleven digits, one of the first ten twice or
// thrice, check digit by ISO 7064 MOD 11,10.
import { mod11Ten } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

const isTaxId = (digits: string): boolean => {
  if (digits.startsWith('0') || !mod11Ten(digits)) return false
  const different = new Set(digits.slice(0, 10)).size
  return different === 9 || different === 8
}

export const deTaxId: Recogniser = {
  id: 'de-tax-id',
  type: 'DE_TAX_ID',
  digits: { runs: [2, 11] },
  find: findNumber({
    shape: /\d{2}([ ]?)\d{3}\1\d{3}\1\d{3}/y,
    isValid: isTaxId,
    words:
      /steuer[ -]?(?:id|nummer|identifikation)|\bidnr\b|\btin\b|tax[ _-]?id|steuerliche|\bsteuernr/,
  }),
  examples: {
    yes: ['Steuer-ID: «86095742719»', 'Steueridentifikationsnummer «86 095 742 719»'],
    no: ['Steuer-ID: 86095742718', '86095742719', 'Steuer-ID 12345678901'],
  },
}
