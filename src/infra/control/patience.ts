// How long a start is waited for: as long as it gets on, and for a while after it last did.

export interface Patience {
  /** Told how far it has come. What is no more than before is no progress, whatever it says. */
  readonly told: (done: number, now: number) => boolean
  readonly isOver: (now: number) => boolean
}

/** `most`: without progress. Times are of one monotonic clock, in milliseconds. */
export const patience = (most: number, begun: number): Patience => {
  let until = begun + most
  let furthest = 0
  return {
    told: (done, now) => {
      if (!(done > furthest)) return false
      furthest = done
      until = now + most
      return true
    },
    isOver: (now) => now >= until,
  }
}
