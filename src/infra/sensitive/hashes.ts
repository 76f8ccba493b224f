// The hashes that detection needs for the checksums of wallets: the domain has none of its own.
import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Hashes } from '../../domain/sensitive/recogniser.ts'

export const HASHES: Hashes = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  keccak256: keccak_256,
}
