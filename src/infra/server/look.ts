// How the gateway comes to know where a call happens and what the machine looks like there. On a live
// event the machine is asked; a recorded one is taken at its word, so that every machine says the same.
import { refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import { gateBelow, homeOf } from '../../domain/action/recordedPlace.ts'
import { NO_SOURCES } from '../../domain/action/sources.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Registered } from '../client/configEffect.ts'
import type { FilesOf } from './gatherSources.ts'
import { findProjectRoot, observe, type Seen } from './observe.ts'
import { outsideProjects } from './placeIn.ts'
import { type Survey, surveyOf } from './survey.ts'

export interface Look {
  /** The place that the project's own path is written in: home directory and the gate's own files. */
  readonly outside: (event: HookEvent) => Place
  /** The project that a session whose first event this is works in. */
  readonly projectRoot: (cwd: string, home: string) => string
  readonly survey: (project: string, home: string) => Survey
  readonly observe: (event: HookEvent, place: Place, filesOf: FilesOf) => Seen
}

export const lookAtMachine = (options: {
  /** The user's home directory, absolute and real. */
  readonly home: string
  /** Absolute paths of the gate's own files: zone `gate`. */
  readonly gatePaths: ReadonlyArray<string>
  /** Where the client's settings load the gate. */
  readonly registered: () => Registered
}): Look => {
  const outside = outsideProjects(options.home, options.gatePaths)
  return {
    outside: () => outside,
    projectRoot: findProjectRoot,
    survey: surveyOf,
    observe: (event, place, filesOf) =>
      observe(event, place, { registered: options.registered, filesOf }),
  }
}

/**
 * Looks at nothing: no link is followed, no script read, no settings file opened. The home directory is
 * the one that the payload speaks of, and the project the session's first working directory.
 */
export const lookAtNothing: Look = {
  outside: (event) => {
    const home = homeOf(event)
    return outsideProjects(home, gateBelow(home))
  },
  projectRoot: (cwd) => cwd,
  survey: () => ({}),
  observe: (event, place) => ({
    observed: { cwd: refOf(event.cwd, place), links: [] },
    sources: NO_SOURCES,
    texts: [],
  }),
}
