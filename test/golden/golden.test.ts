// The golden log: what a version of this program once wrote must verify for ever, and the script
// that wrote it still writes the same bytes.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { GOLDEN_DIR, goldenFiles } from '../../scripts/build-golden.ts'
import { decodeEntry } from '../../src/domain/event/envelope.ts'
import { splitBundle } from '../../src/domain/merkle/tile.ts'
import { verifyExport, verifyProof } from '../../src/infra/verifier/verifyExport.ts'
import * as witness from '../../src/infra/verifier/witness.ts'

const file = (name: string): string => path.join(GOLDEN_DIR, name)
const text = (name: string): string => fs.readFileSync(file(name), 'utf8')
const verifierKey = text('verifier-key').trim()
const LOG = file('log')

const entries = [256, 44].flatMap((width, i) => {
  const { entries, fault } = splitBundle(
    fs.readFileSync(file(`log/tile/entries/00${i}${width === 256 ? '' : `.p/${width}`}`)),
    width,
  )
  if (fault !== undefined) throw fault
  return entries
})

describe('the golden log', () => {
  it('is what its script builds, byte for byte and file for file', () => {
    const built = goldenFiles()
    const onDisk = fs
      .readdirSync(GOLDEN_DIR, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => path.relative(GOLDEN_DIR, path.join(entry.parentPath, entry.name)))
    expect(onDisk.sort()).toEqual([...built.keys()].sort())
    for (const [name, bytes] of built)
      expect(fs.readFileSync(file(name)).equals(bytes), name).toBe(true)
  })

  it('verifies: unanchored by itself, anchored against each of its earlier checkpoints', async () => {
    const root = '3818bd131a4b15101b41c52d23172cdb062247820a24369c0b44b4b7b1ac2147'
    const alone = await Effect.runPromise(verifyExport({ dir: LOG }))
    expect(alone).toMatchObject({
      verdict: 'unanchored',
      size: 300,
      root,
      origin: 'isonapse.example/golden',
      checkpoints: 1,
      badIndex: null,
      problem: null,
    })
    for (const name of ['checkpoint-1', 'checkpoint-100', 'checkpoint-256', 'log/checkpoint']) {
      const against = await Effect.runPromise(
        verifyExport({ dir: LOG, identity: { verifierKey }, against: text(name) }),
      )
      expect(against, name).toMatchObject({ verdict: 'anchored', root, problem: null })
    }
  })

  it('has proofs that verify, with and without native code', () => {
    for (const index of [0, 255, 299]) {
      const proof = text(`entry-${index}.tlog-proof`)
      const native = Result.getOrThrow(verifyProof({ proof, identity: { verifierKey } }))
      expect(native).toMatchObject({ verdict: 'unanchored', size: 300, problem: null })
      expect(witness.verifyTlogProof(proof, entries[index]!, verifierKey)).toBe(true)
      expect(witness.verifyTlogProof(proof, entries[index + 1] ?? entries[1]!, verifierKey)).toBe(
        false,
      )
    }
  })

  it('has the signed root by the portable verifier too', () => {
    const checkpoint = witness.openCheckpoint(text('log/checkpoint'), verifierKey)
    expect(checkpoint.size).toBe(300)
    expect(witness.rootOf(entries.map(witness.leafHash))).toEqual(checkpoint.root)
  })

  it('holds entries that are still read, each at its index', () => {
    for (const [index, bytes] of entries.entries()) {
      const entry = Result.getOrThrow(decodeEntry(bytes))
      expect(entry.index).toBe(index)
      expect(entry.event._tag).not.toBe('Unknown')
    }
  })
})
