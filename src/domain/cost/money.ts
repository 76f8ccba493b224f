// Amounts of money: billionths of a US dollar as safe integers. Sums stop at the largest of those
// instead of losing digits; nine million dollars is more than any log of one machine holds.

const NANO = 1_000_000_000

/** Of an amount that is read from somewhere: a million dollars. */
const MOST_DOLLARS = 1_000_000

/** Undefined for what is no amount: negative, not finite, or beyond a million dollars. */
export const fromDollars = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= MOST_DOLLARS
    ? Math.round(value * NANO) + 0
    : undefined

/** The sum, at most the largest safe integer. */
export const plus = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

export const dollarsOf = (nanodollars: number): number => nanodollars / NANO

/** `$12.30`, `$0.0042` where cents would say nothing of it. */
export const inDollars = (nanodollars: number): string => {
  const dollars = dollarsOf(nanodollars)
  const digits = nanodollars !== 0 && Math.abs(dollars) < 0.1 ? 4 : 2
  return nanodollars > 0 && dollars < 0.0001
    ? '< $0.0001'
    : `${dollars < 0 ? '-' : ''}$${Math.abs(dollars).toFixed(digits)}`
}
