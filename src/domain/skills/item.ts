// A file that instructs the agent or has the client run something, as the manifest holds it: where it
// lies, what it is, and the hash that it was trusted with. No text of it is ever in the log.
import * as Schema from 'effect/Schema'
import { pathKey } from '../action/pathKey.ts'
import { PathRef } from '../action/place.ts'
import { Digest } from '../hash.ts'

/**
 * `hook`: a program or module that the client runs by itself, or the keys of a settings file that say so.
 * `settings`: the rest of such a file. `folder`: one that holds more than can be looked at.
 */
export const SKILL_KINDS = [
  'skill',
  'agent',
  'command',
  'hook',
  'plugin',
  'mcp',
  'settings',
  'instructions',
  'rule',
  'style',
  'folder',
] as const
export const SkillKind = Schema.Literals(SKILL_KINDS)
export type SkillKind = typeof SkillKind.Type

/** Whose it is: the user's own, or brought by what the session works in. */
export const SkillLevel = Schema.Literals(['user', 'project'])
export type SkillLevel = typeof SkillLevel.Type

export const SkillItem = Schema.Struct({
  /** Below the home directory, or from the root: projects share no names. */
  path: PathRef,
  kind: SkillKind,
  /** Of the file's bytes; of a settings file's `hook`, of the keys that run something. */
  hash: Digest,
  level: SkillLevel,
  /** The folder that it was found for: the client's own, or that of a project. */
  in: PathRef,
})
export type SkillItem = typeof SkillItem.Type

/** Undefined for a path with something masked in it, which names no file. */
export const itemKey = ({ path, kind }: Pick<SkillItem, 'path' | 'kind'>): string | undefined => {
  const at = pathKey(path)
  return at === undefined ? undefined : `${kind} ${at}`
}

/**
 * Changing one of these is tampering: it is run, or followed, without being shown to anybody. Of the
 * others (what the user and the client edit every day) a change is told, and holds nothing up.
 */
const GUARDED: ReadonlySet<SkillKind> = new Set(['skill', 'agent', 'hook', 'plugin', 'mcp'])

export const isGuarded = (kind: SkillKind): boolean => GUARDED.has(kind)

/** What of a file runs something by being there, or lets others do so. */
export const RUNS = [
  'hook',
  'module',
  'mcp',
  'env',
  'program',
  'plugin',
  'hooks-off',
  'too-large',
  'too-many',
] as const
export type Runs = (typeof RUNS)[number]
