// `hook harden`, by root. Safe to repeat and to interrupt: the record is written before anything is laid
// down, each step makes what is missing and keeps what is right, and until the record says `hardened`
// the user's own log is the one that counts.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import { markerFile } from '../client/plugin.ts'
import { done, kept, type LifecycleReport, reportOf, type Step } from '../client/report.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { checkAncestors } from '../files/secureDirs.ts'
import type { AppPaths } from '../paths.ts'
import { DEFAULT_DEADLINE_SECONDS, type HookClientOptions } from '../transport/hookClient.ts'
import { MARKERS } from '../transport/marker.ts'
import { type NoTransport, probeTransports } from '../transport/probe.ts'
import { trustedProgram } from '../transport/programs.ts'
import type { BakedValueRefused } from '../transport/shellQuote.ts'
import {
  type Account,
  accountOf,
  isService,
  makeService,
  missingTools,
  othersInGroup,
} from './accounts.ts'
import { alone } from './alone.ts'
import { layLauncher, withoutLauncher } from './launcher.ts'
import { copyThere, hasLog, removeMoved, setAside, usersPaths, verifyThere } from './moveData.ts'
import { idsOf, type Piece, piecesOf } from './pieces.ts'
import { hardenedPaths, type HardenRoots, placesOf, recordFile } from './places.ts'
import { enableUnit, startHardened, stopHardened, stopUsers, unwireUser } from './plane.ts'
import { copyProgram, type Source } from './program.ts'
import { type HardenedRecord, readHardened, writeHardened } from './record.ts'

export interface HardenRequest {
  readonly roots: HardenRoots
  readonly user: Account
  /** The name of the control plane's account. */
  readonly service: string
  /** The user's own folders as they are now. */
  readonly from: AppPaths
  /** What of the environment says where those are. */
  readonly env: Readonly<Record<string, string>>
  readonly source: Source
  /** Whether systemd starts it. */
  readonly systemd: boolean
  /** The process that asks. */
  readonly pid: number
}

export type HardenFailure = ControlFailure | FileFailure | BakedValueRefused | NoTransport

const refused = (kind: string, message: string, remedy: string): ControlFailure =>
  new ControlFailure({ kind, message, remedy, exit: 2 })

/** What keeps it from being done at all; nothing is changed by asking. */
const mayHarden = (
  request: HardenRequest,
  before: HardenedRecord | undefined,
): Result.Result<void, HardenFailure> =>
  Result.gen(function* () {
    const { user, roots, from } = request
    if (process.platform !== 'linux')
      return yield* Result.fail(
        refused(
          'platform',
          'assurance level hardened is for Linux alone',
          'isonapse hook init --passphrase gives level authority',
        ),
      )
    const missing = missingTools()
    if (missing.length > 0)
      return yield* Result.fail(
        refused(
          'tools',
          `this machine lacks ${missing.join(', ')}`,
          'install them (packages passwd, util-linux, coreutils, tar)',
        ),
      )
    if (user.uid === 0)
      return yield* Result.fail(
        refused(
          'user',
          'root cannot be kept from anything: it is for another user',
          'sudo isonapse hook harden --for USER',
        ),
      )
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user.name))
      return yield* Result.fail(
        refused(
          'user',
          `the name ${JSON.stringify(user.name)} cannot be part of a path and of a unit`,
          'see getent passwd',
        ),
      )
    if (before !== undefined && before.user.uid !== user.uid)
      return yield* Result.fail(
        refused(
          'other-user',
          `this machine is hardened for ${before.user.name}, and Claude Code’s managed settings are for all its users`,
          'sudo isonapse hook harden --undo, then again',
        ),
      )
    if (before?.state === 'returning' || before?.state === 'returned')
      return yield* Result.fail(
        refused(
          'undoing',
          'it is being undone, and that has not ended',
          'sudo isonapse hook harden --undo',
        ),
      )
    const others = yield* othersInGroup(user)
    if (others.length > 0)
      return yield* Result.fail(
        refused(
          'group',
          `${user.name}’s group is ${others.slice(0, 3).join(', ')}’s too, who could then reach the sockets`,
          `give ${user.name} a group of his own: groupadd ${user.name}-own, usermod -g ${user.name}-own ${user.name}, and log in again`,
        ),
      )
    for (const dir of Object.values(roots)) yield* checkAncestors(path.join(dir, 'in-it'), 0)
    if (before?.state !== 'hardened' && !hasLog(from))
      return yield* Result.fail(
        refused(
          'not-initialised',
          `${user.name} has no log in ${from.dataDir}`,
          `as ${user.name}: isonapse hook up; where it lies elsewhere, name it: sudo XDG_DATA_HOME=… isonapse hook harden`,
        ),
      )
    return undefined
  })

