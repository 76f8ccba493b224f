// Makes exports of logs that need not be honest: any entries, any checkpoint, signed by any key.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { utf8 } from '../../../src/domain/bytes.ts'
import { encodeEntry } from '../../../src/domain/event/envelope.ts'
import { LogCreated } from '../../../src/domain/event/event.ts'
import type { Frontier } from '../../../src/domain/merkle/frontier.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../../../src/domain/merkle/frontier.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import { buildInclusion } from '../../../src/domain/merkle/proof.ts'
import {
  bundlePath,
  encodeBundle,
  encodeTile,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesAtLevel,
  tilesOf,
} from '../../../src/domain/merkle/tile.ts'
import { encodeCheckpoint } from '../../../src/domain/note/checkpoint.ts'
import { signNote } from '../../../src/domain/note/note.ts'
import { encodeTlogProof } from '../../../src/domain/note/tlogProof.ts'
import { encodeVerifierKey, verifierKeyOf } from '../../../src/domain/note/verifierKey.ts'
import { ed25519Signer, sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'

export type Files = Map<string, Uint8Array>

/** A log's key and what it signs. */
export const keyOf = (origin: string, fill: number) => {
  const { publicKey, sign } = ed25519Signer(new Uint8Array(32).fill(fill))
  const key = Result.getOrThrow(verifierKeyOf(sha256, origin, publicKey))
  return {
    origin,
    verifierKey: encodeVerifierKey(key),
    checkpoint: (size: number | bigint, root: Uint8Array): string =>
      Result.getOrThrow(
        signNote(Result.getOrThrow(encodeCheckpoint({ origin, size, root })), [{ key, sign }]),
      ),
  }
}
export type Key = ReturnType<typeof keyOf>

export const LOG_KEY = keyOf('example.com/log', 1)
export const OTHER_KEY = keyOf('example.com/other', 2)

export const firstEntry = (key: Key): Uint8Array =>
  Result.getOrThrow(
    encodeEntry({
      index: 0,
      time: 0,
      session: null,
      event: new LogCreated({
        origin: key.origin,
        verifierKey: key.verifierKey,
        authority: null,
        engine: '0.0.0',
      }),
    }),
  )

export const entriesOf = (size: number, key: Key = LOG_KEY): Array<Uint8Array> =>
  Array.from({ length: size }, (_, i) => (i === 0 ? firstEntry(key) : utf8(`entry ${i}`)))

/** The tree over these entries: its frontier, and any perfect node of it. */
export const treeOf = (entries: ReadonlyArray<Uint8Array>) => {
  const nodes = new Map<number, Uint8Array>()
  let frontier: Frontier = EMPTY_FRONTIER
  for (const entry of entries) {
    const step = appendLeaf(sha256, frontier, leafHash(sha256, entry))
    for (const { level, index, hash } of step.nodes) nodes.set(index * 64 + level, hash)
    frontier = step.frontier
  }
  return {
    root: rootOfFrontier(sha256, frontier),
    node: (level: number, index: number): Uint8Array => nodes.get(index * 64 + level)!,
  }
}

export const rootOf = (entries: ReadonlyArray<Uint8Array>): Uint8Array => treeOf(entries).root

/** Tiles and bundles of these entries, and a checkpoint (by default the true one). */
export const makeExport = (
  entries: ReadonlyArray<Uint8Array>,
  { key = LOG_KEY, checkpoint }: { key?: Key; checkpoint?: string } = {},
): Files => {
  const { root, node } = treeOf(entries)
  const files: Files = new Map()
  files.set('checkpoint', utf8(checkpoint ?? key.checkpoint(entries.length, root)))
  for (const tile of tilesOf(entries.length)) {
    const hashes = Array.from({ length: tile.width }, (_, i) =>
      node(tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH + i),
    )
    files.set(tilePath(tile), encodeTile(hashes))
  }
  for (const { index, width } of tilesAtLevel(0, entries.length)) {
    const start = index * TILE_WIDTH
    const bundle = encodeBundle(entries.slice(start, start + width))
    files.set(bundlePath(index, width), Result.getOrThrow(bundle))
  }
  return files
}

/** A tlog-proof of one entry, with its bytes as extra data when `carry` is set. */
export const makeProof = (
  entries: ReadonlyArray<Uint8Array>,
  index: number,
  { key = LOG_KEY, carry = true }: { key?: Key; carry?: boolean } = {},
): string => {
  const { root, node } = treeOf(entries)
  return Result.getOrThrow(
    encodeTlogProof({
      index,
      proof: buildInclusion(sha256, index, entries.length, node),
      checkpoint: key.checkpoint(entries.length, root),
      ...(carry ? { extra: entries[index]! } : {}),
    }),
  )
}

/** Writes the files to a fresh folder, which `cleanUp` removes. */
export const writeExport = (files: Files): string => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-export-'))
  made.push(dir)
  for (const [name, bytes] of files) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
    fs.writeFileSync(path.join(dir, name), bytes)
  }
  return dir
}

const made: Array<string> = []
export const cleanUp = (): void => {
  for (const dir of made.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
}
