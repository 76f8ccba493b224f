// `intel scan`: a text, or JSON lines of texts, through detection by rules, on this machine alone.
import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromUtf8 } from '../../domain/bytes.ts'
import { detect } from '../../domain/sensitive/detect.ts'
import type { OwnPatterns } from '../../domain/sensitive/own.ts'
import type { Hashes } from '../../domain/sensitive/recogniser.ts'
import type { Detection, Injection } from '../../domain/sensitive/span.ts'
import { usage } from '../terminal/failure.ts'
import { readNamedFile } from './readFile.ts'

/** Largest text that is scanned in one piece. Bytes. */
export const MOST_TEXT_BYTES = 64 * 1024 * 1024

const HASHES: Hashes = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  keccak256: keccak_256,
}

export interface ScanOptions {
  readonly weak: boolean
  /** The user's own patterns, besides the rules. */
  readonly own?: OwnPatterns | undefined
}

export const scanText = (text: string, { weak, own }: ScanOptions): Detection =>
  detect(text, { hashes: HASHES, weak, own })

/** What scripts rely on: no more and no less, but for what patterns of one's own did not see. */
export const scanJson = ({
  spans,
  injection: { label, score, detector },
  ownCut,
}: Detection): ScannedJson => ({
  spans,
  injection: { label, score, detector },
  ...(ownCut === undefined ? {} : { ownCut }),
})

export interface ScannedJson extends Pick<Detection, 'spans' | 'ownCut'> {
  readonly injection: Pick<Injection, 'label' | 'score' | 'detector'>
}

export type ScanAnswer = ScannedJson | { readonly error: string }

/** The text of one line of a batch, or why there is none; never throws, whatever the line holds. */
export const textIn = (line: string): string | { readonly error: string } => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return { error: `not JSON: ${(error as SyntaxError).message}` }
  }
  const text = (value as { readonly text?: unknown } | null)?.text
  return typeof text === 'string' ? text : { error: 'needs "text", a string' }
}

/** The answer to one line of a batch. */
export const scanLine = async (
  line: string,
  scan: (text: string) => Promise<Detection>,
): Promise<ScanAnswer> => {
  const text = textIn(line)
  return typeof text === 'string' ? scanJson(await scan(text)) : text
}

/** A file's text, or that of standard input for `-`. Fails where it is no text. */
export const textOf = (file: string): string => {
  const text = fromUtf8(readNamedFile(file, MOST_TEXT_BYTES))
  if (text === undefined)
    throw usage(
      `${file === '-' ? 'standard input' : file}: is no UTF-8 text`,
      'convert it first, for example with iconv -t utf-8',
    )
  return text
}
