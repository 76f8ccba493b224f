import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Hashes } from '../../../src/domain/sensitive/recogniser.ts'

/** What the machine lends in production too. */
export const HASHES: Hashes = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  keccak256: keccak_256,
}
