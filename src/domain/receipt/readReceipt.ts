// Reads one receipt back from bytes that somebody else may have written. What is accepted has exactly
// one form: canonical JSON whose digest is the receipt's address.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8 } from '../bytes.ts'
import { canonicalJson, NotCanonical } from '../canonical.ts'
import { type Digest, digestOf, type Sha256 } from '../hash.ts'
import { MAX_BUNDLE_ENTRY } from '../merkle/tile.ts'
import { Receipt } from './receipt.ts'

/** A receipt fits into an entry of the log. Bytes. */
export const MAX_RECEIPT_BYTES = MAX_BUNDLE_ENTRY

/** Why bytes are no receipt; `version`: a later program's, which this one cannot judge. */
export class ReceiptUnreadable extends Schema.TaggedError<ReceiptUnreadable>()(
  'ReceiptUnreadable',
  {
    reason: Schema.Literals([
      'too-large',
      'not-json',
      'not-receipt',
      'version',
      'not-canonical',
      'digest',
    ]),
  },
) {
  override get message(): string {
    return REASONS[this.reason]
  }
}

const REASONS: Readonly<Record<ReceiptUnreadable['reason'], string>> = {
  'too-large': `is larger than a receipt can be (${MAX_RECEIPT_BYTES} bytes)`,
  'not-json': 'is not JSON',
  'not-receipt': 'is not a receipt',
  version: 'is a receipt of a later version of isonapse',
  'not-canonical': 'is not the canonical JSON of a receipt',
  digest: 'does not have the digest that it is named by',
}

const decodeReceipt = Schema.decodeUnknownResult(Receipt)

/** `digest`: what it must be addressed by. */
export const readReceipt = (
  bytes: Uint8Array,
  digest: string,
  sha256: Sha256,
): Result.Result<Receipt, ReceiptUnreadable> => {
  const fail = (reason: ReceiptUnreadable['reason']) =>
    Result.fail(new ReceiptUnreadable({ reason }))
  if (bytes.length > MAX_RECEIPT_BYTES) return fail('too-large')
  const text = fromUtf8(bytes)
  const value = text === undefined ? undefined : parsed(text)
  if (value === undefined) return fail('not-json')
  if (isLater(value)) return fail('version')
  const decoded = decodeReceipt(value)
  if (Result.isFailure(decoded)) return fail('not-receipt')
  // Decoding leaves out what it does not know: then this is not the text either.
  if (canonical(decoded.success) !== text) return fail('not-canonical')
  if (digestOf(sha256, bytes) !== digest) return fail('digest')
  return Result.succeed(decoded.success)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const canonical = (receipt: Receipt): string | undefined => {
  try {
    return canonicalJson(receipt)
  } catch (error) {
    if (error instanceof NotCanonical) return undefined
    throw error
  }
}

/** Whether this looks like a receipt with a version above the one known here. */
export const isLater = (value: unknown): boolean => {
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined
  return typeof version === 'number' && version > 1
}

export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text)
