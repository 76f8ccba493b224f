// Where a recorded call happened, told by what was recorded alone: a replay runs on another machine,
// or on the same one after it changed, and must not look at it.
import type { HookEvent } from '../hook/hookEvent.ts'

/**
 * The user's home directory: the one the client keeps the session's transcript in, else the one the
 * working directory lies in by its form.
 */
export const homeOf = ({ transcript, cwd }: Pick<HookEvent, 'transcript' | 'cwd'>): string =>
  /^(\/.*?)\/\.claude\/projects\//.exec(transcript ?? '')?.[1] ??
  /^(?:\/(?:home|Users)\/[^/]+|\/root)(?=\/|$)/.exec(cwd)?.[0] ??
  '/home/unknown'

/** The gate's own files in a home whose installation nobody knows: where they lie by default. */
export const gateBelow = (home: string): ReadonlyArray<string> => [
  `${home}/.config/isonapse`,
  `${home}/.local/share/isonapse`,
]
