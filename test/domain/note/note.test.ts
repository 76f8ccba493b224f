import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { concat, toBase64, utf8 } from '../../../src/domain/bytes.ts'
import type { NoteSigner, SignedNote } from '../../../src/domain/note/note.ts'
import {
  encodeNote,
  MAX_NOTE_BYTES,
  MAX_NOTE_SIGNATURES,
  parseNote,
  signNote,
  verifyNote,
} from '../../../src/domain/note/note.ts'
import { parseVerifierKey, verifierKeyOf } from '../../../src/domain/note/verifierKey.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'

const signerOf = (name: string, fill: number): NoteSigner => {
  const { publicKey, sign } = ed25519Signer(new Uint8Array(32).fill(fill))
  return { key: Result.getOrThrow(verifierKeyOf(sha256, name, publicKey)), sign }
}
const log = signerOf('example.com/log', 1)
const witness = signerOf('witness.example', 2)
const text = 'first line\n\nthird line\n'
const signed = Result.getOrThrow(signNote(text, [log]))

const reasonOf = (note: string | Uint8Array): string => {
  const parsed = parseNote(note)
  return Result.isFailure(parsed) ? parsed.failure.reason : 'none'
}
const check = (note: string, signers: ReadonlyArray<NoteSigner>): string => {
  const parsed = parseNote(note)
  if (Result.isFailure(parsed)) return parsed.failure.reason
  const verified = verifyNote(
    verifyEd25519,
    parsed.success,
    signers.map(({ key }) => key),
  )
  return Result.isFailure(verified)
    ? verified.failure.reason
    : verified.success.map(({ name }) => name).join(' ')
}

/** The example of the Go checksum database's note package, which signed-note was written from. */
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const GO_NOTE =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n" +
  '\n' +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

describe('a signed note', () => {
  it('of another implementation verifies under its published key', () => {
    const key = Result.getOrThrow(parseVerifierKey(sha256, GO_KEY))
    const note = Result.getOrThrow(parseNote(GO_NOTE))
    expect(note.text).toBe(GO_NOTE.slice(0, GO_NOTE.indexOf('\n\n') + 1))
    expect(Result.isSuccess(verifyNote(verifyEd25519, note, [key]))).toBe(true)
  })

  it('has its text up to the last blank line, and one signature a line', () => {
    const note = Result.getOrThrow(parseNote(signed))
    expect(note.text).toBe(text)
    expect(note.signatures.map(({ name }) => name)).toEqual(['example.com/log'])
    expect(signed).toMatch(/^first line\n\nthird line\n\n— example\.com\/log [A-Za-z0-9+/]+=*\n$/)
    expect(check(signed, [log])).toBe('example.com/log')
  })

  it('parsed and encoded again is the same text', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((s) =>
      // eslint-disable-next-line no-control-regex
      s.replace(/[\u0000-\u001f]/g, '_'),
    )
    const signature = fc.record({
      name: fc.stringMatching(/^[a-zé./-]{1,20}$/),
      keyId: fc.nat({ max: 0xffff_ffff }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    })
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.array(signature, { minLength: 1, maxLength: 5 }),
        (lines, signatures) => {
          const note: SignedNote = { text: `${lines.join('\n')}\n`, signatures }
          const encoded = Result.getOrThrow(encodeNote(note))
          expect(Result.getOrThrow(parseNote(encoded))).toEqual(note)
          expect(Result.getOrThrow(parseNote(utf8(encoded)))).toEqual(note)
        },
      ),
    )
  })

  it('is refused when it is not of the form', () => {
    const sig = signed.slice(signed.lastIndexOf('\n\n') + 2)
    expect(reasonOf('')).toBe('no-final-newline')
    expect(reasonOf('text\n')).toBe('no-signatures')
    expect(reasonOf('text\n\n')).toBe('no-signatures')
    expect(reasonOf(`text\n${sig}`)).toBe('no-signatures')
    expect(reasonOf(signed.slice(0, -1))).toBe('no-final-newline')
    expect(reasonOf(`${signed}\n`)).toBe('no-signatures')
    expect(reasonOf(signed.replace('first', 'fi\trst'))).toBe('control-character')
    expect(reasonOf(signed.replaceAll('\n', '\r\n'))).toBe('control-character')
    expect(reasonOf(signed.replace('first', 'fi\u0000rst'))).toBe('control-character')
    expect(reasonOf(signed.replace('first', 'fi\ud800rst'))).toBe('not-utf8')
    expect(reasonOf(concat(utf8('\ufefftext'), Uint8Array.of(0xff), utf8(signed)))).toBe('not-utf8')
    expect(reasonOf(`${'x'.repeat(MAX_NOTE_BYTES)}\n\n${sig}`)).toBe('too-large')
  })

  it('is refused for any signature line that is not one, even beside a good one', () => {
    const base64 = toBase64(concat(new Uint8Array(4), new Uint8Array(64)))
    for (const line of [
      `- name ${base64}`,
      `—name ${base64}`,
      `— ${base64}`,
      `—  name ${base64}`,
      `— name  ${base64}`,
      `— name ${base64} `,
      `— na+me ${base64}`,
      `— na\u00a0me ${base64}`,
      `— na\u2028me ${base64}`,
      `— na\u0085me ${base64}`,
      `— name `,
      `— name`,
      `— name ${toBase64(new Uint8Array(4))}`,
      `— name ${base64.replace(/=+$/, '')}`,
      `— name ${base64.slice(0, -4)}AAB=`,
      `— name ${base64.replaceAll('A', '_')}`,
      '',
    ])
      expect(reasonOf(`${signed}${line}\n`), JSON.stringify(line)).toMatch(
        line === '' ? 'no-signatures' : 'signature-line',
      )
  })

  it('may carry a hundred signatures and no more', () => {
    const one = signed.slice(signed.lastIndexOf('\n\n') + 2)
    const body = signed.slice(0, signed.lastIndexOf('\n\n') + 2)
    expect(check(body + one.repeat(MAX_NOTE_SIGNATURES), [log])).toBe('example.com/log')
    expect(reasonOf(body + one.repeat(MAX_NOTE_SIGNATURES + 1))).toBe('too-many-signatures')
  })
})

