// Naming our status line in the client's settings, and taking it out again.
import * as Effect from 'effect/Effect'
import * as path from 'node:path'
import { clientDirOf } from '../../infra/client/clientFiles.ts'
import { reportOf } from '../../infra/client/report.ts'
import { installStatusLine, uninstallStatusLine } from '../../infra/client/statusLine.ts'
import { ownHost } from './wiring.ts'

/** `root`: the folder of the bundled program. */
export const statusLineInstalled = (root: string) => {
  const { paths, home, env } = ownHost()
  const cli = [process.execPath, path.resolve(root, '../bin/isonapse.cjs')]
  return Effect.map(
    Effect.fromResult(installStatusLine({ paths, clientDir: clientDirOf(home, env), cli })),
    (steps) => reportOf(steps, ['sessions of Claude Code that begin from now on show it']),
  )
}

export const statusLineUninstalled = () =>
  Effect.sync(() => reportOf(uninstallStatusLine(ownHost().paths), []))
