// Wiring the client: whose installation it is, and what goes into the plugin's files.
import * as path from 'node:path'
import type { Host, Program } from '../../infra/client/lifecycle.ts'
import type { Marker } from '../../infra/transport/marker.ts'
import { daemonEnvironment, launchCommand } from '../../infra/control/startDaemon.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { notHardened, ownPlace } from './ownPlace.ts'
import { withControlPlane } from './withControlPlane.ts'

export const ownHost = (): Host => ({
  ...notHardened(ownPlace(), 'this is not done'),
  env: process.env,
})

/** `root`: the folder of the bundled program, as oclif found it. */
export const ownProgram = async (
  { paths, home }: Host,
  root: string,
  version: string,
): Promise<Program> => ({
  version,
  cli: [process.execPath, path.resolve(root, '../bin/isonapse.cjs')],
  node: process.execPath,
  start: launchCommand(paths, home),
  startEnvironment: daemonEnvironment({ ...process.env, HOME: home }),
  mode: await modeOfLog(),
})

/** What a hook does without a control plane. Where the log cannot be read, it blocks. */
const modeOfLog = async (): Promise<Marker> => {
  try {
    const { mode, posture, suspended } = await withControlPlane((control) =>
      control.call('status', {}),
    )
    return mode === 'profile' && posture !== 'locked' && !suspended ? 'profile' : 'enforce'
  } catch (error) {
    if (error instanceof CommandFailure)
      return error.kind === 'not-initialised' ? 'profile' : 'enforce'
    throw error
  }
}
