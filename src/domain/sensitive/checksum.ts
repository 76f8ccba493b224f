// Check digits of identifiers that people and their money have. All take digits as text; what is not
// of the right length fails.

/** Every digit the same, or counting up or down: made up, whatever the check digit says. */
export const isMadeUp = (digits: string): boolean =>
  /^(\d)\1*$/.test(digits) ||
  '01234567890123456789'.includes(digits) ||
  '98765432109876543210'.includes(digits)

/** ISO/IEC 7812-1, annex B. */
export const luhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48
    if (i % 2 === 1) {
      digit *= 2
      if (digit > 9) digit -= 9
    }
    sum += digit
  }
  return digits.length > 1 && sum % 10 === 0
}

export const weighted = (digits: string, weights: ReadonlyArray<number>): number =>
  weights.reduce((sum, weight, i) => sum + weight * (digits.charCodeAt(i) - 48), 0)

/** ISO 7064 MOD 97-10 over letters (A = 10) and digits; the remainder. */
export const mod97 = (text: string): number => {
  let rest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    rest = unit <= 57 ? (rest * 10 + unit - 48) % 97 : (rest * 100 + unit - 55) % 97
  }
  return rest
}

/** ISO 7064 MOD 11,10: German tax ids. */
export const mod11Ten = (digits: string): boolean => {
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digits.charCodeAt(i) - 48 + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48
}

const VERHOEFF_TIMES = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const VERHOEFF_MOVED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff's check over the dihedral group D5: Aadhaar. */
export const verhoeff = (digits: string): boolean => {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    check = Number(VERHOEFF_TIMES[check]![Number(VERHOEFF_MOVED[i % 8]![digit])])
  }
  return check === 0
}
