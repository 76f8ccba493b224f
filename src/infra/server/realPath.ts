// Following symbolic links for paths that need not exist yet.
import * as path from 'node:path'
import { named } from '../files/named.ts'

type Real = { readonly real: string } | 'absent' | 'unknown'

const realOf = (existing: string): Real => {
  try {
    return { real: named.realpathSync(existing) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unknown'
  }
}

/**
 * Where a path really leads: links of its deepest existing ancestor are followed, what does not
 * exist yet is kept, and a link that leads to what does not is followed: writing through it makes the
 * file there. Undefined when it cannot be told (no permission, a loop, too long). `..` is
 * followed as the kernel does.
 */
export const realPathOf = (absolute: string, hops = 0): string | undefined => {
  const whole = realOf(absolute)
  if (whole === 'unknown') return undefined
  if (whole !== 'absent') return whole.real
  const ends = [...absolute.matchAll(/\/+/g)].map(({ index }) => Math.max(index, 1))
  // What lies below an absent folder is absent too: of a thousand levels, ten are looked at.
  let deepest: { readonly real: string; readonly end: number } | undefined
  for (let [low, high] = [0, ends.length - 1], at = high; low <= high; at = (low + high) >> 1) {
    const end = ends[at]!
    const found = realOf(absolute.slice(0, end))
    if (found === 'unknown') return undefined
    if (found === 'absent') high = at - 1
    else {
      deepest = { real: found.real, end }
      low = at + 1
    }
  }
  if (deepest === undefined) return undefined
  const rest = absolute.slice(deepest.end)
  const leads = linkIn(deepest.real, rest)
  if (leads === undefined) return path.join(deepest.real, rest)
  return hops < MOST_HOPS ? realPathOf(leads, hops + 1) : undefined
}

/** Links that lead nowhere yet, one after the other. */
const MOST_HOPS = 8

/** The first name of `rest` in a folder, where it is a link: the path with what it says in its place. */
const linkIn = (folder: string, rest: string): string | undefined => {
  const [, name, below = ''] = /^\/*([^/]+)(\/.*)?$/s.exec(rest) ?? []
  if (name === undefined || name === '..') return undefined
  try {
    const target = named.readlinkSync(path.join(folder, name))
    return `${target.startsWith('/') ? '' : `${folder}/`}${target}${below}`
  } catch {
    return undefined
  }
}
