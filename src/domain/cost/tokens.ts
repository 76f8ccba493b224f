// The classes of tokens that a message is billed by, and counts of them. Counts are whole numbers with
// a bound that no message reaches, so that prices times counts never leave the safe integers.
import * as Schema from 'effect/Schema'

/** `web_search` counts requests; the rest are tokens. */
export const TOKEN_CLASSES = [
  'input',
  'output',
  'cache_write_5m',
  'cache_write_1h',
  'cache_read',
  'web_search',
] as const
export type TokenClass = (typeof TOKEN_CLASSES)[number]

export type TokenCounts = Readonly<Record<TokenClass, number>>

/**
 * Of one class in one message, at most: twenty times the largest context. At the highest price that a
 * table may name (10^6 nano-dollars a token) all classes together stay below 2^53 nano-dollars.
 */
export const MOST_TOKENS = 20_000_000

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS

/** Counts as a state holds them, in the order of TOKEN_CLASSES. */
export const TokenRow = Schema.Tuple([
  Schema.Int,
  Schema.Int,
  Schema.Int,
  Schema.Int,
  Schema.Int,
  Schema.Int,
])
export type TokenRow = typeof TokenRow.Type

export const countsOf = (of: (name: TokenClass) => number): TokenCounts =>
  Object.fromEntries(TOKEN_CLASSES.map((name) => [name, of(name)])) as TokenCounts

export const rowOf = (counts: TokenCounts): TokenRow =>
  TOKEN_CLASSES.map((name) => counts[name]) as unknown as TokenRow

export const fromRow = (row: TokenRow): TokenCounts =>
  countsOf((name) => row[TOKEN_CLASSES.indexOf(name)]!)

/** Class by class the larger: what a message's records come to, in whatever order they are read. */
export const most = (a: TokenCounts, b: TokenCounts): TokenCounts =>
  countsOf((name) => Math.max(a[name], b[name]))

export const isNothing = (counts: TokenCounts): boolean =>
  TOKEN_CLASSES.every((name) => counts[name] === 0)

/** What the model was given: all but its answer. Some prices depend on how long it was. */
export const promptTokens = (counts: TokenCounts): number =>
  counts.input + counts.cache_read + counts.cache_write_5m + counts.cache_write_1h

/** Without the classes that are nothing, as an entry of the log holds them. */
export const listed = (counts: TokenCounts): Readonly<Record<string, number>> =>
  Object.fromEntries(
    TOKEN_CLASSES.flatMap((name) => (counts[name] === 0 ? [] : [[name, counts[name]]])),
  )

/** The inverse of `listed`; what is no count of a known class is 0. */
export const fromListed = (tokens: Readonly<Record<string, number>>): TokenCounts =>
  countsOf((name) => (Object.hasOwn(tokens, name) ? Math.max(0, tokens[name]!) : 0))
