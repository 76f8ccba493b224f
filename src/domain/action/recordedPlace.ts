// Where a recorded call happened, told by what was recorded alone: a replay runs on another machine,
// or on the same one after it changed, and must not look at it.
import type { HookEvent } from '../hook/hookEvent.ts'

/**
 * The user's home directory: the one the client keeps the session's transcript in, else the one the
 * working directory lies in by its form.
 */
export const homeOf = ({ transcript, cwd }: Pick<HookEvent, 'transcript' | 'cwd'>): string =>
  /^(\/.*?)\/\.claude\/projects\//.exec(transcript ?? '')?.[1] ?? homeAround(cwd)

/** The home of a call that says nothing of it: never this machine's own. */
export const NOWHERE = '/home/unknown'

/** The home directory that a path lies in by its form. */
export const homeAround = (path: string): string =>
  /^(?:\/(?:home|Users)\/[^/]+|\/root)(?=\/|$)/.exec(path)?.[0] ?? NOWHERE

/** The gate's own files in a home whose installation nobody knows: where they lie by default. */
export const gateBelow = (home: string): ReadonlyArray<string> => [
  `${home}/.config/isonapse`,
  `${home}/.local/share/isonapse`,
  `${home}/.local/state/isonapse`,
  `${home}/Library/Application Support/isonapse`,
]
