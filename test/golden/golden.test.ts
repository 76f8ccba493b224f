// The golden logs: what a version of this program once wrote must verify and be read for ever, and
// the script that wrote it still writes the same bytes.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { GOLDEN_DIR, goldenFiles } from '../../scripts/build-golden.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import { decodeEntry, encodeEntry } from '../../src/domain/event/envelope.ts'
import { splitBundle } from '../../src/domain/merkle/tile.ts'
import { receiptDigest } from '../../src/domain/receipt/receipt.ts'
import { sha256 } from '../../src/infra/crypto/nodeCrypto.ts'
import { FOLDS, foldInto, initialStates } from '../../src/infra/store/fold.ts'
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

describe('the golden log of decisions', () => {
  const dir = file('decisions/log')
  const key = text('decisions/verifier-key').trim()
  const { entries: stored, fault } = splitBundle(
    fs.readFileSync(path.join(dir, 'tile/entries/000.p/100')),
    100,
  )

  it('verifies, alone and against its earlier checkpoint, and so do its proofs', async () => {
    expect(fault).toBeUndefined()
    const alone = await Effect.runPromise(verifyExport({ dir }))
    expect(alone).toMatchObject({ verdict: 'unanchored', size: 100, problem: null })
    const against = text('decisions/checkpoint-50')
    const identity = { verifierKey: key }
    const anchored = await Effect.runPromise(verifyExport({ dir, identity, against }))
    expect(anchored).toMatchObject({ verdict: 'anchored', size: 100, problem: null })
    for (const index of [2, 99])
      expect(
        witness.verifyTlogProof(text(`decisions/entry-${index}.tlog-proof`), stored[index]!, key),
      ).toBe(true)
  })

  it('holds entries that are still read whole, receipts that still have their address', () => {
    const tags = new Set<string>()
    for (const [index, bytes] of stored.entries()) {
      const entry = Result.getOrThrow(decodeEntry(bytes))
      const { event } = entry
      tags.add(event._tag)
      if (event._tag === 'Unknown') throw new Error(`entry ${index} is of no known kind`)
      expect(Buffer.from(bytes).equals(Result.getOrThrow(encodeEntry({ ...entry, event })))).toBe(true)
      if (event._tag === 'DecisionMade')
        expect(receiptDigest(event.receipt, sha256)).toBe(event.receiptDigest)
    }
    for (const tag of ['DecisionMade', 'InputSwapped', 'SnapshotTaken', 'HookReceived'])
      expect(tags).toContain(tag)
  })

  it('is folded by every projection, to states that can be stored', () => {
    const states = initialStates()
    for (const bytes of stored) foldInto(states, Result.getOrThrow(decodeEntry(bytes)))
    for (const [name, { isState }] of FOLDS)
      expect([name, isState(JSON.parse(canonicalJson(states[name])))]).toEqual([name, true])
    expect(Object.keys(states.origins.sessions).length).toBeGreaterThan(0)
    expect(Object.keys(states.rates.rules).length).toBeGreaterThan(0)
  })
})
