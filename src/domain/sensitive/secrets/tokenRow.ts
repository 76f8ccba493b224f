// Tokens that say whose they are: a row is a vendor's format as data. From it come the pattern, its
// anchor, and an example that is put together when it is asked for and so stands nowhere in this file.
import { beginsWord, isAlnumAt } from '../characters.ts'
import { endOf, type Found, type Recogniser } from '../recogniser.ts'
import { entropyOf, looksLikeWords } from './entropy.ts'
import { isPlaceholder } from './placeholder.ts'

/** A run of characters of one class, `least` to `most` of them. */
export interface Run {
  readonly of: string
  readonly least: number
  readonly most: number
}

export type Part = string | Run

const runOf =
  (of: string) =>
  (least: number, most: number = least): Run => ({ of, least, most })

/** Letters and digits; with `-` and `_`; lower hex; any hex; digits; upper and digits; lower and digits. */
export const alnum = runOf('A-Za-z0-9')
export const wordy = runOf('A-Za-z0-9_-')
export const hex = runOf('a-f0-9')
export const anyHex = runOf('a-fA-F0-9')
export const digit = runOf('0-9')
export const upper = runOf('A-Z0-9')
export const lower = runOf('a-z0-9')
export const base32 = runOf('A-Z2-7')
export const base64 = runOf('A-Za-z0-9+/')
export const base64Url = runOf('A-Za-z0-9+/=_-')
export const uuid: ReadonlyArray<Part> = [anyHex(8), '-', anyHex(4), '-', anyHex(4), '-', anyHex(4), '-', anyHex(12)] // prettier-ignore

export interface TokenRow {
  readonly id: string
  readonly vendor: string
  readonly parts: ReadonlyArray<Part>
  /** Which part is looked for first; the first text when absent. Runs before it are of fixed length. */
  readonly anchor?: number
  /** Bits a character that the token has at least; 3 when absent. 0: the format is proof enough. */
  readonly entropy?: number
  /** The literal is the end of a host's name, whatever stands before it. */
  readonly within?: true
  /** A short or common literal: only with capitals, small letters and digits, as drawn at random. */
  readonly mixed?: true
}

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

const sourceOf = (part: Part): string =>
  typeof part === 'string'
    ? quoted(part)
    : `[${part.of}]{${part.least === part.most ? part.least : `${part.least},${part.most}`}}`

/** Names in code that begin as a token does; a token of letters alone is rare. */
const isSpoken = (secret: string): boolean => !/\d/.test(secret) && looksLikeWords(secret)

const lengthOf = (part: Part): number => (typeof part === 'string' ? part.length : part.least)

export const tokenRecogniser = ({
  id,
  vendor,
  parts,
  anchor,
  entropy = 3,
  mixed,
  within,
}: TokenRow): Recogniser => {
  const index = anchor ?? parts.findIndex((part) => typeof part === 'string')
  const literal = parts[index] as string
  const ahead = parts.slice(0, index).reduce((sum, part) => sum + lengthOf(part), 0)
  const last = parts.at(-1)!
  const onward = typeof last === 'string' ? '' : `(?![${last.of.replace('.', '')}])`
  const pattern = new RegExp(parts.map(sourceOf).join('') + onward, 'y')
  const find = (text: string, at: number): Found | undefined => {
    const start = at - ahead
    if (start < 0 || (!within && !beginsWord(text, start))) return undefined
    // A file's ending: `box.ico-…`.
    if (!within && text[start - 1] === '.' && isAlnumAt(text, start - 2)) return undefined
    let end = endOf(pattern, text, start)
    if (end === -1) return undefined
    // The point of the sentence, where the format allows points too.
    while (text[end - 1] === '.') end--
    const token = text.slice(start, end)
    const secret = index === 0 ? token.slice(literal.length) : token
    if (entropy > 0 && isPlaceholder(secret)) return undefined
    if (entropyOf(secret) < entropy || isSpoken(secret)) return undefined
    if (mixed && !(/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)))
      return undefined
    return { start, end, score: 0.99 }
  }
  return {
    id,
    type: 'SECRET',
    literals: [literal.toLowerCase()],
    find,
    // Made when somebody asks: tests do, scanning does not.
    get examples() {
      const made = madeToken(id, parts)
      return {
        yes: [`${vendor} gave us «${made}» today`, `K="«${made}»"`, `{"k":"«${made}»","n":1}`],
        no: [
          ...(entropy > 0 ? [`${vendor} ${hollow(parts)}`] : []),
          ...(within || made.includes('=') ? [] : [`X${made}`]),
        ],
      }
    },
  }
}

/** Deterministic and plainly of nobody: a generator seeded with the row's name. */
const madeToken = (id: string, parts: ReadonlyArray<Part>): string => {
  let seed = 7
  for (const char of id) seed = (Math.imul(seed, 31) + char.charCodeAt(0)) | 0
  /** Mulberry32. */
  const next = (below: number): number => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  return parts
    .map((part) => {
      if (typeof part === 'string') return part
      const chars = charactersOf(part.of)
      return Array.from({ length: part.least }, () => chars[next(chars.length)]).join('')
    })
    .join('')
}

/** The format with nothing in it, as documentation shows it. */
const hollow = (parts: ReadonlyArray<Part>): string =>
  parts
    .map((part) =>
      typeof part === 'string' ? part : (charactersOf(part.of)[0] ?? '').repeat(part.least),
    )
    .join('')

/** Letters and digits of a class; what else it allows is not needed for an example. */
const charactersOf = (of: string): ReadonlyArray<string> =>
  Array.from({ length: 75 }, (_, i) => String.fromCharCode(48 + i)).filter(
    (char) => /[A-Za-z0-9]/.test(char) && new RegExp(`[${of}]`).test(char),
  )
