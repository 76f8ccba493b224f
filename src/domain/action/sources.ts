// The text of files that a call would run, as far as somebody looked. The text itself is never logged
// in the clear: facts say which files were looked at (Observed.scripts), the sealed payload holds them.
import * as Schema from 'effect/Schema'

/**
 * What became of looking at a file. `pending`: another call of the same turn writes to it, so what
 * will run is not what lies there now.
 */
export const SourceState = Schema.Literals([
  'text',
  'binary',
  'missing',
  'irregular',
  'too-large',
  'pending',
  'unreadable',
])
export type SourceState = typeof SourceState.Type

/** Whose text it is: the agent wrote the file in this session, or fetched it from the network. */
export const CodeOrigin = Schema.Literals(['written', 'downloaded'])
export type CodeOrigin = typeof CodeOrigin.Type

export interface Source {
  readonly is: SourceState
  /** Present where it is `text`. */
  readonly text?: string
  readonly origin?: CodeOrigin
}

/** By absolute path. A path that is absent is one that nobody looked at. */
export type Sources = ReadonlyMap<string, Source>

export const NO_SOURCES: Sources = new Map()

/** Files that one call is read through at most: a script may name others without end. */
export const MOST_SOURCES = 16
/** Largest file that is read, in bytes. */
export const MOST_SOURCE_BYTES = 64 * 1024
