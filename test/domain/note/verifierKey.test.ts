import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { toBase64, toHex } from '../../../src/domain/bytes.ts'
import {
  encodeVerifierKey,
  keyId,
  parseVerifierKey,
  verifierKeyOf,
} from '../../../src/domain/note/verifierKey.ts'
import { ed25519Signer, sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { sha256 as portable } from '../../../src/infra/verifier/portableCrypto.ts'

const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const SUMDB_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'

const reasonOf = (text: string): string => {
  const parsed = parseVerifierKey(sha256, text)
  return Result.isFailure(parsed) ? parsed.failure.reason : 'none'
}

describe('a verifier key', () => {
  it('published by others has the key ID that its name and bytes have', () => {
    for (const text of [GO_KEY, SUMDB_KEY]) {
      const key = Result.getOrThrow(parseVerifierKey(sha256, text))
      expect(encodeVerifierKey(key)).toBe(text)
      expect(keyId(portable, key.name, key.publicKey)).toBe(key.keyId)
    }
    expect(Result.getOrThrow(parseVerifierKey(sha256, GO_KEY)).keyId).toBe(0xc74f20a3)
  })

  it('written and parsed is the same key', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.stringMatching(/^[a-zé./-]{1,30}$/),
        (seed, name) => {
          const { publicKey } = ed25519Signer(seed)
          const key = Result.getOrThrow(verifierKeyOf(sha256, name, publicKey))
          const back = Result.getOrThrow(parseVerifierKey(sha256, encodeVerifierKey(key)))
          expect(back.name).toBe(name)
          expect(toHex(back.publicKey)).toBe(toHex(publicKey))
          expect(back).toEqual(key)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is refused when its parts do not belong together or are not what they should be', () => {
    expect(reasonOf('')).toBe('format')
    expect(reasonOf('PeterNeumann')).toBe('format')
    expect(reasonOf(GO_KEY.replace('c74f20a3', 'C74F20A3'))).toBe('format')
    expect(reasonOf(GO_KEY.replace('c74f20a3', '74f20a3'))).toBe('format')
    expect(reasonOf(`${GO_KEY}\n`)).toBe('format')
    expect(reasonOf(` ${GO_KEY}`)).toBe('name')
    expect(reasonOf(GO_KEY.replace('PeterNeumann', ''))).toBe('name')
    expect(reasonOf(GO_KEY.replace('c74f20a3', 'c74f20a4'))).toBe('key-id')
    expect(reasonOf(GO_KEY.replace('PeterNeumann', 'PeterNeumanm'))).toBe('key-id')
    expect(reasonOf(GO_KEY.replace('+ARpc', '+BRpc'))).toBe('algorithm')
    expect(reasonOf(GO_KEY.replace('+ARpc', '+ARpd'))).toBe('key-id')
    const identity = Uint8Array.of(1, 1, ...new Uint8Array(31))
    expect(reasonOf(`x+00000000+${toBase64(identity)}`)).toBe('weak-key')
    expect(reasonOf(`x+00000000+${toBase64(identity.subarray(0, 32))}`)).toBe('weak-key')
    expect(reasonOf(`x+00000000+`)).toBe('format')
    expect(reasonOf(`x+00000000+${'A'.repeat(1_000_000)}`)).toBe('format')
  })

  it('cannot be made of a bad name or a weak key', () => {
    const { publicKey } = ed25519Signer(new Uint8Array(32))
    for (const name of [
      '',
      'two words',
      'plus+',
      'nbsp\u00a0',
      'line\n',
      'half\ud800',
      'nul\u0000',
    ])
      expect(Result.isFailure(verifierKeyOf(sha256, name, publicKey)), name).toBe(true)
    expect(Result.isFailure(verifierKeyOf(sha256, 'ok', new Uint8Array(32)))).toBe(true)
    expect(Result.isFailure(verifierKeyOf(sha256, 'ok', publicKey.subarray(1)))).toBe(true)
  })
})
