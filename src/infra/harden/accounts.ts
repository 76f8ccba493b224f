// The machine's accounts, as its own name service tells them, and the control plane's account.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { ControlFailure } from '../../domain/control/methods.ts'
import { runAs } from './runAs.ts'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

const GETENT = '/usr/bin/getent'
const USERADD = '/usr/sbin/useradd'
const USERDEL = '/usr/sbin/userdel'

/** Programs that hardening runs; the machine is no Linux with accounts of its own without them. */
export const TOOLS: ReadonlyArray<string> = [
  GETENT,
  USERADD,
  USERDEL,
  '/usr/bin/setpriv',
  '/usr/bin/env',
  '/usr/bin/id',
  '/usr/bin/install',
  '/usr/bin/ls',
  '/usr/bin/tar',
  '/usr/bin/mv',
  '/usr/bin/rm',
]

export const missingTools = (): ReadonlyArray<string> => TOOLS.filter((at) => !fs.existsSync(at))

/** Undefined where there is no such account. */
export const accountOf = (nameOrUid: string): Result.Result<Account | undefined, ControlFailure> =>
  Result.map(runAs('root', GETENT, ['passwd', '--', nameOrUid], [0, 2]), ({ stdout }) =>
    accountIn(stdout.split('\n')[0] ?? ''),
  )

const accountIn = (line: string): Account | undefined => {
  const [name, , uid, gid, , home] = line.split(':')
  return name === undefined || name === '' || home === undefined
    ? undefined
    : { name, uid: Number(uid), gid: Number(gid), home }
}

/**
 * Who else is in the account's own group, as far as this machine lists its accounts: he could connect to
 * the sockets as well.
 */
export const othersInGroup = ({
  name,
  gid,
}: Account): Result.Result<ReadonlyArray<string>, ControlFailure> =>
  Result.gen(function* () {
    const { stdout: group } = yield* runAs('root', GETENT, ['group', '--', String(gid)], [0, 2])
    const { stdout: all } = yield* runAs('root', GETENT, ['passwd'])
    const members = (group.trim().split(':')[3] ?? '').split(',').filter((one) => one !== '')
    const primary = all
      .split('\n')
      .map(accountIn)
      .flatMap((one) => (one?.gid === gid ? [one.name] : []))
    return [...new Set([...members, ...primary])].filter((one) => one !== name)
  })

/** The group is the account's alone by its name as well: what is lent it lends no other's rights. */
export const isOwnGroup = ({
  name,
  gid,
}: Pick<Account, 'name' | 'gid'>): Result.Result<boolean, ControlFailure> =>
  Result.map(
    runAs('root', GETENT, ['group', '--', String(gid)], [0, 2]),
    ({ stdout }) => gid > 0 && stdout.split(':')[0] === name,
  )

/** Below this an account is the system's own (login.defs, SYS_UID_MAX). */
const FIRST_PERSON = 1000

/** An account that somebody logs in with would read keys and log. */
export const isService = ({ uid }: Account): boolean => uid > 0 && uid < FIRST_PERSON

export const makeService = (name: string): Result.Result<Account, ControlFailure> =>
  Result.gen(function* () {
    yield* runAs('root', USERADD, [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      '--comment',
      'Isonapse control plane',
      '--',
      name,
    ])
    const made = yield* accountOf(name)
    if (made !== undefined) return made
    return yield* Result.fail(
      new ControlFailure({
        kind: 'account',
        message: `useradd made no account ${name}`,
        remedy: `getent passwd ${name}`,
        exit: 1,
      }),
    )
  })

/** Status 6: there is none any more. */
export const removeService = (name: string): Result.Result<void, ControlFailure> =>
  Result.map(runAs('root', USERDEL, ['--', name], [0, 6]), () => undefined)
