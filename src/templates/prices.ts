// The price table that comes with the program. A table of ours that does not parse is a defect, found
// by the tests, and throws.
import * as Result from 'effect/Result'
import { parsePrices, type PriceTable } from '../domain/cost/prices.ts'
import json from './prices.json' with { type: 'json' }

let held: PriceTable | undefined

export const priceTable = (): PriceTable =>
  (held ??= Result.getOrThrowWith(parsePrices(json), (invalid) => invalid))
