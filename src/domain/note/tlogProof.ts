// C2SP tlog-proof: one entry's inclusion proof with the checkpoint it leads to, as text that can be
// checked offline. Parsing verifies nothing, and `extra` is never authenticated.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromBase64, toBase64 } from '../bytes.ts'
import { HASH_BYTES } from '../merkle/hash.ts'
import type { TreeNumber } from '../merkle/proof.ts'
import { parseTreeNumber } from './checkpoint.ts'
import { MAX_NOTE_BYTES } from './note.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
/** Inclusion proofs of a tree of 2^64 leaves have no more hashes. */
const MAX_PROOF_HASHES = 64
/** Characters of a proof at most: the note, the hashes, and extra data of 128 KiB. */
const MAX_TLOG_PROOF_CHARS = MAX_NOTE_BYTES + 200_000

export interface TlogProof {
  readonly index: TreeNumber
  /** From the leaf's sibling up, 32 bytes each. */
  readonly proof: ReadonlyArray<Uint8Array>
  /** The signed note, verbatim. */
  readonly checkpoint: string
  /** Opaque and unauthenticated; ours carries the entry's leaf bytes, which the proof then covers. */
  readonly extra?: Uint8Array
}

export class TlogProofMalformed extends Schema.TaggedError<TlogProofMalformed>()(
  'TlogProofMalformed',
  { reason: Schema.Literals(['too-large', 'header', 'extra', 'index', 'hash', 'no-checkpoint']) },
) {}

const malformed = (reason: TlogProofMalformed['reason']) =>
  Result.fail(new TlogProofMalformed({ reason }))

export const encodeTlogProof = (proof: TlogProof): Result.Result<string, TlogProofMalformed> => {
  const index = String(proof.index)
  if (parseTreeNumber(index) === undefined) return malformed('index')
  if (proof.proof.length > MAX_PROOF_HASHES || proof.proof.some((h) => h.length !== HASH_BYTES))
    return malformed('hash')
  if (proof.checkpoint === '') return malformed('no-checkpoint')
  const lines = [HEADER]
  if (proof.extra !== undefined) lines.push(`extra ${toBase64(proof.extra)}`)
  lines.push(`index ${index}`, ...proof.proof.map(toBase64), '', proof.checkpoint)
  const text = lines.join('\n')
  return text.length > MAX_TLOG_PROOF_CHARS ? malformed('too-large') : Result.succeed(text)
}

/** Parses a proof strictly: every line ends in a bare newline, base64 and numbers are canonical. */
export const parseTlogProof = (text: string): Result.Result<TlogProof, TlogProofMalformed> => {
  if (text.length > MAX_TLOG_PROOF_CHARS) return malformed('too-large')
  // The checkpoint has a blank line of its own: the first one ends the proof.
  const split = text.indexOf('\n\n')
  const checkpoint = split < 0 ? '' : text.slice(split + 2)
  const lines = (split < 0 ? text : text.slice(0, split)).split('\n')
  if (lines.shift() !== HEADER) return malformed('header')
  let extra: Uint8Array | undefined
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64(lines.shift()!.slice('extra '.length))
    if (extra === undefined) return malformed('extra')
  }
  const indexLine = lines.shift()
  const index = indexLine?.startsWith('index ')
    ? parseTreeNumber(indexLine.slice('index '.length))
    : undefined
  if (index === undefined) return malformed('index')
  const proof: Array<Uint8Array> = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash === undefined || hash.length !== HASH_BYTES || proof.length === MAX_PROOF_HASHES)
      return malformed('hash')
    proof.push(hash)
  }
  if (checkpoint === '') return malformed('no-checkpoint')
  return Result.succeed({
    index,
    proof,
    checkpoint,
    ...(extra === undefined ? {} : { extra }),
  })
}
