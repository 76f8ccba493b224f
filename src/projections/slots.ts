// Amounts in slots of time, as many as a window has: how much lies in the window that ends now. Slots
// are numbered from the epoch; an amount may come late, into a slot that is past.
import * as Schema from 'effect/Schema'
import { plus } from '../domain/cost/money.ts'

export const Slots = Schema.Array(Schema.Struct({ at: Schema.Int, sum: Schema.Int }))
export type Slots = typeof Slots.Type

/** Slots rising by number, with the amount added to its own; the oldest go beyond `most`. */
export const added = (slots: Slots, at: number, sum: number, most: number): Slots => {
  const place = slots.findLastIndex((slot) => slot.at <= at)
  const held = slots[place]
  const next =
    held !== undefined && held.at === at
      ? slots.with(place, { at, sum: plus(held.sum, sum) })
      : slots.toSpliced(place + 1, 0, { at, sum })
  return next.length > most ? next.slice(next.length - most) : next
}

/** The sum of the slots from `first` on. */
export const sumFrom = (slots: Slots, first: number): number =>
  slots.reduce((sum, slot) => (slot.at >= first ? plus(sum, slot.sum) : sum), 0)
