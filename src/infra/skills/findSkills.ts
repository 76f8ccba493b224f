// Every file that instructs the agent or has the client run something, of the user and of a project, with
// its hash. Synchronous and bounded in files, bytes and depth; never throws. Between this look and the
// client's own reading a file may be swapped: that cannot be helped from outside the client, and is found
// at the next look.
import * as path from 'node:path'
import { utf8 } from '../../domain/bytes.ts'
import { absoluteOf, isWithin, refOf } from '../../domain/action/paths.ts'
import type { PathRef, Place as Outside } from '../../domain/action/place.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import { digestOf } from '../../domain/hash.ts'
import type { SkillItem, SkillLevel } from '../../domain/skills/item.ts'
import type { FoundSkill } from '../../domain/skills/trust.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { type Place, PROJECT_PLACES, sortOf, USER_PLACES } from './clientPlaces.ts'
import type { LookAtFile, LookedFile } from './fileLooks.ts'
import { pluginFolders } from './pluginFolders.ts'
import { named } from '../files/named.ts'

/** Of the user and of a project, each. */
export const MOST_FILES = 2000
const MOST_BYTES = 128 * 1024 * 1024
const MOST_DEPTH = 8
/** Names that one folder is read for. */
const MOST_FOLDERS = 2000
/** Folders above the one that a session was started in. */
const MOST_ABOVE = 16

/** What is in them was brought by a package manager or by git, and is changed by these all the time. */
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git'])

export interface FindOptions {
  /** The client's folders of the user, absolute. */
  readonly clientDirs: ReadonlyArray<string>
  /** The folder that a session is started in, and the root of its project; none: the user's files alone. */
  readonly project?: { readonly start: string; readonly root: string }
  /** Files that the client said it loaded, absolute. */
  readonly loaded: ReadonlyArray<string>
  /** What is trusted of these folders already. */
  readonly known: (folders: ReadonlySet<string>) => ReadonlyArray<SkillItem>
  readonly outside: Outside
  readonly look: LookAtFile
}

export interface FoundSkills {
  readonly found: ReadonlyArray<FoundSkill>
  /** What was trusted of the folders looked through, whether it is there or not. */
  readonly known: ReadonlyArray<SkillItem>
}

export const findSkills = (options: FindOptions): FoundSkills => {
  const { clientDirs, project, outside } = options
  const users = clientDirs.map((dir) => new Search(options, 'user', dir))
  for (const search of users) search.user()
  const searches = [...users]
  if (project !== undefined) {
    const search = new Search(options, 'project', project.start)
    search.project(project)
    searches.push(search)
  }
  const folders = new Set(searches.flatMap(({ folder }) => pathKey(refOf(folder, outside)) ?? []))
  const known = options.known(folders)
  const paths = new Set(searches.flatMap(({ paths: found }) => [...found]))
  const again = searches.flatMap((search) => search.again(known, paths))
  return { found: [...searches.flatMap(({ found }) => found), ...again], known }
}

/** The search of one level: all that it finds is `in` its folder. */
class Search {
  readonly found: Array<FoundSkill> = []
  /** By key of the path. */
  readonly paths = new Set<string>()
  readonly folder: string
  readonly #options: FindOptions
  readonly #level: SkillLevel
  readonly #in: PathRef
  readonly #folders = new Set<string>()
  #files = 0
  #bytes = 0
  #cut = false

  constructor(options: FindOptions, level: SkillLevel, folder: string) {
    this.#options = options
    this.#level = level
    this.folder = folder
    this.#in = refOf(folder, options.outside)
  }

  user(): void {
    const { home } = this.#options.outside
    const usual = path.join(home, '.claude')
    const state = this.folder === usual ? home : this.folder
    this.#file(path.join(state, '.claude.json'), { at: '', kind: 'mcp', form: 'client-state' })
    this.#places(this.folder, USER_PLACES)
    this.#loaded((file) => isWithin(file, this.folder))
    this.#end()
  }

  project({ start, root }: { readonly start: string; readonly root: string }): void {
    const dirs = foldersUp(start, isWithin(start, root) ? root : start)
    const own = new Set(this.#options.clientDirs)
    for (const [at, dir] of dirs.entries()) {
      const isUsers = own.has(path.join(dir, '.claude'))
      this.#places(
        dir,
        PROJECT_PLACES.filter(
          (place) =>
            (at === 0 || place.here !== true) &&
            !(isUsers && place.at.startsWith('.claude/') && !place.at.includes('.local.')),
        ),
      )
    }
    this.#loaded((file) => ![...own].some((dir) => isWithin(file, dir)))
    this.#end()
  }

  /** What the client said it loaded, and no table names. */
  #loaded(isMine: (file: string) => boolean): void {
    for (const file of this.#options.loaded)
      if (isMine(file)) this.#file(file, { at: '', kind: 'instructions' })
  }

