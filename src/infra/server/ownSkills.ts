// The files that instruct the agent, for whoever has the log of this user.
import { clientDirsOf } from '../client/wiring.ts'
import type { AppPaths } from '../paths.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import type { LevelWitness } from '../store/levelWitness.ts'
import { gatePathsOf } from './gatePaths.ts'
import { findProjectRoot } from './observe.ts'
import { outsideProjects } from './placeIn.ts'
import { makeSkills, type Skills } from './skills.ts'
import { MARKETPLACE, PLUGIN_ID } from '../client/plugin.ts'
import { settingsIn } from './openWitness.ts'

/** For whoever has the log: to look, and to record as well where it can be written. */
export const skillsOf = (options: {
  readonly paths: AppPaths
  /** Absolute and real. */
  readonly home: string
  readonly log: LevelWitness
  readonly scanner: Scanner
  readonly onNotice: (line: string) => void
}): Skills => {
  const { paths, home, log } = options
  const settings = settingsIn(log)
  return makeSkills({
    ...options,
    clientDirs: () => clientDirsOf(paths, home),
    outside: outsideProjects(home, gatePathsOf(paths, home)),
    own: { id: PLUGIN_ID, marketplace: MARKETPLACE, dir: paths.pluginDir },
    projectRoot: findProjectRoot,
    injectionAction: () => settings()['injection.action'],
  })
}
