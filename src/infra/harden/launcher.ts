// The first program of a hook gets the client's environment, which a project's settings fill, and a
// dynamic linker does more by it than load code: told to list what a program is linked with
// (LD_TRACE_LOADED_OBJECTS, heeded even when empty) it ends with status 0, and to the client a hook that
// ends so, without an answer, lets the call pass. It heeds none of that in a program that changes the
// group it runs with: so `env` is laid down once more, set-group-ID to the control plane's group, which
// may do nothing. The shell that it starts goes back to the user's own group.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import type { ControlFailure } from '../../domain/control/methods.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { isOwnGroup } from './accounts.ts'
import { placesOf } from './places.ts'
import type { HardenedRecord } from './record.ts'
import { runAs } from './runAs.ts'

const ENV = '/usr/bin/env'

/** False, and none is there, where it would do nothing, or where the group is not the account's alone. */
export const layLauncher = (
  record: HardenedRecord,
): Result.Result<boolean, FileFailure | ControlFailure> =>
  Result.gen(function* () {
    const { name, gid } = record.service
    if (gid !== null && (yield* isOwnGroup({ name, gid }))) {
      yield* copyEnv(record)
      if (holds(record)) return true
    }
    const { env } = placesOf(record.roots, record.user.name)
    yield* Result.try({
      try: () => fs.rmSync(env, { force: true }),
      catch: (error) => failureOf(env, 'remove it', error),
    })
    return false
  })

const copyEnv = ({ roots, user, service }: HardenedRecord): Result.Result<void, FileFailure> => {
  const { env } = placesOf(roots, user.name)
  return Result.try({
    try: () => {
      const fresh = `${env}.new`
      fs.rmSync(fresh, { force: true })
      fs.copyFileSync(ENV, fresh, fs.constants.COPYFILE_EXCL)
      // In this order: giving a file away takes the bit from it.
      fs.chownSync(fresh, 0, service.gid ?? -1)
      fs.chmodSync(fresh, 0o2755)
      fs.renameSync(fresh, env)
    },
    catch: (error) => failureOf(env, 'copy env there', error),
  })
}

/**
 * Tried by the user: a file system may be mounted so that the bit says nothing, and a shell that kept the
 * other group would not reach the sockets.
 */
const holds = ({ roots, user, client }: HardenedRecord): boolean => {
  const { env } = placesOf(roots, user.name)
  const { sh } = client.programs
  const group = runAs(user, env, ['-i', sh, '-c', '/usr/bin/id -g'])
  if (!Result.isSuccess(group) || group.success.stdout.trim() !== String(user.gid)) return false
  const listed = runAs(user, env, ['-i', sh, '-c', 'exit 7'], [0], { LD_TRACE_LOADED_OBJECTS: '1' })
  return Result.isFailure(listed)
}

/** The hooks begin with the system's own, where the launcher says nothing. */
export const withoutLauncher = (record: HardenedRecord): HardenedRecord => ({
  ...record,
  client: { ...record.client, programs: { ...record.client.programs, env: ENV } },
})
