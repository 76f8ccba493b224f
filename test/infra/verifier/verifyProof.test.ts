import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Verification } from '../../../src/domain/control/methods.ts'
import type { VerifyProofOptions } from '../../../src/infra/verifier/verifyExport.ts'
import { verifyProof } from '../../../src/infra/verifier/verifyExport.ts'
import { entriesOf, LOG_KEY, makeProof, OTHER_KEY, rootOf } from './madeLog.ts'

const identity = { verifierKey: LOG_KEY.verifierKey }
const entries = entriesOf(77)
const proof = makeProof(entries, 40)
const verify = (options: Partial<VerifyProofOptions> = {}): Verification =>
  Result.getOrThrow(verifyProof({ proof, identity, ...options }))

describe('a proof of one entry', () => {
  it('is consistent, and anchored where its checkpoint is the one known elsewhere', () => {
    expect(verify()).toMatchObject({ verdict: 'unanchored', size: 77, problem: null })
    expect(verify({ leaf: entries[40]! }).verdict).toBe('unanchored')
    const against = LOG_KEY.checkpoint(77, rootOf(entries))
    expect(verify({ against })).toMatchObject({ verdict: 'anchored', checkpoints: 2 })
  })

  it('verifies for every entry of the log', () => {
    for (const index of entries.keys())
      expect(verify({ proof: makeProof(entries, index) }).verdict).toBe('unanchored')
  })

  it('needs the bytes of its entry from somewhere', () => {
    const bare = makeProof(entries, 40, { carry: false })
    expect(verify({ proof: bare, leaf: entries[40]! }).verdict).toBe('unanchored')
    const missing = verifyProof({ proof: bare, identity })
    expect(Result.isFailure(missing) && missing.failure._tag).toBe('LeafMissing')
  })

  it('is bad for another entry, place, log or key, and for any flipped byte', () => {
    expect(verify({ leaf: entries[41]! })).toMatchObject({ verdict: 'bad', badIndex: 40 })
    expect(verify({ proof: proof.replace('index 40', 'index 41') }).verdict).toBe('bad')
    expect(verify({ proof: proof.replace('index 40', 'index 77') }).verdict).toBe('bad')
    expect(verify({ identity: { verifierKey: OTHER_KEY.verifierKey } }).verdict).toBe('bad')
    expect(verify({ identity: { ...identity, origin: 'example.com/x' } }).verdict).toBe('bad')
    expect(verify({ identity: { verifierKey: 'nonsense' } }).verdict).toBe('bad')
    expect(verify({ proof: makeProof(entries, 40, { key: OTHER_KEY }) }).verdict).toBe('bad')
    expect(verify({ proof: '' }).verdict).toBe('bad')
    const survivors = Array.from(proof, (_, at) => {
      const flipped = String.fromCharCode(proof.charCodeAt(at) ^ 1)
      const changed = proof.slice(0, at) + flipped + proof.slice(at + 1)
      const result = verifyProof({ proof: changed, leaf: entries[40]!, identity })
      return Result.isSuccess(result) && result.success.verdict === 'bad' ? -1 : at
    }).filter((at) => at >= 0)
    // Extra data is not authenticated: with the entry given, only it may change.
    const extra = proof.indexOf('extra ')
    expect(survivors.every((at) => at > extra && at < proof.indexOf('\nindex'))).toBe(true)
    expect(survivors.length).toBeGreaterThan(0)
  })

  it('whose entry comes with it is bad when that was changed', () => {
    const other = makeProof(entries, 41)
    const lineOf = (text: string): string => /^extra .*$/m.exec(text)![0]
    const swapped = proof.replace(lineOf(proof), lineOf(other))
    expect(verify({ proof: swapped })).toMatchObject({ verdict: 'bad', badIndex: 40 })
  })

  it('compared with a checkpoint tells a rewritten log from one that cannot be compared', () => {
    const against = LOG_KEY.checkpoint(77, new Uint8Array(32))
    expect(verify({ against })).toMatchObject({ verdict: 'bad', badIndex: null })
    const larger = LOG_KEY.checkpoint(78, new Uint8Array(32))
    const uncompared = verify({ against: larger })
    expect(uncompared.verdict).toBe('unanchored')
    expect(uncompared.problem).toMatch('cannot be compared')
    expect(verify({ against: OTHER_KEY.checkpoint(77, rootOf(entries)) }).verdict).toBe('bad')
    expect(verify({ against: 'nonsense' }).verdict).toBe('bad')
  })

  it('of a tree beyond 2^53 is bad, not misread', () => {
    const beyond = proof.replace('index 40', `index ${2n ** 60n}`)
    expect(verify({ proof: beyond }).verdict).toBe('bad')
  })
})
