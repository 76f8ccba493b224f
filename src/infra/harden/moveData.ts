// The log, its keys and its identity, from the user's folders to the control plane's and back. Whatever
// touches a folder of the user's runs with his rights (runAs.ts); root itself reads and writes none.
//
//   there:  witness ─▶ witness.hardening (no old control plane opens it) ─▶ copied ─▶ verified
//           ─▶ [record: hardened] ─▶ the user's copy removed
//   back:   copied to `returning` ─▶ [record: returned] ─▶ moved to where it was, name by name
//
// A crash before the record says so leaves the log where it was, and a copy that the next run replaces.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import { hardeningDir, ownNames, returningDir } from '../client/removal.ts'
import { statusLineFile } from '../client/statusLine.ts'
import { wiringFile } from '../client/wiringRecord.ts'
import { shown } from '../files/failure.ts'
import { type AppPaths, layout } from '../paths.ts'
import { placesOf } from './places.ts'
import type { HardenedRecord } from './record.ts'
import { copyAs, type Identity, runAs } from './runAs.ts'

const LS = '/usr/bin/ls'
const MV = '/usr/bin/mv'
const RM = '/usr/bin/rm'

const isThere = (at: string): boolean => fs.lstatSync(at, { throwIfNoEntry: false }) !== undefined

export const usersPaths = ({ from }: Pick<HardenedRecord, 'from'>): AppPaths =>
  layout(from.configDir, from.dataDir, from.runDir)

const servicePaths = ({ roots, user }: HardenedRecord): AppPaths => {
  const { configDir, dataDir, socketsDir } = placesOf(roots, user.name)
  return layout(configDir, dataDir, socketsDir)
}

const serviceOf = ({ service }: HardenedRecord): Identity => ({
  uid: service.uid ?? -1,
  gid: service.gid ?? -1,
})

/** What stays with the user: how his client is wired, which is his own settings' business. */
const staysWith = (paths: AppPaths): ReadonlySet<string> =>
  new Set([wiringFile(paths), statusLineFile(paths)])

/** Of one kind, those that are there, by name. */
const namesIn = (paths: AppPaths, kind: 'data' | 'configuration'): ReadonlyArray<string> => {
  const stays = staysWith(paths)
  const all = [...ownNames(paths), { what: 'configuration', at: paths.authorityFile }]
  return all
    .filter(({ what, at }) => what === kind && !stays.has(at) && isThere(at))
    .map(({ at }) => path.basename(at))
}

/** Whether the user has a log at all, set aside by an earlier run or not. */
export const hasLog = (paths: AppPaths): boolean =>
  isThere(paths.identityFile) && (isThere(paths.witnessDir) || isThere(hardeningDir(paths)))

/** An old control plane that a session starts meanwhile finds no log, and begins none. */
export const setAside = (record: HardenedRecord): Result.Result<void, ControlFailure> => {
  const paths = usersPaths(record)
  return isThere(paths.witnessDir) && !isThere(hardeningDir(paths))
    ? move(record.user, paths.witnessDir, hardeningDir(paths))
    : Result.succeed(undefined)
}

/** Takes that back: the log was not moved. */
export const putBack = (record: HardenedRecord): Result.Result<void, ControlFailure> => {
  const paths = usersPaths(record)
  return isThere(hardeningDir(paths)) && !isThere(paths.witnessDir)
    ? move(record.user, hardeningDir(paths), paths.witnessDir)
    : Result.succeed(undefined)
}

const move = (who: Identity, from: string, to: string): Result.Result<void, ControlFailure> =>
  Result.map(runAs(who, MV, ['--no-target-directory', '--', from, to]), () => undefined)

/** The log and all that is with it, into the empty folders of the control plane. */
export const copyThere = Effect.fn('copyThere')(function* (
  record: HardenedRecord,
): Effect.fn.Return<void, ControlFailure> {
  const [from, to] = [usersPaths(record), servicePaths(record)]
  const service = serviceOf(record)
  const aside = hardeningDir(from)
  for (const dir of [to.configDir, to.dataDir])
    for (const name of fs.readdirSync(dir)) fs.rmSync(path.join(dir, name), { recursive: true })
  const user = (dir: string) => ({ ...record.user, dir })
  const into = (dir: string) => ({ ...service, dir })
  const data = namesIn(from, 'data').filter((name) => name !== path.basename(from.witnessDir))
  yield* copyAs(user(from.dataDir), into(to.dataDir), data)
  yield* copyAs(user(from.configDir), into(to.configDir), namesIn(from, 'configuration'))
  fs.renameSync(path.join(to.dataDir, path.basename(aside)), to.witnessDir)
  yield* Effect.fromResult(onlyPlain(to.dataDir))
  yield* Effect.fromResult(onlyPlain(to.configDir))
})

/**
 * Nothing but folders and files: a link that the user put into his own folder would have the control
 * plane's user read or write where it leads.
 */
