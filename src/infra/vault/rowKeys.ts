// Sealing, opening and indexing of rows under the vault key of one session and generation. Key bytes
// never leave this module.
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { VaultRow } from '../../domain/event/event.ts'
import { indexedBytes, plaintextOf, rowAssociatedData, valueIn } from '../../domain/vault/row.ts'
import { decrypt, encrypt } from '../keys/aead.ts'
import { decodeBase64, encodeBase64 } from '../keys/base64.ts'
import { KEY_BYTES } from '../keys/keyFile.ts'

/** Hex digits of an index: 128 bits. */
const INDEX_DIGITS = 32

export interface RowKeys {
  readonly index: (type: string, value: string) => string
  /** `index`, where it is known already. */
  readonly seal: (token: string, type: string, value: string, index?: string) => VaultRow
  /** Undefined where any byte is not the one sealed, or the row is of another place. */
  readonly open: (row: VaultRow) => string | undefined
}

/** `vaultKey` is overwritten: what is derived of it is all that stays in memory. */
export const rowKeysOf = (session: string, generation: number, vaultKey: Uint8Array): RowKeys => {
  // RFC 5869, so that what one use gives away says nothing about the other.
  const derive = (use: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', vaultKey, '', `isonapse.vault.v1\n${use}`, KEY_BYTES)),
    )
  const sealing = derive('seal')
  const indexing = derive('index')
  vaultKey.fill(0)
  const index = (type: string, value: string): string =>
    createHmac('sha256', indexing)
      .update(indexedBytes(type, value))
      .digest('hex')
      .slice(0, INDEX_DIGITS)
  return {
    index,
    seal: (token, type, value, known = index(type, value)) => {
      const associated = rowAssociatedData(session, generation, { token, type })
      const { nonce, ciphertext } = encrypt(sealing, plaintextOf(value), associated)
      return {
        token,
        type,
        index: known,
        nonce: encodeBase64(nonce),
        data: encodeBase64(ciphertext),
      }
    },
    open: (row) => {
      const nonce = decodeBase64(row.nonce)
      const ciphertext = decodeBase64(row.data)
      if (nonce === undefined || ciphertext === undefined) return undefined
      const associated = rowAssociatedData(session, generation, row)
      const plaintext = decrypt(sealing, nonce, ciphertext, associated)
      return plaintext === undefined ? undefined : valueIn(plaintext)
    },
  }
}
