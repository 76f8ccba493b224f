// What is wrong with a file that was written, and where. Its words are this program's and the policy's:
// nothing of the file stands in them, as it may hold values that neither model nor log may see.

export const FINDING_CODES = [
  'not-json',
  'duplicate-key',
  'too-deep',
  'not-toml',
  'not-yaml',
  'schema',
  'too-large',
  'too-many-lines',
  'not-utf8',
  'bom',
  'crlf',
  'forbidden',
  /** Not all of it was looked at: no file passes for being long. */
  'unchecked',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

export interface Finding {
  readonly code: FindingCode
  /** Counted from 1; absent where it is about the file as a whole. */
  readonly line?: number
  /** In UTF-16 units, counted from 1. */
  readonly column?: number
  readonly says: string
}

/** Told of one validator; who mends those sees the rest. */
export const MOST_FINDINGS = 5

/** The finding at an offset, in UTF-16 units. */
export const findingAt = (
  text: string,
  offset: number,
  code: FindingCode,
  says: string,
): Finding => {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', end + 1)) {
    line++
    start = end + 1
  }
  return { code, line, column: offset - start + 1, says }
}
