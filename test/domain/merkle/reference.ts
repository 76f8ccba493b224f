// The definitions of RFC 6962 §2.1 written down as they stand there, recursive and slow: what the
// incremental code is compared with. Also the reference tree of the CT implementations.
import { leafHash, nodeHash, emptyRoot } from '../../../src/domain/merkle/hash.ts'
import type { ReadNode } from '../../../src/domain/merkle/proof.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { fromHex, utf8 } from '../../../src/domain/bytes.ts'

const split = (n: number): number => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** MTH over leaf hashes. */
export const treeHash = (leaves: ReadonlyArray<Uint8Array>): Uint8Array => {
  if (leaves.length === 0) return emptyRoot(sha256)
  if (leaves.length === 1) return leaves[0]!
  const k = split(leaves.length)
  return nodeHash(sha256, treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)))
}

/** PATH(m, D[n]). */
export const path = (m: number, leaves: ReadonlyArray<Uint8Array>): ReadonlyArray<Uint8Array> => {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...path(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))]
}

const subproof = (
  m: number,
  leaves: ReadonlyArray<Uint8Array>,
  whole: boolean,
): ReadonlyArray<Uint8Array> => {
  if (m === leaves.length) return whole ? [] : [treeHash(leaves)]
  const k = split(leaves.length)
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), treeHash(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), treeHash(leaves.slice(0, k))]
}

/** PROOF(m, D[n]) for 0 < m. */
export const consistency = (
  m: number,
  leaves: ReadonlyArray<Uint8Array>,
): ReadonlyArray<Uint8Array> => subproof(m, leaves, true)

/** Leaf hashes of `count` different entries. */
export const makeLeaves = (count: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: count }, (_, i) => leafHash(sha256, utf8(`entry ${i}`)))

/** A store of exactly the perfect nodes of these leaves: asking for any other is an error. */
export const perfectNodes = (leaves: ReadonlyArray<Uint8Array>): ReadNode => {
  const nodes = new Map<string, Uint8Array>()
  let row: ReadonlyArray<Uint8Array> = leaves
  for (let level = 0; row.length > 0; level++) {
    row.forEach((hash, index) => nodes.set(`${level}/${index}`, hash))
    const below = row
    row = Array.from({ length: Math.floor(below.length / 2) }, (_, i) =>
      nodeHash(sha256, below[2 * i]!, below[2 * i + 1]!),
    )
  }
  return (level, index) => {
    const hash = nodes.get(`${level}/${index}`)
    if (hash === undefined) throw new Error(`node ${level}/${index} is not perfect`)
    return hash
  }
}

export const hex = (text: string): Uint8Array => fromHex(text)!

/** The eight inputs of the Certificate Transparency reference tests. */
export const REFERENCE_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex)

/** Roots of the trees of the first 1 … 8 of them. */
export const REFERENCE_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex)

/** Known proofs: [1-based leaf, size, hashes]. */
export const REFERENCE_INCLUSION: ReadonlyArray<
  readonly [number, number, ReadonlyArray<Uint8Array>]
> = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ].map(hex),
  ],
  [
    6,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ].map(hex),
  ],
  [3, 3, [hex('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')]],
  [
    2,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ].map(hex),
  ],
]

/** Known proofs: [old size, new size, hashes]. */
export const REFERENCE_CONSISTENCY: ReadonlyArray<
  readonly [number, number, ReadonlyArray<Uint8Array>]
> = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ].map(hex),
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ].map(hex),
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ].map(hex),
  ],
  [
    6,
    7,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ].map(hex),
  ],
]
