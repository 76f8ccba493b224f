// What an argument that names a file is to the program or the library call it is given to, as one
// effect each: a table row of a program and a table row of a library mean the same by it.
import type { EffectDraft, Reach } from './draft.ts'

export interface FileRoleEffect {
  readonly kind: 'fs.read' | 'fs.write' | 'fs.delete'
  readonly reach: Reach
  readonly more?: Partial<EffectDraft>
}

/**
 * `list` a path looked at, not into · `read` a file that is read · `scan` a folder read as a whole ·
 * `write`, `change` (as a whole) · `delete`, `deleteAll`.
 */
export const FILE_ROLES = {
  list: { kind: 'fs.read', reach: 'self', more: { shallow: true } },
  read: { kind: 'fs.read', reach: 'self' },
  scan: { kind: 'fs.read', reach: 'all' },
  write: { kind: 'fs.write', reach: 'self' },
  change: { kind: 'fs.write', reach: 'all' },
  delete: { kind: 'fs.delete', reach: 'self' },
  deleteAll: { kind: 'fs.delete', reach: 'all' },
} as const satisfies Readonly<Record<string, FileRoleEffect>>

export type FileRole = keyof typeof FILE_ROLES

/** The effect of a role; undefined for a role that is about no file. */
export const fileRoleOf = (role: string): FileRoleEffect | undefined =>
  Object.hasOwn(FILE_ROLES, role) ? FILE_ROLES[role as FileRole] : undefined
