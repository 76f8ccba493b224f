// Builds the golden logs of test/golden: small exported logs with a published key, whose every byte
// follows from this script. Later versions must go on verifying and reading them; a new one is added
// when the format of new logs changes, and none is ever changed to make a test pass.
//
//   node scripts/build-golden.ts
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { toBase64, toHex, u64be, utf8 } from '../src/domain/bytes.ts'
import type { Entry } from '../src/domain/event/envelope.ts'
import { encodeEntry } from '../src/domain/event/envelope.ts'
import type { WitnessEvent } from '../src/domain/event/event.ts'
import {
  Chunk,
  ConfigChanged,
  ControlPlaneStarted,
  ControlPlaneStopped,
  GapFound,
  HookReceived,
  HookRejected,
  LogCreated,
  ModeChanged,
  PostureChanged,
  Resumed,
  Suspended,
  ToolFinished,
} from '../src/domain/event/event.ts'
import { Digest } from '../src/domain/hash.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../src/domain/merkle/frontier.ts'
import { leafHash } from '../src/domain/merkle/hash.ts'
import { buildInclusion } from '../src/domain/merkle/proof.ts'
import {
  bundlePath,
  CHECKPOINT_PATH,
  encodeBundle,
  encodeTile,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesAtLevel,
  tilesOf,
} from '../src/domain/merkle/tile.ts'
import { encodeCheckpoint } from '../src/domain/note/checkpoint.ts'
import { signNote } from '../src/domain/note/note.ts'
import { encodeTlogProof } from '../src/domain/note/tlogProof.ts'
import { encodeVerifierKey, verifierKeyOf } from '../src/domain/note/verifierKey.ts'
import { ed25519Signer, sha256 } from '../src/infra/crypto/nodeCrypto.ts'
import { decisionEventAt } from './goldenDecisions.ts'

export const GOLDEN_DIR = path.join(import.meta.dirname, '../test/golden')

interface GoldenLog {
  /** Folder below GOLDEN_DIR. */
  readonly dir: string
  readonly origin: string
  readonly size: number
  /** Sizes at which the log was also signed, for comparing with. */
  readonly earlier: ReadonlyArray<number>
  /** Entries with a proof of their own. */
  readonly proven: ReadonlyArray<number>
  readonly session: (index: number) => string | null
  readonly event: (index: number, verifierKey: string) => WitnessEvent
}

const ORIGIN = 'isonapse.example/golden'
const SIZE = 300
const DECISIONS = 'isonapse.example/golden/decisions'
const START = Date.UTC(2026, 0, 1)
const SEED = sha256(utf8('isonapse golden log: this key is public and signs nothing else'))

/** Bytes that look random and are the same in every run. */
const pseudoRandom = (label: string, count: number): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, i) =>
    sha256(SEED, utf8(label), u64be(i)),
  )
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, count))
}

const eventAt = (index: number, verifierKey: string): WitnessEvent => {
  const toolUseId = `toolu_${toHex(pseudoRandom(`use ${index - (index % 2)}`, 8))}`
  if (index === 0)
    return new LogCreated({ origin: ORIGIN, verifierKey, authority: null, engine: '0.1.0' })
  if (index === 1)
    return new ControlPlaneStarted({ engine: '0.1.0', node: '24.0.0', platform: 'linux' })
  if (index === SIZE - 1) return new ControlPlaneStopped({ reason: 'asked' })
  switch (index % 23) {
    case 2:
      return new ModeChanged({ from: 'profile', to: 'enforce' })
    case 5:
      return new PostureChanged({ from: null, to: 'dry_run' })
    case 7:
      return new Suspended({})
    case 8:
      return new Resumed({})
    case 11:
      return new ConfigChanged({ key: 'witness.durability', value: '"fsync"' })
    case 13: {
      const data = pseudoRandom(`chunk ${index}`, index * 7)
      const digest = Digest.make(toHex(sha256(data)))
      return new Chunk({ digest, data: toBase64(data) })
    }
    case 17:
      return new HookRejected({ name: 'PreToolUse', reason: 'not-json', bytes: index })
    case 19:
      return new GapFound({ tool: 'Bash', toolUseId, seenIn: 'PostToolUse' })
  }
  if (index % 2 === 1)
    return new ToolFinished({ tool: 'Read', toolUseId, outcome: 'finished', durationMs: index / 8 })
  const bytes = 40 + (index % 50)
  return new HookReceived({
    name: 'PreToolUse',
    kind: 'tool.before',
    tool: 'Read',
    toolUseId,
    permissionMode: 'default',
    payload: {
      key: 'golden',
      nonce: toBase64(pseudoRandom(`nonce ${index}`, 12)),
      bytes,
      data: toBase64(pseudoRandom(`payload ${index}`, bytes + 16)),
    },
  })
}