const recordOf = Effect.fnUntraced(function* (
  request: HardenRequest,
  before: HardenedRecord | undefined,
): Effect.fn.Return<HardenedRecord, HardenFailure> {
  const { roots, user, service, from, source, systemd } = request
  const found = yield* Effect.fromResult(accountOf(service))
  if (found !== undefined && before?.service.made !== true && !isService(found))
    return yield* refused(
      'account',
      `${service} is an account that somebody may log in with (uid ${found.uid})`,
      'see getent passwd',
    )
  const { managed } = roots
  const dirs = [managed, path.dirname(placesOf(roots, user.name).managedFile)]
  return {
    format: 1,
    state: before?.state ?? 'laying',
    version: source.version,
    user,
    service: {
      name: service,
      uid: found?.uid ?? null,
      gid: found?.gid ?? null,
      made: before?.service.made ?? found === undefined,
    },
    from: before?.from ?? { configDir: from.configDir, dataDir: from.dataDir, runDir: from.runDir },
    source: before?.source ?? [source.node, path.join(source.root, 'bin/isonapse.cjs')],
    env: before?.env ?? request.env,
    roots,
    client: yield* hookClient(request),
    made: before?.made ?? dirs.filter((dir) => !fs.existsSync(dir)),
    systemd,
  }
})

/**
 * The hook of a session cannot start a process of another uid: it waits a moment for one that systemd is
 * just starting, and then the marker decides.
 */
