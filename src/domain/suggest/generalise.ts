// From what was seen to what a rule names: files to their folder, hosts to their domain. Told by how
// many different ones were seen, never by how often: more of the same makes no rule wider.
import { getDomain } from 'tldts'
import { isPathPattern } from '../policy/rule.ts'
import type { Observation } from '../profile/profile.ts'

/** So many different files make their folder, and so many hosts their domain. */
const ENOUGH_DIFFERENT = 3

const ROOTS = new Set(['.', '~', '/', ''])

/** `./src/a` as a policy writes it: `project:src/a`. */
const asPattern = (key: string): string =>
  key === '.' ? 'project:' : key.startsWith('./') ? `project:${key.slice(2)}` : key

/** Undefined for a name that a pattern cannot say: one with a wildcard of its own. */
const exactPattern = (key: string): string | undefined => {
  const pattern = asPattern(key)
  return !/[*?]/.test(key) && isPathPattern(pattern) ? pattern : undefined
}

/** Whether all that was done to it is known by name: of a root there may be more than is kept. */
export const isNamedWhole = ({ scope, learned, effect }: Observation): boolean =>
  learned?.more !== true || effect?.reach !== undefined || !ROOTS.has(scope)

/**
 * Patterns of the paths of one observation: its folder with all below it, where enough different files
 * of it were seen; else those files. A root is never taken whole.
 */
export const pathsOf = ({ scope, learned, effect }: Observation): ReadonlyArray<string> => {
  const { targets = [], more } = learned ?? {}
  // What reaches below its path was remembered as that path, and is meant as such.
  if (effect?.reach !== undefined) return [exactPattern(scope)].filter((one) => one !== undefined)
  const isFolder = more === true || targets.length >= ENOUGH_DIFFERENT
  if (isFolder && !ROOTS.has(scope)) {
    const folder = exactPattern(scope)
    return folder === undefined ? [] : [`${folder}/**`]
  }
  return targets.flatMap((target) => exactPattern(target) ?? [])
}

/**
 * Hosts, with those of one registrable domain (by the public suffix list, private part included, so
 * that nobody's neighbour at a hoster is meant) put together once enough different ones were seen.
 */
export const hostsOf = (hosts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const byDomain = new Map<string, Array<string>>()
  for (const host of new Set(hosts)) {
    const domain = getDomain(host, { allowPrivateDomains: true }) ?? host
    byDomain.set(domain, [...(byDomain.get(domain) ?? []), host])
  }
  return [...byDomain]
    .flatMap(([domain, of]) => {
      const below = of.filter((host) => host !== domain)
      return below.length >= ENOUGH_DIFFERENT
        ? [...of.filter((host) => host === domain), `*.${domain}`]
        : of
    })
    .sort()
}
