// What stands for a sensitive value in everything the model reads and the log holds: an opaque token of
// fixed length, random, so that nothing about the value can be learned from it.
import { toHex } from '../bytes.ts'

/** Random bytes in a token: 128 bits. */
export const TOKEN_BYTES = 16

/** Of other text no token is taken: the form is exact, and case counts. */
export const TOKEN = /\[PII_[0-9a-f]{32}\]/g

/** `random` must be TOKEN_BYTES long. */
export const tokenOf = (random: Uint8Array): string => `[PII_${toHex(random)}]`

/** UTF-16 units. */
export const TOKEN_LENGTH = 6 + 2 * TOKEN_BYTES

const HEAD = '[PII_'

/** Whether a text may hold a token at all; cheap. */
export const mayHoldToken = (text: string): boolean => text.includes(HEAD)

/** The tokens of a text, in order, each once. */
export const tokensIn = (text: string): ReadonlyArray<string> =>
  mayHoldToken(text) ? [...new Set(text.match(TOKEN) ?? [])] : []

/** The text with each token replaced that `valueOf` knows; others stay as they are. */
export const restored = (text: string, valueOf: (token: string) => string | undefined): string =>
  mayHoldToken(text) ? text.replace(TOKEN, (token) => valueOf(token) ?? token) : text
