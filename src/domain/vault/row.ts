// The bytes behind a row of the vault: what of a value is sealed, what its index is taken of, and what
// binds a row to its place. Any string comes back as it was, lone surrogates too.
import { concat, fromUtf8, utf8 } from '../bytes.ts'
import type { VaultRow } from '../event/event.ts'
import { TOKEN } from './token.ts'

/** First byte of a value's bytes: how the rest is encoded. */
const UTF8 = 8
const UTF16 = 16

/** What a value's length is rounded up to: the ciphertext stays in the log, and tells it no closer. */
const BLOCK = 32
const PAD = 0x80

/** Longest value that gets a row. Bytes, as they are sealed: a row must fit an entry. */
export const MOST_VALUE_BYTES = 36_000

/** UTF-8 would make all lone surrogates one character, so a text that has any travels as UTF-16LE. */
const encoded = (value: string): Uint8Array => {
  if (value.isWellFormed()) return concat(Uint8Array.of(UTF8), utf8(value))
  const bytes = new Uint8Array(1 + 2 * value.length)
  bytes[0] = UTF16
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    bytes[1 + 2 * i] = unit & 0xff
    bytes[2 + 2 * i] = unit >> 8
  }
  return bytes
}

/** What is sealed: the encoded value, a bit, and zeros up to a whole block (ISO/IEC 7816-4). */
export const plaintextOf = (value: string): Uint8Array => {
  const bytes = encoded(value)
  const padded = new Uint8Array(Math.ceil((bytes.length + 1) / BLOCK) * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = PAD
  return padded
}

/** Undefined for bytes that plaintextOf does not give. */
export const valueIn = (plaintext: Uint8Array): string | undefined => {
  let end = plaintext.length
  while (end > 0 && plaintext[end - 1] === 0) end--
  if (end < 2 || plaintext[end - 1] !== PAD) return undefined
  const bytes = plaintext.subarray(1, end - 1)
  if (plaintext[0] === UTF8) return fromUtf8(bytes)
  if (plaintext[0] !== UTF16 || bytes.length % 2 !== 0) return undefined
  let value = ''
  for (let i = 0; i < bytes.length; i += 2)
    value += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8))
  return value
}

/** What the index is the HMAC of. A type holds no NUL, so no two pairs have the same bytes. */
export const indexedBytes = (type: string, value: string): Uint8Array =>
  concat(utf8(`${type}\0`), encoded(value))

/**
 * Associated data of a row's AES-256-GCM: a row moved to another session, generation, token or type
 * does not open. A type, as a token, holds no line break.
 */
export const rowAssociatedData = (
  session: string,
  generation: number,
  { token, type }: Pick<VaultRow, 'token' | 'type'>,
): Uint8Array => utf8(`isonapse.vault-row.v1\n${generation}\n${token}\n${type}\n${session}`)

const TOKEN_ALONE = new RegExp(`^${TOKEN.source}$`)

export const isToken = (text: string): boolean => TOKEN_ALONE.test(text)

/** Room for rows in one entry, which holds the session's id too. Bytes of JSON. */
const ROWS_BYTES = 56_000

/** Rows in slices that fit an entry each, in order. */
export const sliced = (rows: ReadonlyArray<VaultRow>): ReadonlyArray<ReadonlyArray<VaultRow>> => {
  const slices: Array<Array<VaultRow>> = []
  let bytes = Infinity
  for (const row of rows) {
    const size = utf8(JSON.stringify(row)).length + 1
    if (bytes + size > ROWS_BYTES) {
      slices.push([])
      bytes = 0
    }
    slices.at(-1)!.push(row)
    bytes += size
  }
  return slices
}

/** Tokens that one VaultUsed names at most: 41 bytes each. */
const MOST_USED = 1200

export const slicedTokens = (
  tokens: ReadonlyArray<string>,
): ReadonlyArray<ReadonlyArray<string>> => {
  const slices: Array<ReadonlyArray<string>> = []
  for (let i = 0; i < tokens.length; i += MOST_USED) slices.push(tokens.slice(i, i + MOST_USED))
  return slices
}
