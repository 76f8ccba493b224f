// What `hook harden` is asked for, from the command line and the environment of sudo, and refused where it
// is not root's to ask.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { accountOf, type Account } from '../../infra/harden/accounts.ts'
import type { HardenRequest } from '../../infra/harden/harden.ts'
import { ROOTS, SERVICE } from '../../infra/harden/places.ts'
import { isSystemd } from '../../infra/harden/plane.ts'
import { readHardened } from '../../infra/harden/record.ts'
import { onlyFromOutside } from '../../infra/control/outside.ts'
import { shown } from '../../infra/files/failure.ts'
import { isPrivateDir } from '../../infra/files/secureDirs.ts'
import { layout, resolvePaths } from '../../infra/paths.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { commandFailureOf, runEffect } from './runEffect.ts'

/** `command`: as it was given, for the line that says how to run it. `root`: of the bundle. */
export const onlyAsRoot = async (command: string, root: string): Promise<void> => {
  if (process.getuid?.() !== 0)
    throw new CommandFailure({
      kind: 'not-root',
      message: 'only root can put the gate out of your own reach',
      // Root's search path need not have either.
      remedy: `sudo ${shown(process.execPath)} ${shown(path.resolve(root, '../bin/isonapse.cjs'))} ${command}`,
      exit: 2,
    })
  await runEffect(onlyFromOutside(process.pid, 'changes who can change the gate'))
}

const orThrow = <A, E>(result: Result.Result<A, E>): A => {
  if (Result.isSuccess(result)) return result.success
  throw commandFailureOf(result.failure)
}

/** What says where the user's files are; sudo passes on only what is named to it. */
const PLACES = ['ISONAPSE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'] as const

export const hardenRequest = (
  named: string | undefined,
  root: string,
  version: string,
): HardenRequest => {
  const user = userFor(named)
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? ''
  const given = {
    ...Object.fromEntries(
      PLACES.flatMap((name) => {
        const value = process.env[name]
        return value === undefined || value === '' ? [] : [[name, value] as const]
      }),
    ),
    // Root's own may be in its place.
    ...(isPrivateDir(runtime, user.uid) ? { XDG_RUNTIME_DIR: runtime } : {}),
  }
  const before = orThrow(readHardened(ROOTS))
  const from =
    before?.user.uid === user.uid
      ? layout(before.from.configDir, before.from.dataDir, before.from.runDir)
      : orThrow(
          resolvePaths({
            env: given,
            platform: process.platform,
            homedir: user.home,
            uid: user.uid,
            isPrivateDir: (dir) => isPrivateDir(dir, user.uid),
          }),
        )
  return {
    roots: ROOTS,
    user,
    service: SERVICE,
    from,
    env: given,
    source: { root: path.resolve(root, '..'), node: process.execPath, version },
    systemd: isSystemd(),
    pid: process.pid,
  }
}

const userFor = (named: string | undefined): Account => {
  const name = named ?? process.env['SUDO_USER']
  if (name === undefined || name === '')
    throw usage('whom it is for is not known', 'sudo isonapse hook harden --for USER')
  const account = orThrow(accountOf(name))
  if (account !== undefined) return account
  throw usage(`there is no user ${name}`, 'getent passwd lists them')
}
