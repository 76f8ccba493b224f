// The place of a call: the roots that its paths are told apart by.
import { isWithin } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import type { Survey } from './survey.ts'

/** A root that no path lies below. */
const NOWHERE = '\0'

/** The place that a project's own path is written in: given by home, or from the root. */
export const outsideProjects = (home: string, gate: ReadonlyArray<string>): Place => ({
  home,
  project: NOWHERE,
  cwd: home,
  gate,
})

/**
 * A call in a project. A session in the home directory, or above it, has no project: else everything
 * at home would count as the project's.
 */
export const placeIn = (
  root: string,
  cwd: string,
  home: string,
  gate: ReadonlyArray<string>,
  survey: (project: string, home: string) => Survey = () => ({}),
): Place =>
  isWithin(home, root)
    ? { home, project: NOWHERE, cwd, gate }
    : { home, project: root, cwd, gate, ...survey(root, home) }
