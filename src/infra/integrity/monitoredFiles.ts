// The files that a policy's monitored paths name, as far as they can be listed: a pattern that begins
// anywhere in the project would have all of it read.
import type * as fs from 'node:fs'
import * as path from 'node:path'
import { refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import { isNamedBy, type PathPattern } from '../../domain/policy/pattern.ts'
import { named } from '../files/named.ts'

const MOST_FILES = 512
const MOST_ENTRIES = 4096
const MOST_DEPTH = 6

/** What is in them is changed by package managers and by git all the time, or is another project. */
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git', 'worktrees'])

/** Absolute, without a wildcard in it; undefined for a pattern that has no folder of its own. */
const folderOf = ({ segments, fixed }: PathPattern, place: Place): string | undefined => {
  const [root, ...below] = segments.slice(0, fixed.length)
  const base =
    root === 'project:' ? place.project : root === '~' ? place.home : root === '' ? '/' : undefined
  // `project:*.lock` is looked for beside, `project:**/x` nowhere.
  const isWide = below.length === 0 && segments[fixed.length] === '**'
  return base === undefined || isWide || base.includes('\0') ? undefined : path.join(base, ...below)
}

/** Bounded, never throws. Links are named, not followed into folders. */
export const monitoredFiles = (
  patterns: ReadonlyArray<PathPattern>,
  place: Place,
): ReadonlyArray<string> => {
  const found = new Set<string>()
  let entries = 0
  for (const pattern of patterns) {
    const base = folderOf(pattern, place)
    if (base === undefined) continue
    if (pattern.fixed.length === pattern.lower.length) {
      found.add(base)
      continue
    }
    const isDeep = pattern.lower.includes('**')
    const depth = isDeep ? MOST_DEPTH : pattern.lower.length - pattern.fixed.length
    let level = [base]
    for (let at = 0; at < depth && level.length > 0; at++) {
      const below: Array<string> = []
      for (const dir of level)
        for (const entry of listOf(dir)) {
          entries += 1
          if (entries > MOST_ENTRIES || found.size >= MOST_FILES) return [...found]
          const file = path.join(dir, entry.name)
          if (entry.isDirectory()) {
            if (!PASSED_OVER.has(entry.name)) below.push(file)
          } else if (isNamedBy([pattern], refOf(file, place))) found.add(file)
        }
      level = below
    }
  }
  return [...found]
}

const listOf = (dir: string): ReadonlyArray<fs.Dirent> => {
  try {
    return named.readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}