const hookClient = Effect.fnUntraced(function* ({
  roots,
  user,
}: HardenRequest): Effect.fn.Return<HookClientOptions, FileFailure | NoTransport> {
  const places = placesOf(roots, user.name)
  const socket = path.join(places.socketsDir, 'hook.sock')
  const scratch = fs.mkdtempSync('/tmp/isonapse-probe-')
  try {
    const { programs, chosen } = yield* probeTransports({ socket, scratch, node: places.node })
    return {
      programs: { ...programs, env: places.env },
      exchange: { kind: chosen.kind, path: chosen.path },
      socket,
      marker: places.marker,
      start: [programs.cat, '/dev/null'],
      startEnvironment: {},
      deadlineSeconds: DEFAULT_DEADLINE_SECONDS,
      startSeconds: 2,
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
})

/** What runs now runs as root, and what is copied is what runs: who else could have changed it. */
const warningsOf = ({ source: { root, node } }: HardenRequest): ReadonlyArray<string> =>
  [path.join(root, 'bin/isonapse.cjs'), node].flatMap((file) => {
    const trusted = trustedProgram(file, 0)
    return Result.isFailure(trusted) && ['owner', 'mode'].includes(trusted.failure.reason)
      ? [
          `${trusted.failure.message}: whoever can change it can have changed what now becomes the gate; a program that root installed is safer`,
        ]
      : []
  })

/** What would be laid down, and nothing done. */
export const hardenPlan = Effect.fn('hardenPlan')(function* (
  request: HardenRequest,
): Effect.fn.Return<
  {
    readonly record: HardenedRecord
    readonly pieces: ReadonlyArray<Piece>
    readonly warnings: ReadonlyArray<string>
  },
  HardenFailure
> {
  const before = yield* Effect.fromResult(readHardened(request.roots))
  yield* Effect.fromResult(mayHarden(request, before))
  const record = yield* recordOf(request, before)
  return {
    record,
    pieces: yield* Effect.fromResult(piecesOf(record)),
    warnings: warningsOf(request),
  }
})

/**
 * Order, and what a crash after each step leaves: the record (the next run goes on, or takes it back) ·
 * account, program and scripts (nobody runs them) · the user's control plane stopped, his log set aside,
 * copied, verified (it still counts; his gate is down, which in enforce blocks) · managed settings
 * (sessions that begin are gated by a control plane that is down) · his own hooks out of his settings ·
 * the record says `hardened` (this log counts) · the control plane · the user's copy removed.
 */
export const harden = (request: HardenRequest): Effect.Effect<LifecycleReport, HardenFailure> =>
  alone(request.roots, hardenAlone(request))

const hardenAlone = Effect.fn('harden')(function* (
  request: HardenRequest,
): Effect.fn.Return<LifecycleReport, HardenFailure> {
  process.umask(0o077)
  const { roots, user, source } = request
  const before = yield* Effect.fromResult(readHardened(roots))
  yield* Effect.fromResult(mayHarden(request, before))
  const steps: Array<Step> = []
  yield* Effect.fromResult(makeFolder(roots.program, 0, 0, 0o755))
  let record = yield* recordOf(request, before)
  const places = placesOf(roots, user.name)
  const keep = (next: HardenedRecord) => {
    record = next
    return Effect.fromResult(writeHardened(next))
  }
  if (before?.state === 'hardened') yield* stopHardened(hardenedPaths(before, 'root'), request.pid)
  yield* keep(record)
  steps.push(done('record', recordFile(roots), 'says what is laid down, for --undo'))

  if (record.service.uid === null) {
    const made = yield* Effect.fromResult(makeService(request.service))
    yield* keep({ ...record, service: { ...record.service, uid: made.uid, gid: made.gid } })
    steps.push(done('account', null, `${made.name}, uid ${made.uid}, made`))
  } else steps.push(kept('account', null, `${request.service}, uid ${record.service.uid}`))

  yield* Effect.fromResult(copyProgram(source, roots))
  steps.push(done('program', places.app, `isonapse ${source.version} with its node, root’s`))
  const holds = yield* Effect.fromResult(layLauncher(record))
  if (!holds) yield* keep(withoutLauncher(record))
  const pieces = yield* Effect.fromResult(piecesOf(record))
  const lay = (which: (piece: Piece) => boolean) =>
    Effect.fromResult(
      layDown(
        record,
        pieces.filter((piece) => piece.running !== true && which(piece)),
      ),
    )
  const isHooks = ({ path: at }: Piece): boolean => at === places.managedFile
  yield* lay((piece) => !isHooks(piece))
  steps.push(done('scripts', roots.program, 'hook, start and command, root’s'))

  const layHooks = Effect.fnUntraced(function* () {
    for (const dir of [roots.managed, path.dirname(places.managedFile)])
      if (!fs.existsSync(dir)) yield* Effect.fromResult(makeFolder(dir, 0, 0, 0o755))
    yield* lay(isHooks)
    steps.push(done('managed settings', places.managedFile, 'our hooks, and no others'))
  })
  if (record.state === 'laying') {
    const stopped = yield* Effect.fromResult(stopUsers(record, record.env))
    if (stopped) steps.push(done('control plane', null, `${user.name}’s own, stopped`))
    yield* Effect.fromResult(setAside(record))
    yield* copyThere(record)
    const verified = yield* Effect.fromResult(verifyThere(record))
    steps.push(done('log', places.dataDir, `moved, and verified: ${verified}`))
    if (!fs.existsSync(places.marker)) yield* Effect.fromResult(layMarker(record))
    yield* layHooks()
    yield* Effect.fromResult(unwireUser(record, record.env))
    steps.push(done('own hooks', null, `out of ${user.name}’s settings`))
    yield* keep({ ...record, state: 'hardened' })
  } else {
    if (!fs.existsSync(places.marker)) yield* Effect.fromResult(layMarker(record))
    yield* layHooks()
  }
  if (record.systemd) {
    yield* Effect.fromResult(enableUnit(record))
    steps.push(done('unit', places.unitFile, 'starts it with the machine'))
  }
  yield* startHardened(record, hardenedPaths(record, 'root'))
  steps.push(done('control plane', places.socketsDir, `runs as ${request.service}`))
  const removed = yield* Effect.fromResult(removeMoved(record))
  if (removed > 0) steps.push(done('old log', record.from.dataDir, 'removed: it was moved'))
  return reportOf(steps, [
    'restart Claude Code: sessions that are running keep their old hooks until then, and their calls are blocked',
    `from now on what loosens the gate is root’s: sudo ${places.cli} hook mode profile`,
    ...(holds
      ? []
      : [
          `${places.env} cannot run with another group (a file system mounted nosuid?): a project’s settings can keep hooks from running by LD_TRACE_LOADED_OBJECTS`,
        ]),
    ...(record.systemd ? [] : [`after a boot: sudo ${places.cli} hook start`]),
  ])
})

/** Before the control plane has written one, what the user's said; nothing known there blocks. */
const layMarker = (record: HardenedRecord): Result.Result<void, HardenFailure> => {
  const { marker } = placesOf(record.roots, record.user.name)
  const said = wordIn(markerFile(usersPaths(record)))
  const ids = idsOf(record, { owner: 'service', group: 'service' })
  return Result.flatMap(atomicWrite(marker, `${said}\n`, { mode: 0o644 }), () =>
    system(marker, 'give it away', () => fs.chownSync(marker, ids.uid, ids.gid)),
  )
}

/** A file of the user's, and so anything: one of the words, or the strictest. */
const wordIn = (file: string): string => {
  let fd: number | undefined
  try {
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants
    fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const bytes = Buffer.alloc(16)
    const text = bytes.toString('latin1', 0, fs.readSync(fd, bytes, 0, 16, 0))
    return MARKERS.find((word) => text === `${word}\n`) ?? 'enforce'
  } catch {
    return 'enforce'
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

const layDown = (
  record: HardenedRecord,
  pieces: ReadonlyArray<Piece>,
): Result.Result<void, HardenFailure> =>
  Result.gen(function* () {
    for (const piece of pieces) {
      const { uid, gid } = idsOf(record, piece)
      if (piece.kind === 'folder') yield* makeFolder(piece.path, uid, gid, piece.mode)
      else if (piece.text !== undefined)
        yield* atomicWrite(piece.path, piece.text, { mode: piece.mode })
    }
    return undefined
  })

/** In a folder that only root can change, so that what is opened is what is made root's to give. */
const makeFolder = (
  dir: string,
  uid: number,
  gid: number,
  mode: number,
): Result.Result<void, FileFailure> =>
  system(dir, 'make it', () => {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    const fd = fs.openSync(
      dir,
      fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW,
    )
    try {
      fs.fchownSync(fd, uid, gid)
      fs.fchmodSync(fd, mode)
    } finally {
      fs.closeSync(fd)
    }
  })

const system = <A>(at: string, doing: string, call: () => A): Result.Result<A, FileFailure> =>
  Result.try({ try: call, catch: (error) => failureOf(at, doing, error) })
