// Files that hold values where the agent wrote tokens and secrets' names: which ones, so that what is
// read from them is masked, an edit finds the tokens, and nobody sends them away.
import * as Schema from 'effect/Schema'
import { PathRef } from '../domain/action/place.ts'
import { pathKey } from '../domain/action/pathKey.ts'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'

const RestoredFile = Schema.Struct({
  /** Below the home directory or from the root, tokens standing for values in it. */
  path: PathRef,
  /** Whose tokens these are. */
  session: Schema.NullOr(Schema.String),
  tokens: Schema.Array(Schema.String),
  secrets: Schema.Array(Schema.String),
  /** Index of its latest entry. */
  last: Schema.Int,
})
export type RestoredFile = typeof RestoredFile.Type

const Restored = Schema.Struct({
  /** One file may be written by several sessions: by path and session. */
  files: Schema.Record(Schema.String, RestoredFile),
  count: Schema.Int,
})
export type Restored = typeof Restored.Type

export const MOST_FILES = 256
/** Of one file. */
export const MOST_TOKENS = 256

export const restored: Projection<Restored> = {
  id: 'restored',
  version: 1,
  initial: () => ({ files: {}, count: 0 }),
  isState: Schema.is(Restored),
  step: (state, { event, session, index }) => {
    if (event._tag !== 'FileRestored') return state
    const name = pathKey(event.path)
    if (name === undefined) return state
    const files = state.files as Record<string, RestoredFile>
    const key = `/${session ?? ''}/${name}`
    const isKnown = Object.hasOwn(files, key)
    if (event.state === 'gone') {
      if (!isKnown) return state
      delete files[key]
      return { files, count: state.count - 1 }
    }
    const { path, tokens, secrets } = event
    files[key] = {
      path,
      session,
      tokens: tokens.slice(0, MOST_TOKENS),
      secrets: secrets.slice(0, MOST_TOKENS),
      last: index,
    }
    const count = isKnown ? state.count : state.count + 1
    return {
      files,
      count: count > MOST_FILES ? dropOldest(files, MOST_FILES, ({ last }) => last) : count,
    }
  },
}
