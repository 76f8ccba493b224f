// Values of an entry made fit for a state that is stored: whoever can write the store wrote the entry, and
// a state that has no canonical form, or grows with what an entry says, would end the log.

/** The last moment of the year 9999: every one up to it has a date, and sums of a few stay exact. */
const LATEST = 253_402_300_799_999

/** Epoch milliseconds that a date can be made of. */
export const soundTime = (time: number): number => Math.min(LATEST, Math.max(0, time))

/** An amount, never negative, nor negative nought. */
export const soundAmount = (amount: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, amount))

const LONGEST = 256

/** A name as a key has it: whole where it is one of the client's. */
export const soundName = (name: string): string =>
  name.length <= LONGEST ? name : name.slice(0, LONGEST).toWellFormed()
