// The bundled program beside a control plane that runs in this process.
import { spawn } from 'node:child_process'
import * as path from 'node:path'
import { type Plane, temporaryDir, withPlane } from '../infra/server/plane.ts'
import { type Ended, ended } from './ended.ts'

const program = path.resolve(import.meta.dirname, '../../bin/isonapse.cjs')

export interface Given {
  readonly stdin?: string
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** A command line in the plane's project, its words parted by one space. */
export type Run = (line: string, given?: Given) => Promise<Ended>

export const withProgram = async (
  use: (plane: Plane, run: Run) => Promise<void>,
): Promise<void> => {
  const base = temporaryDir()
  const runIn =
    (plane: Plane): Run =>
    (line, { stdin = '', env = {} } = {}) => {
      const child = spawn(process.execPath, [program, ...line.split(' ')], {
        cwd: plane.project,
        env: {
          PATH: process.env['PATH'],
          HOME: plane.home,
          ISONAPSE_HOME: path.join(base, 'iso'),
          ...env,
        },
      })
      child.stdin.on('error', () => {})
      child.stdin.end(stdin)
      return ended(child)
    }
  await withPlane((plane) => use(plane, runIn(plane)), { base })
}