const onlyPlain = (root: string): Result.Result<void, ControlFailure> => {
  const folders = [root]
  for (let dir = folders.pop(); dir !== undefined; dir = folders.pop())
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const at = path.join(dir, entry.name)
      if (entry.isDirectory()) folders.push(at)
      else if (!entry.isFile() || fs.lstatSync(at).nlink !== 1)
        return Result.fail(
          new ControlFailure({
            kind: 'log-strange',
            message: `${path.relative(root, at)} in the log’s folders is no plain file: somebody put a link there`,
            remedy: 'look at it, then isonapse hook witness verify as the user',
            exit: 1,
          }),
        )
    }
  return Result.succeed(undefined)
}

/** What was moved, at the user's. */
export const removeMoved = (record: HardenedRecord): Result.Result<number, ControlFailure> => {
  const paths = usersPaths(record)
  const gone = [
    ...namesIn(paths, 'data').map((name) => path.join(paths.dataDir, name)),
    ...namesIn(paths, 'configuration').map((name) => path.join(paths.configDir, name)),
  ]
  if (gone.length === 0) return Result.succeed(0)
  return Result.map(
    runAs(record.user, RM, ['--recursive', '--force', '--', ...gone]),
    () => gone.length,
  )
}

const NONE = { stdout: '' } as const
const STAGED = { data: 'data', configuration: 'configuration' } as const

/** A whole copy at the user's, beside where it will be. */
export const copyBack = Effect.fn('copyBack')(function* (
  record: HardenedRecord,
): Effect.fn.Return<void, ControlFailure> {
  const [from, to] = [servicePaths(record), usersPaths(record)]
  const staging = returningDir(to)
  yield* Effect.fromResult(runAs(record.user, RM, ['--recursive', '--force', '--', staging]))
  const staged = [staging, ...Object.values(STAGED).map((name) => path.join(staging, name))]
  yield* Effect.fromResult(
    runAs(record.user, '/usr/bin/install', ['-d', '-m', '0700', '--', to.configDir, ...staged]),
  )
  for (const kind of ['data', 'configuration'] as const) {
    const dir = kind === 'data' ? from.dataDir : from.configDir
    yield* copyAs(
      { ...serviceOf(record), dir },
      { ...record.user, dir: path.join(staging, STAGED[kind]) },
      namesIn(from, kind),
    )
  }
})

/** Each name to where it was. What lies there meanwhile is none of this log, and kept beside it. */
export const moveIntoPlace = (record: HardenedRecord): Result.Result<void, ControlFailure> =>
  Result.gen(function* () {
    const to = usersPaths(record)
    const staging = returningDir(to)
    if (!isThere(staging)) return undefined
    for (const kind of ['data', 'configuration'] as const) {
      const from = path.join(staging, STAGED[kind])
      const dir = kind === 'data' ? to.dataDir : to.configDir
      // By the user: a link that he puts there leads no further than he comes by himself.
      const listed = isThere(from) ? yield* runAs(record.user, LS, ['-A', '-1', '--', from]) : NONE
      for (const name of listed.stdout.split('\n').filter((one) => one !== ''))
        yield* runAs(record.user, MV, [
          '--backup=numbered',
          '--no-target-directory',
          '--',
          path.join(from, name),
          path.join(dir, name),
        ])
    }
    yield* runAs(record.user, RM, ['--recursive', '--force', '--', staging])
    return undefined
  })

/**
 * Opens and verifies the log as the control plane's user, by the program as it was laid down: root
 * itself would leave files there that are not the log's owner's.
 */
export const verifyThere = (record: HardenedRecord): Result.Result<string, ControlFailure> => {
  const { node, app, stateDir } = placesOf(record.roots, record.user.name)
  const cli = path.join(app, 'bin/isonapse.cjs')
  return Result.flatMap(
    runAs(serviceOf(record), node, [cli, 'hook', 'witness', 'verify', '--json'], [0, 1, 2], {
      HOME: stateDir,
      ISONAPSE_HOME: stateDir,
      NODE_DISABLE_COMPILE_CACHE: '1',
    }),
    ({ stdout }) => {
      const said = verdictIn(stdout)
      return said.verdict === 'anchored' || said.verdict === 'unanchored'
        ? Result.succeed(`${said.size} entries, root ${said.root?.slice(0, 16)}`)
        : Result.fail(
            new ControlFailure({
              kind: 'log-bad',
              message: `the log does not verify: ${said.problem ?? said.error?.message ?? 'no word of why'}`,
              remedy: `isonapse hook witness verify   (${shown(stateDir)})`,
              exit: 1,
            }),
          )
    },
  )
}

interface Verdict {
  readonly verdict?: string
  readonly size?: number
  readonly root?: string
  readonly problem?: string | null
  readonly error?: { readonly message?: string }
}

const verdictIn = (stdout: string): Verdict => {
  try {
    return JSON.parse(stdout) as Verdict
  } catch {
    return {}
  }
}
