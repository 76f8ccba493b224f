// The user's own prices, as the text of one setting: for a model that the table does not know, or for a
// contract with other prices. `model input output [cache-write-5m cache-write-1h cache-read]`, in US
// dollars per million tokens, one after the other with `;` between them.
import * as Result from 'effect/Result'
import type { Rates } from './prices.ts'

const MOST = 64
const NUMBER = /^\d{1,4}(?:\.\d{1,3})?$/

/** Failure is what is wrong, as a sentence's end. */
export const parseOwnPrices = (text: string): Result.Result<ReadonlyMap<string, Rates>, string> => {
  const found = new Map<string, Rates>()
  for (const part of text.split(';')) {
    const words = part.trim().split(/\s+/)
    const [model = '', ...numbers] = words
    if (model === '' && words.length === 1) continue
    if (!/^[\x21-\x7e]{1,128}$/.test(model)) return Result.fail('names no model')
    if ((numbers.length !== 2 && numbers.length !== 5) || !numbers.every((one) => NUMBER.test(one)))
      return Result.fail(`must have 2 or 5 prices after ${model}, to three decimals`)
    const [input, output, write5m, write1h, read] = numbers.map(Number)
    if (Math.max(...numbers.map(Number)) > 1000)
      return Result.fail(`has a price above 1000 dollars per million tokens (${model})`)
    found.set(model, {
      input: input!,
      output: output!,
      // As the provider's own prices are to each other.
      cache_write_5m: write5m ?? toThousandth(input! * 1.25),
      cache_write_1h: write1h ?? toThousandth(input! * 2),
      cache_read: read ?? toThousandth(input! * 0.1),
    })
    if (found.size > MOST) return Result.fail(`has prices for more than ${MOST} models`)
  }
  return Result.succeed(found)
}

const toThousandth = (price: number): number => Math.min(1000, Math.round(price * 1000) / 1000)
