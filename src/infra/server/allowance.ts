// How often within an hour something may be done that whoever provokes it could provoke without end.

export interface Allowance {
  readonly isLeft: () => boolean
  /** Counts whether or not any is left. */
  readonly spend: () => void
}

const WITHIN_MS = 3_600_000

export const hourly = (most: number, now: () => number): Allowance => {
  let spent: Array<number> = []
  return {
    isLeft: () => {
      spent = spent.filter((time) => now() - time < WITHIN_MS)
      return spent.length < most
    },
    spend: () => {
      spent.push(now())
      if (spent.length > most) spent.shift()
    },
  }
}
