// What a message costs: a table of prices as data, each model's rows with the day they hold from, and
// the user's own prices before them. A model that the table does not name is priced by its family and
// marked as estimated; it is never free.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { promptTokens, type TokenCounts } from './tokens.ts'

/** US dollars per million tokens, to a tenth of a cent: so a token costs whole nano-dollars. */
const Price = Schema.Number.check(
  Schema.isBetween({ minimum: 0, maximum: 1000 }),
  Schema.makeFilter((price: number) => Math.abs(price * 1000 - Math.round(price * 1000)) < 1e-6),
)

const RATES = {
  input: Price,
  output: Price,
  cache_write_5m: Price,
  cache_write_1h: Price,
  cache_read: Price,
}

const Rates = Schema.Struct(RATES)
export type Rates = typeof Rates.Type

const ModelPrice = Schema.Struct({
  /** As the client names it, without a date or a provider's prefix. */
  model: Schema.String,
  /** The day it holds from, `2025-09-29` (UTC); absent: from the model's first day. */
  from: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/))),
  ...RATES,
  /** Other rates for the whole message where its prompt is longer than so many tokens. */
  above: Schema.optionalKey(Schema.Struct({ prompt: Schema.Int, ...RATES })),
})
export type ModelPrice = typeof ModelPrice.Type

export const PriceTable = Schema.Struct({
  /** Named by every charge. */
  version: Schema.String,
  source: Schema.String,
  /** US dollars for a thousand requests. */
  web_search: Price,
  models: Schema.Array(ModelPrice),
  /**
   * A word in a model's name, and the model it is then priced as: a dear one of the family rather than
   * the newest, as an estimate must not hide what is spent. The first that fits counts.
   */
  families: Schema.Array(Schema.Struct({ word: Schema.String, as: Schema.String })),
  /** What everything else is priced as. */
  otherwise: Schema.String,
})
export type PriceTable = typeof PriceTable.Type

export class PricesInvalid extends Schema.TaggedError<PricesInvalid>()('PricesInvalid', {
  detail: Schema.String,
}) {
  override get message(): string {
    return `the price table cannot be used: ${this.detail}`
  }
}

const decode = Schema.decodeUnknownResult(PriceTable)

/** A table from its JSON; fails where one of its own references leads nowhere. */
export const parsePrices = (json: unknown): Result.Result<PriceTable, PricesInvalid> => {
  const fail = (detail: string) => Result.fail(new PricesInvalid({ detail }))
  const table = decode(json)
  if (Result.isFailure(table)) return fail(String(table.failure.message).replace(/\s+/g, ' '))
  const { models, families, otherwise } = table.success
  for (const name of [otherwise, ...families.map(({ as }) => as)])
    if (!models.some(({ model }) => model === name)) return fail(`it has no price for ${name}`)
  return Result.succeed(table.success)
}

/** A table with the user's own prices before it. */
export interface Prices {
  readonly table: PriceTable
  readonly own: ReadonlyMap<string, Rates>
  /** The table's, with `+own` where there are prices of the user's. */
  readonly version: string
}

export const pricesWith = (table: PriceTable, own: ReadonlyMap<string, Rates>): Prices => ({
  table,
  own,
  version: own.size === 0 ? table.version : `${table.version}+own`,
})

/**
 * The model's name without what does not change its price: the provider's prefix (Bedrock's regions),
 * a date, a version mark, the context's length.
 */
export const plainModel = (model: string): string => {
  const at = model.indexOf('claude-')
  return (at < 0 ? model : model.slice(at))
    .replace(/\[[^\]]*\]$/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@]20\d{6}$/, '')
    .replace(/-(?:latest|0)$/, '')
}

export interface Priced {
  readonly nanodollars: number
  /** By a family's price, not the model's own. */
  readonly estimated: boolean
}

/**
 * What these tokens cost. `at`: epoch milliseconds, which row of the model holds; a time before all of
 * them takes the first.
 */
export const priceOf = (
  { table, own }: Prices,
  model: string,
  tokens: TokenCounts,
  at: number,
): Priced => {
  const { rates, estimated } = ratesFor(table, own, model, tokens, at)
  // A thousandth of a dollar per million is a nano-dollar each.
  const each = (price: number): number => Math.round(price * 1000)
  const nanodollars =
    tokens.input * each(rates.input) +
    tokens.output * each(rates.output) +
    tokens.cache_write_5m * each(rates.cache_write_5m) +
    tokens.cache_write_1h * each(rates.cache_write_1h) +
    tokens.cache_read * each(rates.cache_read) +
    tokens.web_search * Math.round(table.web_search * 1_000_000)
  return { nanodollars: Math.min(nanodollars, Number.MAX_SAFE_INTEGER), estimated }
}

const ratesFor = (
  table: PriceTable,
  own: ReadonlyMap<string, Rates>,
  model: string,
  tokens: TokenCounts,
  at: number,
): { readonly rates: Rates; readonly estimated: boolean } => {
  const plain = plainModel(model)
  const mine = own.get(model) ?? own.get(plain)
  if (mine !== undefined) return { rates: mine, estimated: false }
  const known = rowFor(table, plain, at)
  const row = known ?? rowFor(table, familyOf(table, plain), at)!
  const { above } = row
  const rates = above !== undefined && promptTokens(tokens) > above.prompt ? above : row
  return { rates, estimated: known === undefined }
}

/** The latest row that holds already, else the first. */
const rowFor = ({ models }: PriceTable, name: string, at: number): ModelPrice | undefined => {
  const day = at <= LAST_DAY ? new Date(at).toISOString().slice(0, 10) : '9999-12-31'
  const since = ({ from = '' }: ModelPrice): string => from
  const rows = models
    .filter(({ model }) => model === name)
    .sort((a, b) => (since(a) < since(b) ? -1 : 1))
  return rows.findLast((row) => since(row) <= day) ?? rows[0]
}

/** The last millisecond of the year 9999: later ones have another form of date. */
const LAST_DAY = 253_402_300_799_999

const familyOf = ({ families, otherwise }: PriceTable, plain: string): string =>
  families.find(({ word }) => plain.toLowerCase().includes(word))?.as ?? otherwise
