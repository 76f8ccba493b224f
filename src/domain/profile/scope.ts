// What of an effect's target is remembered: the unit that observations are counted by and rules are
// learned for. A folder, not a file; a host; a program. Coarse enough to be met again, fine enough
// that nothing else hides in it.
import type { ActionEffect, EffectKind } from '../action/effect.ts'
import { pathKey } from '../action/pathKey.ts'
import type { PathRef, Zone } from '../action/place.ts'

/** Where the agent works: what is read there needs no finer place than the zone. */
const OWN_GROUND: ReadonlySet<Zone> = new Set<Zone>(['project', 'worktree', 'tmp'])

/** Folders below the project or home that are told apart, and below the root of the file system. */
const DEPTH = { own: 2, absolute: 3 }

const LONGEST = 256

/** Of a target that was masked: it is counted, and nothing is learned from it. */
export const MASKED = '?'

export interface Scope {
  /** Without blanks at either end; empty where the effect has no target. */
  readonly text: string
  /** What lies in the scope, exactly: the file, where the scope is its folder. */
  readonly exact: string | undefined
}

const NOWHERE: Scope = { text: '', exact: undefined }

/** Reading on own ground is told by the zone alone, however far it reaches. */
export const isReadByZone = ({ kind, target }: Pick<ActionEffect, 'kind' | 'target'>): boolean =>
  kind === 'fs.read' && target !== undefined && 'path' in target && OWN_GROUND.has(target.zone)

/**
 * The scope of an effect: `./src/a` for a folder of the project (its files are `exact`), `~/notes`,
 * `/srv/data/x`, the zone alone for what is read on the agent's own ground, a host, a program, a name.
 * What reaches below its path is a scope of its own.
 */
export const scopeOf = ({ kind, target, reach }: ActionEffect): Scope => {
  if (target === undefined) return NOWHERE
  if ('path' in target) {
    const { path, zone } = target
    if (isReadByZone({ kind, target })) return { text: zone, exact: undefined }
    const key = pathKey(path)
    if (key === undefined || key.length > LONGEST) return { text: MASKED, exact: undefined }
    if (reach !== undefined) return { text: key, exact: undefined }
    return { text: folderOf(key, path), exact: key }
  }
  if ('program' in target) return { text: cut(target.program), exact: undefined }
  const text = 'host' in target ? target.host : target.name
  return { text: typeof text === 'string' ? cut(text) : MASKED, exact: undefined }
}

const cut = (text: string): string => (text.length > LONGEST ? MASKED : text.trim())

/** The folder a path lies in, or the one above it that is deep enough; its root for what lies there. */
const folderOf = (key: string, ref: PathRef): string => {
  const parts = key.split('/')
  const depth = 'path' in ref ? DEPTH.absolute : DEPTH.own
  // The root's own segment (`.`, `~` or nothing) comes first.
  return parts.slice(0, Math.max(1, Math.min(parts.length - 1, 1 + depth))).join('/') || '/'
}

/**
 * The part of a capability that readiness is told for: the program of a command, the server of an MCP
 * tool, else the tool.
 */
export const familyOf = (capability: string): string => {
  const [tool = '', name = '', second] = capability.split(':')
  return second !== undefined && (name === 'Bash' || name === 'mcp')
    ? `${tool}:${name}:${second}`
    : `${tool}:${name}`
}

/** What whoever does it changes nothing about: a permit for it needs to name no command. */
const ANYBODYS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'fs.read',
  'net.fetch',
  'exec',
  'spawn',
])

export const needsDoer = (kind: EffectKind): boolean => !ANYBODYS.has(kind)

/** Whether the options of a command are part of what was seen: where it changes or hides something. */
export const isBoundToOptions = (tool: string, kind: EffectKind): boolean =>
  tool === 'Bash' && needsDoer(kind)
