// Where a recorded call may have been made. Home directory and the gate's own folders are in no entry,
// so they are found again: by what the recorded paths say beside the payload's own, by the payload, and
// as they are on this machine. The first under which the record comes out is the one.
import { absoluteOf, normalise, refOf } from '../../domain/action/paths.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { gateBelow, homeOf } from '../../domain/action/recordedPlace.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { outsideProjects, placeIn } from '../server/placeIn.ts'

export interface OwnMachine {
  /** The user's home directory, absolute and real. */
  readonly home: string
  readonly gatePaths: ReadonlyArray<string>
}

/** Lazily, as the first is nearly always it. `project`: the session's, as the log knows it. */
export function* placesOf(
  event: HookEvent,
  { cwd, project }: { readonly cwd: PathRef | undefined; readonly project: PathRef | undefined },
  own: OwnMachine,
): Generator<Place> {
  const tried = new Set<string>()
  for (const home of [toldHome(event.cwd, cwd, project), homeOf(event), own.home]) {
    if (home === undefined || tried.has(home)) continue
    tried.add(home)
    for (const gate of [own.gatePaths, gateBelow(home)]) {
      const outside = outsideProjects(home, gate)
      const root = rootOf(event.cwd, project, outside)
      if (root !== undefined) yield placeIn(root, event.cwd, home, gate)
    }
  }
}

/** Undefined where the project would have been written otherwise in this home, or is masked. */
const rootOf = (cwd: string, project: PathRef | undefined, outside: Place): string | undefined => {
  if (project === undefined) return cwd
  const written = canonicalJson(project)
  // A session's first event has it as the client wrote it.
  if (canonicalJson(refOf(cwd, outside)) === written) return cwd
  const root = absoluteOf(project, outside)
  return root !== undefined && canonicalJson(refOf(root, outside)) === written ? root : undefined
}

/** The home that the working directory's two forms, absolute and recorded, leave no choice about. */
const toldHome = (
  absolute: string,
  cwd: PathRef | undefined,
  project: PathRef | undefined,
): string | undefined => {
  const at = normalise(absolute, '/', '/')
  if (cwd === undefined) return undefined
  if ('home' in cwd) return above(at, cwd.home)
  if (!('project' in cwd) || project === undefined || !('home' in project)) return undefined
  const root = above(at, cwd.project)
  return root === undefined ? undefined : above(root, project.home)
}

/** The folder below which `path` is `rest`. */
const above = (path: string, rest: unknown): string | undefined => {
  if (typeof rest !== 'string') return undefined
  if (rest === '') return path
  return path.endsWith(`/${rest}`) ? path.slice(0, -rest.length - 1) || '/' : undefined
}