const LOGS: ReadonlyArray<GoldenLog> = [
  // One full bundle of entries, one partial, and a tile above them.
  {
    dir: '',
    origin: ORIGIN,
    size: SIZE,
    earlier: [1, 100, 256],
    proven: [0, 255, 299],
    session: (index) => (index < 2 || index === SIZE - 1 ? null : `golden-${index % 3}`),
    event: eventAt,
  },
  // Decisions with what is known of the files that a call would run, and swapped inputs.
  {
    dir: 'decisions/',
    origin: DECISIONS,
    size: 100,
    earlier: [50],
    proven: [2, 99],
    session: (index) => (index === 0 ? null : `golden-${index % 2}`),
    event: (index, verifierKey) =>
      decisionEventAt(index, { origin: DECISIONS, verifierKey, random: pseudoRandom }),
  },
]

/** Every file of the golden logs by its path below GOLDEN_DIR. */
export const goldenFiles = (): ReadonlyMap<string, Uint8Array> =>
  new Map(LOGS.flatMap((log) => [...filesOf(log)].map(([name, bytes]) => [log.dir + name, bytes])))

const filesOf = (log: GoldenLog): ReadonlyMap<string, Uint8Array> => {
  const { origin, size: whole, earlier, proven } = log
  const { publicKey, sign } = ed25519Signer(SEED)
  const key = Result.getOrThrow(verifierKeyOf(sha256, origin, publicKey))
  const verifierKey = encodeVerifierKey(key)
  const checkpointOf = (size: number, root: Uint8Array): string => {
    const text = Result.getOrThrow(encodeCheckpoint({ origin, size, root }))
    return Result.getOrThrow(signNote(text, [{ key, sign }]))
  }

  const files = new Map<string, Uint8Array>([['verifier-key', utf8(`${verifierKey}\n`)]])
  const nodes = new Map<string, Uint8Array>()
  const leaves: Array<Uint8Array> = []
  let frontier = EMPTY_FRONTIER
  for (let index = 0; index < whole; index++) {
    const entry: Entry<WitnessEvent> = {
      index,
      time: START + index * 1717,
      session: log.session(index),
      event: log.event(index, verifierKey),
    }
    const leaf = Result.getOrThrow(encodeEntry(entry))
    leaves.push(leaf)
    const step = appendLeaf(sha256, frontier, leafHash(sha256, leaf))
    for (const node of step.nodes) nodes.set(`${node.level}/${node.index}`, node.hash)
    frontier = step.frontier
    if (earlier.includes(frontier.size))
      files.set(
        `checkpoint-${frontier.size}`,
        utf8(checkpointOf(frontier.size, rootOfFrontier(sha256, frontier))),
      )
  }
  const node = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`)!

  const checkpoint = checkpointOf(whole, rootOfFrontier(sha256, frontier))
  files.set(`log/${CHECKPOINT_PATH}`, utf8(checkpoint))
  for (const tile of tilesOf(whole)) {
    const hashes = Array.from({ length: tile.width }, (_, i) =>
      node(tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH + i),
    )
    files.set(`log/${tilePath(tile)}`, encodeTile(hashes))
  }
  for (const { index, width } of tilesAtLevel(0, whole)) {
    const start = index * TILE_WIDTH
    const bundle = Result.getOrThrow(encodeBundle(leaves.slice(start, start + width)))
    files.set(`log/${bundlePath(index, width)}`, bundle)
  }
  for (const index of proven) {
    const proof = buildInclusion(sha256, index, whole, node)
    const text = encodeTlogProof({ index, proof, checkpoint, extra: leaves[index]! })
    files.set(`entry-${index}.tlog-proof`, utf8(Result.getOrThrow(text)))
  }
  return files
}

if (import.meta.main) {
  for (const { dir } of LOGS)
    fs.rmSync(path.join(GOLDEN_DIR, dir, 'log'), { recursive: true, force: true })
  for (const [name, bytes] of goldenFiles()) {
    const file = path.join(GOLDEN_DIR, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, bytes)
  }
}
