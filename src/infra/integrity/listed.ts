// The files that were watched over when all of them were listed last, and what the next list has to be told
// by: a file that it names for the first time may have been there all along.
import * as path from 'node:path'
import type { PathPattern } from '../../domain/policy/pattern.ts'
import type { SkillKind } from '../../domain/skills/item.ts'
import { named } from '../files/named.ts'
import { realPathOf } from '../server/realPath.ts'
import { MOST_FILES } from '../skills/findSkills.ts'
import type { ContentChange } from './contents.ts'

interface List {
  readonly files: Map<string, SkillKind | undefined>
  /** What the policy monitored. */
  readonly patterns: ReadonlyArray<PathPattern>
  /** Epoch milliseconds, before it was listed. */
  readonly at: number
}

export interface Listed extends List {
  /** All folders that the files lie in. */
  readonly folders: ReadonlySet<string>
  /** Files that are known by other names than the one they have where they really lie. */
  readonly names: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Never throws. */
export const listed = (list: List): Listed => {
  const folders = new Set<string>()
  const names = new Map<string, Array<string>>()
  const reals = new Map<string, string | undefined>()
  for (const file of list.files.keys()) {
    const folder = path.dirname(file)
    for (let at = folder; !folders.has(at); at = path.dirname(at)) folders.add(at)
    if (!reals.has(folder)) reals.set(folder, realPathOf(folder))
    const real = isLink(file)
      ? realPathOf(file)
      : path.join(reals.get(folder) ?? folder, path.basename(file))
    if (real === undefined || real === file) continue
    const others = names.get(real)
    if (others === undefined) names.set(real, [file])
    else others.push(file)
  }
  return { ...list, folders, names }
}

const isLink = (file: string): boolean => {
  try {
    return named.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    return false
  }
}

/** Always listed where they are there. What a plugin or a setting names may lie anywhere. */
const IN_ITS_PLACE = /\/\.claude\/(?:hooks|agents|skills|commands|rules|output-styles)\//

/** Between the clock of the file system and this one. Milliseconds. */
const CLOCK_MS = 50

/**
 * Whether a file that was not listed before came to be since: not one that a setting, another file or
 * another policy names for the first time. By the time of its last change, which nobody but the system sets;
 * one that came with its folder has an older one.
 */
export const isNew = (
  file: string,
  kind: SkillKind | undefined,
  before: Listed,
  now: Listed,
): boolean => {
  const isAlwaysListed = kind !== undefined && kind !== 'plugin' && IN_ITS_PLACE.test(file)
  // Of so many some were not listed.
  if (isAlwaysListed && before.files.size < MOST_FILES) return true
  const since = before.at - CLOCK_MS
  if (isChangedSince(file, since)) return true
  if (kind !== undefined || before.patterns !== now.patterns) return false
  for (let at = path.dirname(file); !before.folders.has(at); at = path.dirname(at)) {
    if (isChangedSince(at, since)) return true
    if (at === path.dirname(at)) break
  }
  return false
}

const isChangedSince = (file: string, since: number): boolean => timesOf(file).ctimeMs >= since

const timesOf = (file: string): { readonly ctimeMs: number; readonly birthtimeMs: number } => {
  try {
    return named.statSync(file, { throwIfNoEntry: false }) ?? NEVER
  } catch {
    return NEVER
  }
}

const NEVER = { ctimeMs: 0, birthtimeMs: 0 }

/** What a link led to may be an older file of somebody’s: it is told, and nothing removes it. */
export const withoutOlder = (
  file: string,
  change: ContentChange | undefined,
  before: Listed,
): ContentChange | undefined => {
  if (change === undefined || timesOf(file).birthtimeMs >= before.at - CLOCK_MS) return change
  const at = file.indexOf('/.claude/')
  const top = at < 0 ? path.dirname(file) : file.slice(0, at)
  const base = realPathOf(top)
  const isThere = base !== undefined && change.real === path.join(base, file.slice(top.length))
  return isThere ? change : { ...change, real: undefined }
}
