// How a rule names paths, hosts, tools and programs. Matching is by hand, not by regular expression:
// the paths and hosts are the agent's to choose, and no choice of them may cost more than the product
// of both lengths.
import { type MaskedText, type PathRef, spelledOut } from '../action/place.ts'

/**
 * A path as segments below its root: `project:`, `~` or the empty segment of `/`. A masked span is
 * text that no literal matches, so that only a wildcard covers it.
 */
export const segmentsOf = (ref: PathRef): ReadonlyArray<string> => {
  if ('project' in ref) return below('project:', plain(ref.project))
  if ('home' in ref) return below('~', plain(ref.home))
  const path = plain(ref.path)
  return below('', path.startsWith('/') ? path.slice(1) : path)
}

const below = (root: string, path: string): ReadonlyArray<string> =>
  path === '' ? [root] : [root, ...path.split('/')]

/** Masked text for matching: NUL stands in no path, host or pattern. */
export const plain = (text: MaskedText): string => spelledOut(text, (pii) => `\0${pii}\0`)

/**
 * A path pattern in segments, such as `~`, `.ssh`, `**`. Two stars are any number of whole segments
 * (none too, so that `~/.ssh/**` is the folder and all below it), `*` and `?` stay within one.
 */
export interface PathPattern {
  readonly segments: ReadonlyArray<string>
  readonly lower: ReadonlyArray<string>
  /** The leading segments without a wildcard: the folder that everything matched lies in. */
  readonly fixed: ReadonlyArray<string>
}

export const compilePath = (pattern: string): PathPattern => {
  const segments = pattern.startsWith('project:')
    ? below('project:', pattern.slice('project:'.length))
    : pattern === '/'
      ? ['']
      : pattern.split('/')
  const lower = segments.map((segment) => segment.toLowerCase())
  const wild = lower.findIndex((segment) => /[*?]/.test(segment))
  return { segments, lower, fixed: wild < 0 ? lower : lower.slice(0, wild) }
}

/** Segment-wise glob: on a mismatch only the last `**` needs to take one segment more. */
export const pathMatches = (
  pattern: ReadonlyArray<string>,
  path: ReadonlyArray<string>,
): boolean => {
  let p = 0
  let s = 0
  let star = -1
  let resume = 0
  while (s < path.length) {
    if (pattern[p] === '**') {
      star = p++
      resume = s
    } else if (p < pattern.length && wildcard(pattern[p]!, path[s]!)) {
      p++
      s++
    } else if (star >= 0) {
      p = star + 1
      s = ++resume
    } else return false
  }
  while (pattern[p] === '**') p++
  return p === pattern.length
}

/** Whether one of the patterns names the path, whatever its case. */
export const isNamedBy = (patterns: ReadonlyArray<PathPattern>, ref: PathRef): boolean => {
  if (patterns.length === 0) return false
  const path = segmentsOf(ref).map((segment) => segment.toLowerCase())
  return patterns.some(({ lower }) => pathMatches(lower, path))
}

/** True when removing `path` would remove what the pattern names: it is the folder or above it. */
export const isAtOrAbove = (path: ReadonlyArray<string>, pattern: PathPattern): boolean =>
  path.length <= pattern.fixed.length && path.every((segment, i) => segment === pattern.fixed[i])

/** `*` is any run of characters, `?` one; everything else is itself. */
export const wildcard = (pattern: string, text: string): boolean => {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** The name alone, lower case: no port, no trailing dot, no brackets of an IPv6 address. */
export const hostName = (host: MaskedText): string => {
  const text = plain(host).toLowerCase()
  if (text.startsWith('['))
    return text.slice(1, text.indexOf(']') < 0 ? undefined : text.indexOf(']'))
  const colon = text.indexOf(':')
  const name = colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** `*` any host, `*.example.com` every name below it but not itself, else that name. */
export const hostMatches = (pattern: string, name: string): boolean => {
  if (pattern === '*') return true
  const wanted = pattern.toLowerCase()
  return wanted.startsWith('*.')
    ? name.length > wanted.length - 1 && name.endsWith(wanted.slice(1))
    : name === wanted
}

/** A prefix by whole segments: `tool:Bash:git` is for `tool:Bash:git:push`, not `tool:Bash:gitk`. */
export const capabilityMatches = (prefix: string, capability: string): boolean =>
  capability.startsWith(prefix) &&
  (capability.length === prefix.length || capability[prefix.length] === ':')