describe('reading anything at all', () => {
  it('ends in a result, never in a throw', () => {
    const piece = fc.constantFrom(
      '\n',
      '\n\n',
      '— ',
      'name ',
      'AAAAAAAA',
      '=',
      '+',
      '\ud800',
      '\u0000',
      ' ',
    )
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(anything, (note) => {
        const parsed = parseNote(note)
        if (Result.isFailure(parsed)) return
        const whole =
          typeof note === 'string'
            ? note
            : new TextDecoder('utf-8', { ignoreBOM: true }).decode(note)
        expect(Result.getOrThrow(encodeNote(parsed.success))).toBe(whole)
      }),
      { numRuns: 500 },
    )
  })
})

describe('verifying a note', () => {
  it('says which of the known keys signed it', () => {
    const both = Result.getOrThrow(signNote(text, [log, witness]))
    expect(check(both, [log])).toBe('example.com/log')
    expect(check(both, [witness])).toBe('witness.example')
    expect(check(both, [witness, log])).toBe('example.com/log witness.example')
  })

  it('ignores signatures of unknown keys, whatever they are', () => {
    const junk = `— example.com/log ${toBase64(new Uint8Array(5).fill(9))}\n`
    const other = `— other.example ${toBase64(new Uint8Array(5000).fill(9))}\n`
    expect(check(signed + junk + other, [log])).toBe('example.com/log')
    expect(check(signed, [witness])).toBe('unknown-signers')
    expect(check(signed, [])).toBe('unknown-signers')
  })

  it('ignores a key of the same name and another ID, and of the same ID and another name', () => {
    const sameName = signerOf('example.com/log', 3)
    const sameId: NoteSigner = { ...log, key: { ...log.key, name: 'renamed.example' } }
    expect(check(signed, [sameName])).toBe('unknown-signers')
    expect(check(signed, [sameId])).toBe('unknown-signers')
  })

  it('condemns the note for one bad signature of a known key, even beside good ones', () => {
    const forged = (length: number): string => {
      const bytes = new Uint8Array(4 + length).fill(1)
      new DataView(bytes.buffer).setUint32(0, witness.key.keyId)
      return `— witness.example ${toBase64(bytes)}\n`
    }
    for (const length of [1, 63, 64, 65])
      expect(check(signed + forged(length), [log, witness])).toBe('bad-signature')
    expect(check(signed + forged(64), [log])).toBe('example.com/log')
    const good = signed.slice(signed.lastIndexOf('\n\n') + 2)
    expect(check(signed + forged(64).replace('witness.example', 'x') + good, [log])).toBe(
      'example.com/log',
    )
  })

  it('finds any flipped byte of the text or of the signature', () => {
    const bytes = utf8(signed)
    const survivors: Array<number> = []
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Uint8Array.from(bytes)
      flipped[at]! ^= 1
      const parsed = parseNote(flipped)
      if (Result.isFailure(parsed)) continue
      if (Result.isSuccess(verifyNote(verifyEd25519, parsed.success, [log.key]))) survivors.push(at)
    }
    expect(survivors).toEqual([])
  })
})

describe('signing a note', () => {
  it('refuses texts and signers that could not be read back', () => {
    for (const bad of ['', 'no newline', 'tab\t\n', 'half \ud800\n', 'cr\r\n'])
      expect(Result.isFailure(signNote(bad, [log])), JSON.stringify(bad)).toBe(true)
    expect(Result.isFailure(signNote('text\n', []))).toBe(true)
    const spaced = { ...log, key: { ...log.key, name: 'two words' } }
    expect(Result.isFailure(signNote('text\n', [spaced]))).toBe(true)
  })
})
