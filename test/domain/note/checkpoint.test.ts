import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { toBase64 } from '../../../src/domain/bytes.ts'
import type { Checkpoint } from '../../../src/domain/note/checkpoint.ts'
import {
  encodeCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from '../../../src/domain/note/checkpoint.ts'
import { signNote } from '../../../src/domain/note/note.ts'
import { verifierKeyOf } from '../../../src/domain/note/verifierKey.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
/** The example of the tlog-checkpoint specification. */
const SPEC = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`

const reasonOf = (text: string): string => {
  const parsed = parseCheckpoint(text)
  return Result.isFailure(parsed) ? parsed.failure.reason : 'none'
}

describe('a checkpoint', () => {
  it('is the one of the specification', () => {
    const checkpoint = Result.getOrThrow(parseCheckpoint(SPEC))
    expect(checkpoint.origin).toBe('example.com/behind-the-sofa')
    expect(checkpoint.size).toBe(20852163)
    expect(toBase64(checkpoint.root)).toBe(ROOT)
    expect(checkpoint.extensions).toBeUndefined()
    expect(Result.getOrThrow(encodeCheckpoint(checkpoint))).toBe(SPEC)
  })

  it('written and parsed is the same, its size exact up to 2^64 - 1', () => {
    const line = fc
      .string({ minLength: 1, maxLength: 30 })
      .filter((text) => Array.from(text).every((char) => char >= ' '))
    fc.assert(
      fc.property(
        line,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.array(line, { minLength: 1, maxLength: 3 }),
        (origin, size, root, extensions) => {
          const checkpoint: Checkpoint = { origin, size, root, extensions }
          const text = Result.getOrThrow(encodeCheckpoint(checkpoint))
          const back = Result.getOrThrow(parseCheckpoint(text))
          expect({ ...back, size: BigInt(back.size) }).toEqual(checkpoint)
          expect(typeof back.size).toBe(size <= 2n ** 53n - 1n ? 'number' : 'bigint')
        },
      ),
    )
  })

  it('is refused when a line is missing, empty or not what it should be', () => {
    expect(reasonOf('')).toBe('lines')
    expect(reasonOf('a\n1\n')).toBe('lines')
    expect(reasonOf(`a\n1\n${ROOT}`)).toBe('lines')
    expect(reasonOf(`\n1\n${ROOT}\n`)).toBe('origin')
    for (const size of ['', '-1', '01', '00', '1.0', '1e3', '0x1', ' 1', '1 ', '+1', '١'])
      expect(reasonOf(`a\n${size}\n${ROOT}\n`), size).toBe('size')
    expect(reasonOf(`a\n18446744073709551615\n${ROOT}\n`)).toBe('none')
    expect(reasonOf(`a\n18446744073709551616\n${ROOT}\n`)).toBe('size')
    expect(reasonOf(`a\n${'9'.repeat(100_000)}\n${ROOT}\n`)).toBe('size')
    for (const root of [
      '',
      ROOT.slice(0, -1),
      `${ROOT}=`,
      toBase64(new Uint8Array(31)),
      ` ${ROOT}`,
    ])
      expect(reasonOf(`a\n1\n${root}\n`), root).toBe('root')
    // The last digit before the padding has two bits that say nothing and must be zero.
    expect(reasonOf(`a\n1\n${ROOT.slice(0, -2)}J=\n`)).toBe('root')
    expect(reasonOf(`a\n1\n${ROOT}\n\n`)).toBe('lines')
    expect(reasonOf(`a\n1\n${ROOT}\nextension\n`)).toBe('none')
  })

  it('cannot be written with a size, root or origin that is none', () => {
    const root = new Uint8Array(32)
    for (const bad of [
      { origin: '', size: 1, root },
      { origin: 'two\nlines', size: 1, root },
      { origin: 'a', size: -1, root },
      { origin: 'a', size: 1.5, root },
      { origin: 'a', size: 1e21, root },
      { origin: 'a', size: 2n ** 64n, root },
      { origin: 'a', size: 1, root: root.subarray(1) },
      { origin: 'a', size: 1, root, extensions: [''] },
    ])
      expect(Result.isFailure(encodeCheckpoint(bad))).toBe(true)
  })
})

describe('opening a signed checkpoint', () => {
  const { publicKey, sign } = ed25519Signer(new Uint8Array(32).fill(5))
  const key = Result.getOrThrow(verifierKeyOf(sha256, 'example.com/log', publicKey))
  const checkpoint = { origin: 'example.com/log', size: 7, root: new Uint8Array(32).fill(3) }
  const body = Result.getOrThrow(encodeCheckpoint(checkpoint))
  const note = Result.getOrThrow(signNote(body, [{ key, sign }]))
  const tagOf = (note: string, origin?: string): string => {
    const opened = openCheckpoint(verifyEd25519, note, key, origin)
    return Result.isFailure(opened) ? opened.failure._tag : 'opened'
  }

  it('gives what was signed', () => {
    expect(Result.getOrThrow(openCheckpoint(verifyEd25519, note, key))).toEqual(checkpoint)
  })

  it('tells apart a note that is none, unsigned, no checkpoint, and of another log', () => {
    expect(tagOf(body)).toBe('NoteMalformed')
    expect(tagOf(note.replace('\n7\n', '\n8\n'))).toBe('NoteUnverified')
    expect(tagOf(Result.getOrThrow(signNote('hello\n', [{ key, sign }])))).toBe(
      'CheckpointMalformed',
    )
    expect(tagOf(note, 'example.com/other')).toBe('WrongOrigin')
    const renamed = body.replace('example.com/log', 'example.com/other')
    expect(tagOf(Result.getOrThrow(signNote(renamed, [{ key, sign }])))).toBe('WrongOrigin')
  })
})

describe('reading anything at all', () => {
  it('ends in a result, never in a throw, and what is accepted has one spelling', () => {
    const piece = fc.constantFrom('origin', '\n', '0', '12', ROOT, '\n\n', '\u0000')
    const text = fc
      .array(fc.oneof(piece, fc.string()), { maxLength: 12 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseCheckpoint(text)
        if (Result.isSuccess(parsed))
          expect(Result.getOrThrow(encodeCheckpoint(parsed.success))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