  /**
   * What is trusted and was not come by: a nested file of instructions, a program that no hook names any
   * longer. They are looked at where they are, so that a change of them is one.
   */
  again(known: ReadonlyArray<SkillItem>, seen: ReadonlySet<string>): ReadonlyArray<FoundSkill> {
    const before = this.found.length
    const mine = pathKey(this.#in)
    for (const { path: ref, kind, in: folder } of known) {
      if ((kind !== 'instructions' && kind !== 'hook') || pathKey(folder) !== mine) continue
      const at = pathKey(ref)
      const file = absoluteOf(ref, this.#options.outside)
      if (at === undefined || file === undefined || seen.has(at)) continue
      // Of a settings file that is gone it is the keys that are missing.
      if (/\/settings(?:\.local)?\.json$/.test(file)) continue
      this.#file(file, { at: '', kind })
    }
    return this.found.splice(before)
  }

  #places(dir: string, places: ReadonlyArray<Place>): void {
    for (const place of places) {
      const at = path.join(dir, place.at)
      if (place.below === true) this.#tree(at, place)
      else {
        const looked = this.#file(at, place)
        if (looked !== undefined) this.#leadsTo(looked, dir)
      }
    }
  }

  /** What a settings file names: plugins, and the programs of hooks. */
  #leadsTo({ plugins, programs }: LookedFile, dir: string): void {
    const { clientDirs } = this.#options
    for (const clientDir of clientDirs)
      for (const folder of pluginFolders(clientDir, plugins))
        this.#tree(folder, { at: '', kind: 'plugin', below: true })
    for (const program of programs) {
      const file = this.#programFile(program, dir)
      if (file !== undefined) this.#file(file, { at: '', kind: 'hook' })
    }
  }

  /** Where a hook's program lies, where that is the user's own ground: what the system has is not. */
  #programFile(program: string, dir: string): string | undefined {
    const { home } = this.#options.outside
    const given = program
      .replace(/^\$\{?CLAUDE_PROJECT_DIR\}?(?=\/)/, dir)
      .replace(/^(?:~|\$\{?HOME\}?)(?=\/)/, home)
    if (given.includes('$') || given.includes('\0')) return undefined
    const file = path.resolve(dir, given)
    const isOwn = isWithin(file, home) || isWithin(file, dir)
    return isOwn && !file.includes('/node_modules/') ? file : undefined
  }

  /** The files near the top first: a skill's own text comes before what lies beside it. */
  #tree(root: string, place: Place): void {
    let level = [root]
    for (let depth = 0; depth < MOST_DEPTH && level.length > 0; depth++) {
      const below: Array<string> = []
      for (const dir of level) {
        for (const { name, isFolder } of this.#entries(dir)) {
          const at = path.join(dir, name)
          if (!isFolder) this.#file(at, place)
          else if (!PASSED_OVER.has(name)) below.push(at)
        }
        if (this.#cut) return
      }
      level = below
    }
    if (level.length > 0) this.#cut = true
  }

  /** Of a folder that was not read yet: links may lead in a circle, and to one folder twice. */
  #entries(dir: string): ReadonlyArray<{ readonly name: string; readonly isFolder: boolean }> {
    try {
      const { dev, ino } = named.statSync(dir)
      const id = `${dev} ${ino}`
      if (this.#folders.has(id)) return []
      if (this.#folders.size >= MOST_FOLDERS) this.#cut = true
      this.#folders.add(id)
      const entries = named.readdirSync(dir, { withFileTypes: true })
      return entries
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((entry) => ({
          name: entry.name,
          isFolder: entry.isSymbolicLink()
            ? leadsToFolder(path.join(dir, entry.name))
            : entry.isDirectory(),
        }))
    } catch {
      // Not there, no folder, or not to be read: the client finds nothing in it either.
      return []
    }
  }

  #file(file: string, place: Place): LookedFile | undefined {
    if (this.#cut) return undefined
    const { look, outside } = this.#options
    const ref = refOf(file, outside)
    const at = pathKey(ref)
    if (at === undefined || this.paths.has(at)) return undefined
    const looked = look(file, sortOf(file, place, this.#level))
    if (looked === undefined) return undefined
    this.#files += 1
    this.#bytes += looked.size
    if (this.#files > MOST_FILES || this.#bytes > MOST_BYTES) {
      this.#cut = true
      return undefined
    }
    this.paths.add(at)
    const { unreadable } = looked
    for (const { kind, hash, runs, empty } of looked.parts)
      this.found.push({
        path: ref,
        kind,
        hash,
        level: this.#level,
        in: this.#in,
        runs,
        ...(unreadable === undefined ? {} : { unreadable }),
        ...(empty === true ? { empty } : {}),
      })
    return looked
  }

  /** More than can be looked at is told, and trusted, as one thing: behind it anything may be. */
  #end(): void {
    if (!this.#cut) return
    this.#cut = false
    this.found.push({
      path: this.#in,
      kind: 'folder',
      hash: digestOf(sha256, utf8(`more than ${MOST_FILES} files`)),
      level: this.#level,
      in: this.#in,
      runs: ['too-many'],
    })
  }
}

const leadsToFolder = (at: string): boolean => {
  try {
    return named.statSync(at).isDirectory()
  } catch {
    return false
  }
}

const foldersUp = (start: string, root: string): ReadonlyArray<string> => {
  const dirs: Array<string> = []
  for (let at = start; dirs.length < MOST_ABOVE; at = path.dirname(at)) {
    dirs.push(at)
    if (at === root || at === path.dirname(at)) break
  }
  return dirs
}
