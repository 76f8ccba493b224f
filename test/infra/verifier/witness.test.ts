import * as path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../../../src/domain/bytes.ts'
import * as witness from '../../../src/infra/verifier/witness.ts'
import {
  REFERENCE_CONSISTENCY,
  REFERENCE_INCLUSION,
  REFERENCE_LEAVES,
  REFERENCE_ROOTS,
} from '../../domain/merkle/reference.ts'

const seed = new Uint8Array(32).fill(7)
const seedKey = fromHex('ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c')!
const verifierKey = witness.encodeVerifierKey('example.com/log', seedKey)
const root = witness.rootOf(REFERENCE_LEAVES.map(witness.leafHash))
const text = witness.encodeCheckpoint({ origin: 'example.com/log', size: 8, root })
const note = witness.signNote(text, { name: 'example.com/log', seed })

describe('the portable verifier', () => {
  it('makes the roots of the reference tree from its leaves', () => {
    const hashes = REFERENCE_LEAVES.map(witness.leafHash)
    expect(hashes.map((_, i) => toHex(witness.rootOf(hashes.slice(0, i + 1))))).toEqual(
      REFERENCE_ROOTS.map(toHex),
    )
    expect(toHex(witness.nodeHash(hashes[0]!, hashes[1]!))).toBe(toHex(REFERENCE_ROOTS[1]!))
    expect(toHex(witness.rootOf([]))).toMatch(/^e3b0c442/)
  })

  it('hands out plain byte arrays', () => {
    for (const hash of [root, witness.leafHash(utf8('x')), witness.rootOf([])])
      expect(Object.getPrototypeOf(hash)).toBe(Uint8Array.prototype)
  })

  it('verifies the known proofs of the reference tree', () => {
    for (const [place, size, proof] of REFERENCE_INCLUSION) {
      const claim = {
        index: place - 1,
        size,
        leafHash: witness.leafHash(REFERENCE_LEAVES[place - 1]!),
        proof,
        root: REFERENCE_ROOTS[size - 1]!,
      }
      expect(witness.verifyInclusion(claim)).toBe(true)
      expect(witness.verifyInclusion({ ...claim, size: BigInt(size), index: 2n ** 64n - 1n })).toBe(
        false,
      )
    }
    for (const [size1, size2, proof] of REFERENCE_CONSISTENCY) {
      const [root1, root2] = [REFERENCE_ROOTS[size1 - 1]!, REFERENCE_ROOTS[size2 - 1]!]
      expect(witness.verifyConsistency({ size1, size2, proof, root1, root2 })).toBe(true)
      expect(witness.verifyConsistency({ size1, size2, proof, root1, root2: root1 })).toBe(
        size1 === size2,
      )
    }
  })

  it('signs a checkpoint and opens it again', () => {
    expect(witness.verifyNote(note, verifierKey)).toBe(true)
    expect(witness.verifyNote(witness.parseNote(note), [verifierKey])).toBe(true)
    expect(witness.verifyNote(utf8(note), witness.parseVerifierKey(verifierKey))).toBe(true)
    expect(witness.openNote(note, verifierKey)).toBe(text)
    expect(witness.openCheckpoint(note, verifierKey)).toEqual({
      origin: 'example.com/log',
      size: 8,
      root,
    })
  })

  it('reads a checkpoint from a note or from its text, signed or not', () => {
    for (const form of [note, utf8(note), witness.parseNote(note), text])
      expect(witness.parseCheckpoint(form)).toEqual({ origin: 'example.com/log', size: 8, root })
  })

  it('answers false to notes, keys and proofs that are none, and throws what is wrong', () => {
    const changed = note.replace('\n8\n', '\n9\n')
    expect(witness.verifyNote(changed, verifierKey)).toBe(false)
    expect(witness.verifyNote('nonsense', verifierKey)).toBe(false)
    expect(witness.verifyNote(note, 'nonsense')).toBe(false)
    expect(witness.verifyNote(note, [])).toBe(false)
    expect(witness.verifyTlogProof('nonsense', utf8('x'), verifierKey)).toBe(false)
    expect(() => witness.openNote(changed, verifierKey)).toThrow(witness.NoteUnverified)
    expect(() => witness.parseNote('nonsense')).toThrow(witness.NoteMalformed)
    expect(() => witness.parseCheckpoint('nonsense')).toThrow(witness.CheckpointMalformed)
    expect(() => witness.parseCheckpoint(note.slice(0, -1))).toThrow(witness.NoteMalformed)
    expect(() => witness.openCheckpoint(note, verifierKey, 'other')).toThrow(witness.WrongOrigin)
    expect(() => witness.parseVerifierKey('nonsense')).toThrow(witness.VerifierKeyMalformed)
    expect(() => witness.parseTlogProof('nonsense')).toThrow(witness.TlogProofMalformed)
    expect(() => witness.signNote('no newline', { name: 'x', seed })).toThrow(witness.NoteMalformed)
    expect(() => witness.signNote('x\n', { name: 'a b', seed })).toThrow(
      witness.VerifierKeyMalformed,
    )
  })

  it('bundles for a browser: nothing in it needs Node', async () => {
    const bundled = await build({
      entryPoints: [path.join(import.meta.dirname, '../../../src/infra/verifier/witness.ts')],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    expect(bundled.errors).toEqual([])
    const inputs = Object.keys(bundled.metafile.inputs)
    expect(inputs.some((input) => input.includes('nodeCrypto'))).toBe(false)
    expect(Object.values(bundled.metafile.outputs)[0]!.imports).toEqual([])
    expect(bundled.outputFiles[0]!.text).not.toMatch(/\bBuffer\.|require\(|process\.(?!env)/)
  })
})
