// Times in which something was fetched into a folder, under names that nobody knows: a file is told
// to be of it by when it was born. Bounded; beyond the bound the oldest are joined, never forgotten,
// so that fetching more and more does not make the first of it anybody's.
import * as Schema from 'effect/Schema'

export const Window = Schema.Struct({
  folder: Schema.String,
  /** The folder is not one that the call worked in: all that is read from it counts as fetched. */
  own: Schema.Boolean,
  at: Schema.Int,
  call: Schema.optionalKey(Schema.String),
  /** Epoch milliseconds; null while the call runs. */
  from: Schema.Finite,
  until: Schema.NullOr(Schema.Finite),
})
export type Window = typeof Window.Type

/** Of one session. */
export const MOST_WINDOWS = 64

/** True for the folder itself and whatever lies below it. */
export const isIn = (key: string, folder: string): boolean =>
  folder === '/'
    ? key.startsWith('/')
    : key.startsWith(folder) &&
      (key.length === folder.length || key.charCodeAt(folder.length) === 47)

/** File systems keep whole seconds at worst. Milliseconds. */
const SLACK = 1000

/** Whether a file was born, or its name or rights changed, within the window. */
export const isWhile = (
  { from, until }: Window,
  { born, changed }: { readonly born: number; readonly changed: number },
): boolean =>
  [born, changed].some((time) => time >= from - SLACK && (until === null || time <= until + SLACK))

/** Those that end now. A clock that was set back meanwhile leaves a window of both its times. */
export const closed = (
  windows: ReadonlyArray<Window>,
  time: number,
  ends: (window: Window) => boolean,
): ReadonlyArray<Window> =>
  windows.map((one) =>
    one.until === null && ends(one)
      ? { ...one, from: Math.min(one.from, time), until: Math.max(one.from, time) }
      : one,
  )

/** As many as are kept, the oldest joined with the next below the same root. */
export const joined = (windows: ReadonlyArray<Window>): ReadonlyArray<Window> => {
  const all = [...windows]
  while (all.length > MOST_WINDOWS) {
    const oldest = all.shift()!
    const next = all.findIndex((one) => rootOf(one.folder) === rootOf(oldest.folder))
    if (next >= 0) all[next] = join(oldest, all[next]!)
  }
  return all
}

/** `.`, `~`, or nothing for a path from the root. */
const rootOf = (key: string): string => key.split('/', 1)[0]!

const join = (a: Window, b: Window): Window => ({
  ...b,
  folder: commonOf(a.folder, b.folder),
  own: a.own && b.own && a.folder === b.folder,
  from: Math.min(a.from, b.from),
  until: a.until === null || b.until === null ? null : Math.max(a.until, b.until),
})

/** The deepest folder that both lie in; they have one root. */
const commonOf = (a: string, b: string): string => {
  let at = a
  while (!isIn(b, at)) at = at.slice(0, at.lastIndexOf('/')) || '/'
  return at
}
