// Addresses of crypto wallets, only where their checksum holds: Bitcoin (Base58Check, BIP 173 and 350)
// and Ethereum (EIP-55). The first and the last need a hash, which the caller lends.
import { beginsWord, endsWord } from '../characters.ts'
import { endOf, lengths, type Hashes, type Recogniser } from '../recogniser.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const ADDRESS = /[13][1-9A-HJ-NP-Za-km-z]{25,34}/y

/** Version byte, 20 bytes, and 4 bytes of a double SHA-256 over them. */
const isBase58Check = (address: string, { sha256 }: Hashes): boolean => {
  let value = 0n
  for (const char of address) value = value * 58n + BigInt(BASE58.indexOf(char))
  const bytes = new Uint8Array(25)
  for (let i = 24; i >= 0; i--) {
    bytes[i] = Number(value & 255n)
    value >>= 8n
  }
  if (value !== 0n) return false
  const check = sha256(sha256(bytes.slice(0, 21)))
  return [0, 1, 2, 3].every((i) => check[i] === bytes[21 + i])
}

export const bitcoin: Recogniser = {
  id: 'bitcoin',
  type: 'CRYPTO_WALLET',
  digits: { runs: lengths(1, 8) },
  find: (text, at, _until, { hashes, budget }) => {
    if (hashes === undefined || (text[at] !== '1' && text[at] !== '3') || !beginsWord(text, at))
      return undefined
    const end = endOf(ADDRESS, text, at)
    if (end === -1 || !endsWord(text, end) || budget.left <= 0) return undefined
    budget.left--
    return isBase58Check(text.slice(at, end), hashes) ? { start: at, end, score: 0.95 } : undefined
  },
  examples: {
    yes: [
      'send to «1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2»',
      'or «3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»',
    ],
    no: ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNL'],
  },
}

const BECH32 = /(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,71}/iy
const BECH32_ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173's polymod over the expanded prefix and the data: 1 for Bech32, BIP 350's constant for Bech32m. */
const isBech32 = (address: string): boolean => {
  const one = address.lastIndexOf('1')
  const prefix = address.slice(0, one)
  const values = [
    ...[...prefix].map((char) => char.charCodeAt(0) >> 5),
    0,
    ...[...prefix].map((char) => char.charCodeAt(0) & 31),
    ...Array.from(address.slice(one + 1), (char) => BECH32_ALPHABET.indexOf(char)),
  ]
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (const [i, generator] of GENERATORS.entries()) if ((top >>> i) & 1) check ^= generator
  }
  return check === 1 || check === 0x2bc830a3
}

export const bech32: Recogniser = {
  id: 'bech32',
  type: 'CRYPTO_WALLET',
  literals: ['bc1', 'tb1', 'ltc1'],
  find: (text, at) => {
    if (!beginsWord(text, at)) return undefined
    const end = endOf(BECH32, text, at)
    if (end === -1 || !endsWord(text, end)) return undefined
    const address = text.slice(at, end)
    const lower = address.toLowerCase()
    if (address !== lower && address !== address.toUpperCase()) return undefined
    return isBech32(lower) ? { start: at, end, score: 0.95 } : undefined
  },
  examples: {
    yes: ['pay «bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»'],
    no: [
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
      'bc1',
      'abc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    ],
  },
}

const HEX40 = /0x[0-9a-fA-F]{40}/y

/** Capitals as EIP-55 has them: where the hash's nibble is 8 or more. */
const isEip55 = (address: string, { keccak256 }: Hashes): boolean => {
  const digits = address.slice(2)
  const lower = digits.toLowerCase()
  const hash = keccak256(Uint8Array.from(lower, (char) => char.charCodeAt(0)))
  return [...digits].every((char, i) => {
    const nibble = (hash[i >> 1]! >> (i % 2 === 0 ? 4 : 0)) & 15
    return char === (nibble >= 8 ? lower[i]!.toUpperCase() : lower[i])
  })
}

export const ethereum: Recogniser = {
  id: 'ethereum',
  type: 'CRYPTO_WALLET',
  literals: ['0x'],
  find: (text, at, _until, { hashes, budget }) => {
    if (hashes === undefined || !beginsWord(text, at)) return undefined
    const end = endOf(HEX40, text, at)
    if (end === -1 || !endsWord(text, end) || budget.left <= 0) return undefined
    const address = text.slice(at, end)
    // All of one case carries no checksum: it may be any number of 160 bits.
    if (!/[a-f]/.test(address.slice(2)) || !/[A-F]/.test(address)) return undefined
    budget.left--
    return isEip55(address, hashes) ? { start: at, end, score: 0.9 } : undefined
  },
  examples: {
    yes: ['wallet «0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»'],
    no: [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
      '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
      '0xdeadbeef',
    ],
  },
}
