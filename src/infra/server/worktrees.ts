// The other working trees of a project's repository: ground of the session's own, as the project is.
// What .git says may be a stranger's (an archive brings its own): a folder counts only where it
// points back to the repository, which takes a write in that folder.
import type * as fs from 'node:fs'
import * as path from 'node:path'
import { isWithin } from '../../domain/action/paths.ts'
import { realPathOf } from './realPath.ts'
import { readSource } from './readSource.ts'
import { named } from '../files/named.ts'

/** Working trees that are known at most; Observed holds them all. */
const MOST_WORKTREES = 16
const MOST_LISTED = 64
/** Files that hold one path. Bytes. */
const MOST_POINTER = 4352

interface Repository {
  /** The folder whose `worktrees` names the linked trees. */
  readonly common: string
  /** Where the tree lies that the repository was made in; a bare repository has none. */
  readonly main: string | undefined
}

export interface Worktrees {
  /** Absolute and real, without the project's own. */
  readonly roots: ReadonlyArray<string>
  /** The folder that git changes with every tree that comes or goes; it may be absent. */
  readonly listed: string
}

export const worktreesOf = (project: string, home: string): Worktrees => {
  const repository = repositoryOf(project)
  if (repository === undefined) return { roots: [], listed: path.join(project, '.git/worktrees') }
  const { common, main } = repository
  const listed = path.join(common, 'worktrees')
  const linked = namesIn(listed).flatMap((name) => {
    const own = path.join(listed, name)
    const pointer = pathIn(path.join(own, 'gitdir'), '')
    if (pointer === undefined || path.basename(pointer) !== '.git') return []
    return pointsTo(pointer, own) ? [path.dirname(pointer)] : []
  })
  const roots = [...(main === undefined ? [] : [main]), ...linked]
    .map((root) => realPathOf(root) ?? root)
    .filter((root) => root !== project && isNarrow(root, home))
  return { roots: [...new Set(roots)].slice(0, MOST_WORKTREES), listed }
}

/** Changes when the trees may have to be looked up again. */
export const worktreesStamp = (project: string, listed: string): string => {
  const git = statOf(path.join(project, '.git'))
  const list = statOf(listed)
  return `${git?.ino} ${git?.isFile() === true ? git.mtimeMs : ''} ${list?.ino} ${list?.mtimeMs}`
}

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return named.lstatSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const repositoryOf = (project: string): Repository | undefined => {
  const git = path.join(project, '.git')
  const stat = statOf(git)
  if (stat === undefined) return undefined
  if (stat.isDirectory()) return { common: git, main: undefined }
  // A linked tree: its folder in the repository must know of it.
  const own = pathIn(git, 'gitdir: ')
  if (own === undefined || path.basename(path.dirname(own)) !== 'worktrees') return undefined
  const back = pathIn(path.join(own, 'gitdir'), '')
  if (back === undefined || realPathOf(back) !== realPathOf(git)) return undefined
  const common = path.dirname(path.dirname(own))
  return { common, main: path.basename(common) === '.git' ? path.dirname(common) : undefined }
}

const pointsTo = (file: string, folder: string): boolean => {
  const pointed = pathIn(file, 'gitdir: ')
  return pointed !== undefined && realPathOf(pointed) === realPathOf(folder)
}

/** The path that a pointer file holds, absolute; relative ones are relative to the file's folder. */
const pathIn = (file: string, prefix: string): string | undefined => {
  const text = readSource(file, MOST_POINTER).text
  if (text === undefined || !text.startsWith(prefix)) return undefined
  const line = text.slice(prefix.length).replace(/[\r\n]+$/, '')
  return line === '' || /[\r\n]/.test(line) ? undefined : path.resolve(path.dirname(file), line)
}

const namesIn = (folder: string): ReadonlyArray<string> => {
  let open: fs.Dir
  try {
    open = named.opendirSync(folder)
  } catch {
    return []
  }
  const names: Array<string> = []
  try {
    for (
      let one = open.readSync();
      one !== null && names.length < MOST_LISTED;
      one = open.readSync()
    )
      names.push(one.name)
  } catch {
    return names
  } finally {
    open.closeSync()
  }
  return names
}

const OF_THE_SYSTEM = /^\/(?:etc|usr|bin|lib|sbin|boot|dev|proc|sys)\//

/** Neither the home directory, nor what holds it, nor a folder of the system. */
const isNarrow = (root: string, home: string): boolean =>
  !isWithin(home, root) && root.split('/').length > 2 && !OF_THE_SYSTEM.test(root)
