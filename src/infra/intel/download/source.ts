// Where a model's files come from: the hub, a mirror of it, or a folder. Whatever a source says of a
// file is a hint; what the file is, its hash decides.
import type { ManifestModel } from '../../../domain/intel/manifest.ts'

export interface Asked {
  readonly model: ManifestModel
  /** A commit, or `main`. */
  readonly revision: string
  readonly path: string
  /** Bytes that are there already: the source may go on after them, or begin anew. */
  readonly from: number
}

export interface Opened {
  /** Where the body begins: `from` as asked, or 0. */
  readonly from: number
  /** Of the whole file, where the source says so. */
  readonly total: number | undefined
  /** What tells one content of the file from another, where the source has such marks. */
  readonly marks: Marks
  /** The commit that the revision stands for, where the source says so. */
  readonly commit: string | undefined
  readonly body: AsyncIterable<Uint8Array>
  /** Ends it early; what is on the way is dropped. */
  readonly close: () => void
}

export interface Marks {
  readonly etag?: string
  /** Of the stored object behind the file: its SHA-256, for large files. */
  readonly linked?: string
}

export interface Source {
  /** As a person is told of it. */
  readonly shown: string
  /**
   * Rejects with a ModelFailure or FileFailure. `past-the-end`: the file is not longer than `from`.
   */
  readonly open: (asked: Asked, signal: AbortSignal) => Promise<Opened | 'past-the-end'>
}

/** How patient a download is. Milliseconds and bytes. */
export interface Patience {
  /** For the head of an answer, each time anew. */
  readonly answerMs: number
  /** In each such time at least `leastBytes` must come. */
  readonly stallMs: number
  readonly leastBytes: number
  /** The first pause before asking again; each further one is twice as long. */
  readonly pauseMs: number
  readonly mostPauseMs: number
  /** Times in a row without anything new. */
  readonly tries: number
}

export const PATIENCE: Patience = {
  answerMs: 30_000,
  stallMs: 30_000,
  leastBytes: 8192,
  pauseMs: 500,
  mostPauseMs: 30_000,
  tries: 5,
}
