import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { toBase64 } from '../../../src/domain/bytes.ts'
import type { TlogProof } from '../../../src/domain/note/tlogProof.ts'
import { encodeTlogProof, parseTlogProof } from '../../../src/domain/note/tlogProof.ts'

const HASH = 'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ='
/** The example of the tlog-proof specification; its checkpoint's signatures are abridged there. */
const CHECKPOINT = `example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw==
`
const SPEC = `c2sp.org/tlog-proof@v1
index 73894
${HASH}
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=

${CHECKPOINT}`

const reasonOf = (text: string): string => {
  const parsed = parseTlogProof(text)
  return Result.isFailure(parsed) ? parsed.failure.reason : 'none'
}

describe('a tlog-proof', () => {
  it('is read as the specification writes it', () => {
    const proof = Result.getOrThrow(parseTlogProof(SPEC))
    expect(proof.index).toBe(73894)
    expect(proof.proof.map(toBase64)[0]).toBe(HASH)
    expect(proof.proof.length).toBe(3)
    expect(proof.checkpoint).toBe(CHECKPOINT)
    expect(proof.extra).toBeUndefined()
    expect(Result.getOrThrow(encodeTlogProof(proof))).toBe(SPEC)
  })

  it('written and parsed is the same, with or without extra data', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 64 }),
        fc.option(fc.uint8Array({ maxLength: 400 }), { nil: undefined }),
        (index, hashes, extra) => {
          const proof: TlogProof = {
            index,
            proof: hashes,
            checkpoint: CHECKPOINT,
            ...(extra === undefined ? {} : { extra }),
          }
          const text = Result.getOrThrow(encodeTlogProof(proof))
          const back = Result.getOrThrow(parseTlogProof(text))
          expect({ ...back, index: BigInt(back.index) }).toEqual(proof)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is refused when it is not of the form', () => {
    expect(reasonOf('')).toBe('header')
    expect(reasonOf(SPEC.replace('@v1', '@v2'))).toBe('header')
    expect(reasonOf(` ${SPEC}`)).toBe('header')
    expect(reasonOf(SPEC.replaceAll('\n', '\r\n'))).toBe('header')
    expect(reasonOf(SPEC.replace('index', 'extra !!!\nindex'))).toBe('extra')
    expect(reasonOf(SPEC.replace('index', 'extra AA==\nextra AA==\nindex'))).toBe('index')
    for (const index of ['', '-1', '01', '1.5', '18446744073709551616', ' 1'])
      expect(reasonOf(SPEC.replace('index 73894', `index ${index}`)), index).toBe('index')
    expect(reasonOf(SPEC.replace('index 73894', 'Index 73894'))).toBe('index')
    expect(reasonOf(SPEC.replace(HASH, HASH.slice(4)))).toBe('hash')
    expect(reasonOf(SPEC.replace(HASH, `${HASH} `))).toBe('hash')
    expect(reasonOf(SPEC.replace(HASH, `${HASH}\n`.repeat(70).trimEnd()))).toBe('hash')
    expect(reasonOf(SPEC.slice(0, SPEC.indexOf('\n\n')))).toBe('no-checkpoint')
    expect(reasonOf(SPEC.slice(0, SPEC.indexOf('\n\n') + 2))).toBe('no-checkpoint')
    expect(reasonOf(SPEC + 'x'.repeat(2_000_000))).toBe('too-large')
  })

  it('cannot be written with hashes or an index that are none', () => {
    const proof: TlogProof = { index: 0, proof: [], checkpoint: CHECKPOINT }
    expect(Result.isSuccess(encodeTlogProof(proof))).toBe(true)
    expect(Result.isFailure(encodeTlogProof({ ...proof, index: -1 }))).toBe(true)
    expect(Result.isFailure(encodeTlogProof({ ...proof, proof: [new Uint8Array(31)] }))).toBe(true)
    expect(Result.isFailure(encodeTlogProof({ ...proof, checkpoint: '' }))).toBe(true)
  })
})

describe('reading anything at all', () => {
  it('ends in a result, never in a throw, and what is accepted has one spelling', () => {
    const piece = fc.constantFrom(
      'c2sp.org/tlog-proof@v1\n',
      'extra ',
      'index ',
      '7',
      '\n',
      '\n\n',
      HASH,
      'x',
    )
    const text = fc
      .array(fc.oneof(piece, fc.string()), { maxLength: 12 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseTlogProof(text)
        if (Result.isSuccess(parsed))
          expect(Result.getOrThrow(encodeTlogProof(parsed.success))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
