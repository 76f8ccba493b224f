// The hashes that checksums of wallets are made with.
import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Hashes } from '../../domain/sensitive/recogniser.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'

export const HASHES: Hashes = { sha256, keccak256: keccak_256 }
