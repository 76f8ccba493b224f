// Entries of costs for tests of the projections that fold them.
import type { Entry } from '../../src/domain/event/envelope.ts'
import { CostCharged, type WitnessEvent } from '../../src/domain/event/event.ts'
import type { FoldCrypto, Projection } from '../../src/projections/projection.ts'

export const T = Date.UTC(2026, 10, 20, 12)

export interface Told {
  readonly time?: number
  readonly session?: string | null
  readonly event: WitnessEvent
}

export const cost = (
  nanodollars: number,
  more: Partial<Omit<CostCharged, '_tag'>> = {},
): CostCharged =>
  new CostCharged({
    message: `msg_${nanodollars}`,
    model: 'claude-sonnet-4-5',
    nanodollars,
    tokens: { input: 1 },
    prices: 'test',
    ...more,
  })

/** Folds them one after the other from the beginning. */
export const folded = <S>(projection: Projection<S>, told: ReadonlyArray<Told>): S =>
  told.reduce(
    (state, { time = T, session = 's', event }, index) =>
      projection.step(state, { index, time, session, event } as Entry, {} as FoldCrypto),
    projection.initial(),
  )
