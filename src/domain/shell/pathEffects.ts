// From a word that names a path to effects on it. A pattern reaches what lies in its literal folder;
// a path that is only known at run time gives an effect without a target, and where something is
// deleted an `opaque` beside it, never nothing.
import type { EffectDraft, Reach } from '../action/draft.ts'
import { normalise } from '../action/paths.ts'
import { specialZoneOf } from '../action/zones.ts'
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

/** Undefined for a relative path when the working directory is not known. */
export const absolutePath = (text: string, cwd: string | undefined): string | undefined => {
  if (text.startsWith('/')) return normalise(text, cwd ?? '/', '/')
  return cwd === undefined ? undefined : normalise(`./${text}`, cwd, '/')
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
    ? unknownPath(kind, reach)
    : [{ kind, path, reach, ...leaving(text, at.cwd) }]
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
  const folder = text.slice(0, text.lastIndexOf('/', wild) + 1)
  const path = absolutePath(folder === '' ? '.' : folder, at.cwd)
  if (path === undefined) return unknownPath(kind, reach)
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
  // Whatever the unknown folder is, `$dir/.env` holds what files of that name hold.
  const tail = text.slice(text.lastIndexOf(UNKNOWN) + 1)
  const special = tail.startsWith('/') ? specialZoneOf(`/${UNKNOWN}${tail}`, at.home) : undefined
  if (special === 'secret' && reads && !at.shallow) out.push({ kind: 'secret.read' })
  if (special === 'gate' && !reads) out.push({ kind: 'tamper' })
  if (special === 'persist' && !reads) out.push({ kind: 'persist' })
  const head = headOf(word)
  const folder = head.slice(0, head.lastIndexOf('/') + 1)
  const path = folder === '' || folder === '/' ? undefined : absolutePath(folder, at.cwd)
  if (path === undefined || text.includes('..')) return [...out, ...unknownPath(kind, reach)]
  out.push({ kind, path, reach: reads ? 'self' : 'some' })
  // The unknown may hold `..`, and unquoted it may be several words.
  if (kind === 'fs.delete') out.push({ kind: 'opaque', why: 'dynamic-target' })
  return out
}
