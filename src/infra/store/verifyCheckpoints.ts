// The stored checkpoints: each one signed by the log's key under its own size, all of them there
// and in the order in which the head record counted them. Their roots are compared after the pass.
import * as Result from 'effect/Result'
import { equalBytes } from '../../domain/bytes.ts'
import type { Pin } from '../keys/identity.ts'
import { readCheckpoint } from './checkpointNote.ts'
import { TamperFound } from './errors.ts'
import { type CheckpointChain, EMPTY_CHAIN, extendChain, type HeadRecord } from './head.ts'
import { indexOfKey, rangeOf } from './keys.ts'
import { slices } from './slices.ts'
import type { StoreReader } from './storeDb.ts'

export interface StoredCheckpoints {
  /** Those that are well signed, by rising size. */
  readonly signed: ReadonlyArray<{ readonly size: number; readonly root: Uint8Array }>
  /** The first thing that is wrong with them. */
  readonly problem: TamperFound | undefined
}

const bad = (detail: string, index?: number): TamperFound =>
  new TamperFound({ where: 'checkpoint', detail, ...(index === undefined ? {} : { index }) })

export const readCheckpoints = async (
  db: StoreReader,
  head: HeadRecord,
  identity: Pick<Pin, 'origin' | 'verifierKey'>,
): Promise<StoredCheckpoints> => {
  const signed: Array<StoredCheckpoints['signed'][number]> = []
  let chain: CheckpointChain = EMPTY_CHAIN
  let problem: TamperFound | undefined
  const breath = slices()
  const cursor = db.cursor(rangeOf('checkpoint'))
  try {
    for (;;) {
      const pairs = await cursor.next(64)
      if (pairs.length === 0) break
      for (const [key, note] of pairs) {
        const size = indexOfKey(key)
        chain = extendChain(chain, size ?? 0, note)
        const read = readCheckpoint(note, identity)
        if (size === undefined) problem ??= bad('there is a checkpoint under a malformed key')
        else if (Result.isFailure(read))
          problem ??= bad(`the checkpoint of size ${size} is bad: ${read.failure}`)
        else if (read.success.size !== size)
          problem ??= bad(`the checkpoint of size ${size} is that of size ${read.success.size}`)
        else if (size === 0 || size > head.frontier.size)
          problem ??= bad(
            `entries ${head.frontier.size} to ${size} were signed and are gone`,
            head.frontier.size,
          )
        else signed.push({ size, root: read.success.root })
        if (breath.spent()) await breath.rest()
      }
    }
  } finally {
    await cursor.close()
  }
  const { count, last, digest } = head.checkpoints
  if (chain.count !== count || chain.last !== last || !equalBytes(chain.digest, digest))
    problem ??= bad(
      `the head record counts ${count} checkpoints that are not the ${chain.count} stored`,
    )
  return { signed, problem }
}
