// From a word that names a path to effects on it. A pattern reaches what lies in its literal folder;
// a path that is only known at run time gives an effect without a target, and where something is
// deleted an `opaque` beside it, never nothing.
import type { EffectDraft, Reach } from '../action/draft.ts'
import { normalise } from '../action/paths.ts'
import { isRepository } from '../action/loss.ts'
import { isCredential, patternZoneOf, specialZoneOf } from '../action/zones.ts'
import { EVERYTHING, headOf, type ShellWord, UNKNOWN } from './word.ts'

export type FileEffect = 'fs.read' | 'fs.write' | 'fs.delete'

export type PathDraft = Pick<
  EffectDraft,
  'kind' | 'path' | 'unresolved' | 'reach' | 'pattern' | 'why'
> & {
  readonly certainty?: 'possible'
}

export interface WordPlace {
  readonly cwd: string | undefined
  readonly home: string
  /** Names and attributes are looked at, not contents. */
  readonly shallow: boolean
}

/** Devices and descriptors that are no files: reading or writing them changes nothing. */
export const isStream = (path: string): boolean =>
  /^\/dev\/(?:null|zero|full|u?random|std(?:in|out|err)|tty|fd\/\d+|pts\/\d+)$/.test(path) ||
  /^\/proc\/(?:self|thread-self)\/fd\/\d+$/.test(path)

/** Levels that lead nowhere or up: `//`, `.`, `..`, a slash at the end. */
const UNRESOLVED = /(?:^|\/)\.{0,2}(?:\/|$)/

/** Undefined for a relative path when the working directory is not known. */
export const absolutePath = (text: string, cwd: string | undefined): string | undefined => {
  if (text.startsWith('/')) return normalise(text, cwd ?? '/', '/')
  if (cwd === undefined) return undefined
  // Nothing to resolve, as with nearly every path that is written.
  if (!UNRESOLVED.test(text) && !/^\/(?:proc(?:\/|$)|$)/.test(cwd)) return `${cwd}/${text}`
  return normalise(`./${text}`, cwd, '/')
}

/**
 * The absolute path as a program hands it to the kernel, with its `..`; undefined where it has none,
 * or the working directory is not known.
 */
export const unresolvedPath = (text: string, cwd: string | undefined): string | undefined => {
  if (!text.includes('..') || !/(?:^|\/)\.\.(?:\/|$)/.test(text)) return undefined
  if (text.startsWith('/')) return text
  return cwd === undefined ? undefined : `${cwd}/${text}`
}

const leaving = (text: string, cwd: string | undefined): Pick<EffectDraft, 'unresolved'> => {
  const unresolved = unresolvedPath(text, cwd)
  return unresolved === undefined ? {} : { unresolved }
}

export const pathEffects = (
  kind: FileEffect,
  word: ShellWord,
  reach: Reach,
  at: WordPlace,
): ReadonlyArray<PathDraft> => {
  const { text } = word
  if (text === '-' || text === '') return []
  if (word.is === 'glob') return patternEffects(kind, text, reach, at)
  if (word.is === 'dynamic') return dynamicEffects(kind, word, reach, at)
  if (isStream(text)) return []
  const path = absolutePath(text, at.cwd)
  return path === undefined
    ? [...byTail(kind, `/${text}`, at), ...unknownPath(kind, reach)]
    : [{ kind, path, reach, ...leaving(text, at.cwd) }]
}

/** Whatever the unknown folder is, `.env` in it holds what files of that name hold. */
const byTail = (kind: FileEffect, tail: string, at: WordPlace): ReadonlyArray<PathDraft> => {
  const path = normalise(`/${UNKNOWN}${tail}`, '/', '/')
  const zone = specialZoneOf(path, at.home) ?? patternZoneOf(path, at.home)
  const out: Array<PathDraft> = []
  if (kind === 'fs.read') {
    if (!at.shallow && (zone === 'secret' || isCredential(path, at.home)))
      out.push({ kind: 'secret.read' })
    return out
  }
  if (zone === 'gate') out.push({ kind: 'tamper' })
  if (zone === 'persist') out.push({ kind: 'persist' })
  if (kind === 'fs.delete' && isRepository(path)) out.push({ kind: 'destroy.vcs' })
  return out
}

const unknownPath = (kind: FileEffect, reach: Reach): ReadonlyArray<PathDraft> =>
  kind === 'fs.delete' || (kind === 'fs.write' && reach === 'all')
    ? [{ kind }, { kind: 'opaque', why: 'dynamic-target' }]
    : [{ kind }]

/** Patterns of everything in a folder. */
const WHOLE = /^(?:\*+|\.\*|\*\.\*|\?\*|\*\?|\[!\.\]\*|\.\[!\.\]\*|\*\*\/\*)\/?$/

const patternEffects = (
  kind: FileEffect,
  text: string,
  reach: Reach,
  at: WordPlace,
): ReadonlyArray<PathDraft> => {
  const wild = text.search(/[*?[]/)
  if (/\/\.\.(?:\/|$)/.test(text.slice(wild))) {
    // `/tmp/*/../x`: whatever the pattern matches, the way leads back out of it.
    const back = absolutePath(text, at.cwd)
    if (back === undefined) return unknownPath(kind, reach)
    return /[*?[]/.test(back)
      ? patternEffects(kind, back, reach, at)
      : [{ kind, path: back, reach }]
  }
  const folder = text.slice(0, text.lastIndexOf('/', wild) + 1)
  const path = absolutePath(folder === '' ? '.' : folder, at.cwd)
  if (path === undefined) return [...byTail(kind, `/${text}`, at), ...unknownPath(kind, reach)]
  const rest = text.slice(folder.length)
  const left = leaving(folder, at.cwd)
  if (rest === EVERYTHING) return [{ kind, path, reach: 'all', ...left }]
  const pattern = path === '/' ? `/${rest}` : `${path}/${rest}`
  const within = kind === 'fs.read' ? 'self' : WHOLE.test(rest) ? 'all' : 'some'
  return [{ kind, path, reach: within, pattern, ...left }]
}

const dynamicEffects = (
  kind: FileEffect,
  word: ShellWord,
  reach: Reach,
  at: WordPlace,
): ReadonlyArray<PathDraft> => {
  const { text } = word
  const out: Array<PathDraft> = []
  const reads = kind === 'fs.read'
  // `$dir/` and `$dir/*` are the root when the variable is empty.
  if (kind === 'fs.delete' && /^\/+\*?$/.test(text.replaceAll(UNKNOWN, '')))
    out.push({ kind: 'destroy.system', certainty: 'possible' })
  const tail = text.slice(text.lastIndexOf(UNKNOWN) + 1)
  if (tail.startsWith('/')) out.push(...byTail(kind, tail, at))
  const head = headOf(word)
  const folder = head.slice(0, head.lastIndexOf('/') + 1)
  const path = folder === '' || folder === '/' ? undefined : absolutePath(folder, at.cwd)
  if (path === undefined || text.includes('..')) return [...out, ...unknownPath(kind, reach)]
  out.push({ kind, path, reach: reads ? 'self' : 'some' })
  // The unknown may hold `..`, and unquoted it may be several words.
  if (kind === 'fs.delete') out.push({ kind: 'opaque', why: 'dynamic-target' })
  return out
}
