// One text for one place, for tables that are keyed by path.
import type { PathRef } from './place.ts'

/** `./src/a`, `~/x`, `/etc/x`; the roots are `.`, `~` and `/`. Undefined for a masked path. */
export const pathKey = (ref: PathRef): string | undefined => {
  const [root, text] =
    'project' in ref ? ['.', ref.project] : 'home' in ref ? ['~', ref.home] : ['', ref.path]
  if (typeof text !== 'string') return undefined
  if (root === '') return text
  return text === '' ? root : `${root}/${text}`
}

/** The key of a path in a project, told from outside it; undefined for what is masked. */
export const keyOutside = (ref: PathRef, project: PathRef | undefined): string | undefined => {
  const key = pathKey(ref)
  if (key === undefined || !('project' in ref)) return key
  const root = project === undefined ? undefined : pathKey(project)
  if (root === undefined || key === '.') return root
  return root === '/' ? key.slice(1) : `${root}${key.slice(1)}`
}

/** The place that a key stands for. */
export const refOfKey = (key: string): PathRef => {
  if (key === '.' || key.startsWith('./')) return { project: key.slice(2) }
  if (key === '~' || key.startsWith('~/')) return { home: key.slice(2) }
  return { path: key }
}
