// A running control plane: the store's one owner, its two sockets, and the order in which they come
// up and go down. Everything is released when the scope closes.
import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type * as Scope from 'effect/Scope'
import * as Semaphore from 'effect/Semaphore'
import { refOf } from '../../domain/action/paths.ts'
import type { ControlFailure } from '../../domain/control/methods.ts'
import {
  ControlPlaneStarted,
  ControlPlaneStopped,
  PluginChecked,
  PostureChanged,
  SecretInjected,
} from '../../domain/event/event.ts'
import { judge } from '../../domain/gate.ts'
import { isStricterPosture, type Posture } from '../../domain/policy/verdict.ts'
import { guardsOf, registeredGuards } from '../../projections/guards.ts'
import { clientDirsOf, registeredIn, wiringStatus } from '../client/wiring.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import { removeStaleSocket } from '../files/socketFile.ts'
import { makeGuardRunner, makeIdleGuardRunner } from '../guard/run.ts'
import { makeModels } from '../intel/models.ts'
import type { AppPaths } from '../paths.ts'
import { asInstalled } from '../sensitive/Models.ts'
import { openScanner } from '../sensitive/openScanner.ts'
import { transcriptsDir } from '../transcript/place.ts'
import { appendOwn } from '../store/appendOwn.ts'
import { type LevelWitness, type WitnessNotice } from '../store/levelWitness.ts'
import { runProgram } from '../run/program.ts'
import { makeTickets } from '../secrets/tickets.ts'
import { serveTickets } from '../secrets/ticketSocket.ts'
import { type OnRefold, refoldingWords } from '../store/refolding.ts'
import { READERS } from '../validate/readers.ts'
import { makeCanaries } from './canaries.ts'
import { markerOf, writeMarkerIfInstalled } from './changes.ts'
import { makeCosts } from './costs.ts'
import { makeCostsSeen } from './costsSeen.ts'
import type { ControlContext } from './context.ts'
import { serveControl } from './controlServer.ts'
import { refoldingLine } from './daemonProgress.ts'
import { controlFailureOf } from './failures.ts'
import { faultOf, type Unwitnessed } from './faults.ts'
import { gatePathsOf } from './gatePaths.ts'
import { type Gateway, makeGateway } from './gateway.ts'
import { makeGuards } from './guards.ts'
import { makeGaps } from './gaps.ts'
import { serveHooks } from './hookServer.ts'
import { lookAtMachine } from './look.ts'
import { makeCallMethod } from './methods.ts'
import { outsideProjects } from './placeIn.ts'
import { readSource } from './readSource.ts'
import { realPathOf } from './realPath.ts'
import { makeOutgoing } from './outgoing.ts'
import { makeRestoredFiles } from './restoredFiles.ts'
import { makeSensitive } from './sensitive.ts'
import { inForceOf, openWitness, settingsIn } from './openWitness.ts'
import { skillsOf } from './ownSkills.ts'
import { makeSelfChanges, type SelfChanges } from './selfChanges.ts'
import { makeSessionContext } from './sessionContext.ts'
import { makeSelfGuard } from './selfGuard.ts'
import { ENGINE_VERSION } from './version.ts'
import { writeMissingViews } from './views.ts'
import { warmUp } from './warmUp.ts'
import { makeWritten } from './written.ts'

/** For one text that nobody waits for. Milliseconds. */
const WARM_UP_MS = 1000
/** Of a file that a prompt mentions. Bytes. */
const MOST_MENTIONED = 1024 * 1024

export interface ControlPlaneOptions {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
  /** From ISONAPSE_POSTURE: can only make the posture stricter. */
  readonly posture?: Posture
  readonly now: () => number
  /** One line for the operator's log. */
  readonly log: (line: string) => void
  /** Told instead of the log how far a fold of the whole log has come. */
  readonly onRefold?: OnRefold
}

export interface RunningControlPlane {
  readonly context: ControlContext
  /** What the hook socket asks, for whoever is in this process. */
  readonly gateway: Gateway
  readonly changes: SelfChanges
  /** Completes when somebody asks for the end: over the control socket, or by `stop`. */
  readonly stopped: Effect.Effect<'asked' | 'signal'>
  readonly stop: (reason: 'asked' | 'signal') => void
}

/** Comes up whole or not at all; goes down in the opposite order when the scope closes. */
export const runControlPlane = Effect.fn('runControlPlane')(function* (
  options: ControlPlaneOptions,
): Effect.fn.Return<RunningControlPlane, ControlFailure, Scope.Scope> {
  return yield* Effect.mapError(bringUp(options), controlFailureOf)
})

const bringUp = Effect.fnUntraced(function* (options: ControlPlaneOptions) {
  const { paths, now, log } = options
  yield* Effect.fromResult(prepareDirs(paths))
  const { witness, keys, policies, vault, secrets } = yield* openWitness({
    ...options,
    writable: true,
    onUnusable: log,
    onNotice: (notice) =>
      notice._tag === 'Refolding' && options.onRefold !== undefined
        ? options.onRefold(notice.done, notice.total, refoldingWords(notice))
        : log(noticeLine(notice)),
  })
  // What a crash left of a collection goes before anything is sealed.
  const swept = vault.sweep()
  if (Result.isFailure(swept)) log(swept.failure.message)
  const inForce = inForceOf(witness, policies, now)
  const heldPolicy = () => {
    const { policy } = witness.projected().gate
    return policy === null ? undefined : policies.get(policy.digest)
  }
  const home = realPathOf(options.home) ?? options.home

  let reason: 'asked' | 'signal' = 'signal'
  const ended = yield* Deferred.make<'asked' | 'signal'>()
  const stop = (why: 'asked' | 'signal'): void => {
    reason = why
    Effect.runFork(Deferred.succeed(ended, why))
  }
  yield* Effect.addFinalizer(() =>
    appendOwn(witness, [new ControlPlaneStopped({ reason })]).pipe(
      // The store may be why it stops: then its last word is lost, and the next start says so.
      Effect.catch((failure) => Effect.sync(() => log(failure.message))),
    ),
  )
  const tightening = tightened(witness, options.posture)
  const { gate } = witness.projected()
  const posture = tightening.at(-1)?.to ?? gate.posture
  const markAs = (marker: 'profile' | 'enforce') =>
    Effect.fromResult(writeMarkerIfInstalled(paths, marker))
  if (markerOf({ ...gate, posture }) === 'enforce') yield* markAs('enforce')
  yield* appendOwn(witness, [
    new ControlPlaneStarted({
      engine: ENGINE_VERSION,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    }),
    ...tightening,
  ])
  // A crash between a change and its marker leaves the marker too strict: put right here, where the
  // log is known, before anything is answered.
  yield* markAs(markerOf(witness.projected().gate))

  const settings = settingsIn(witness)
  const tickets = makeTickets({
    // A clock that nobody sets: a ticket gets no older or younger by it.
    now: () => performance.now(),
    seconds: () => settings()['secrets.ticket_seconds'],
  })
  const guardRunner = paths.hardened === undefined ? makeGuardRunner(home) : makeIdleGuardRunner()
  let unwitnessed: Unwitnessed | undefined
  let isReached = (): boolean => true
  let fillFiles = (): Promise<void> => Promise.resolve()
  let changes: SelfChanges | undefined
  let costSeen = (_session: string, _client: number): void => {}
  const models = makeModels({
    modelsDir: paths.modelsDir,
    // Their runtime is no part of what root lays down.
    enabled: () => paths.hardened === undefined && settings()['intel.models'] === 'on',
    now,
  })
  yield* Effect.addFinalizer(() => Effect.promise(models.close))
  const scanner = openScanner({ models: asInstalled(models) })
  yield* Effect.addFinalizer(() => Effect.promise(scanner.close))
  const gatePaths = gatePathsOf(paths, home)
  const skills = skillsOf({ paths, home, log: witness, scanner, onNotice: log })
  const gaps = makeGaps({ paths, home, log: witness, now, onNotice: log })
  yield* Effect.addFinalizer(() => Effect.promise(gaps.watch.stop))
  const canaries = makeCanaries()
  // At level `hardened` root laid down what loads the gate, and this user could not put it back.
  const selfGuard =
    paths.hardened === undefined
      ? makeSelfGuard({
          paths,
          log: witness,
          outside: outsideProjects(home, gatePaths),
          startOf: skills.startOf,
          onMended: (start, session) => skills.check({ start }, session),
          onMending: (file, session) => changes?.seen(file, session),
          onPutBack: (file) => changes?.putBack(file),
          isLoaded: (projectDir) =>
            Effect.runSync(wiringStatus({ home, paths, projectDir })).loaded,
          now,
          onNotice: log,
        })
      : undefined
  // What was found of the user's own plugin before is of no account then.
  if (selfGuard === undefined && witness.projected().skills.plugin.length > 0)
    yield* appendOwn(witness, [new PluginChecked({ codes: [] })])
  if (selfGuard !== undefined) {
    yield* Effect.addFinalizer(() => Effect.sync(selfGuard.stop))
    // Before anybody is answered. A log that cannot be written is told by what needs it.
    yield* Effect.tryPromise({ try: selfGuard.start, catch: String }).pipe(
      Effect.catch((why) =>
        Effect.sync(() => log(`the gate's own files were not looked at: ${why}`)),
      ),
    )
  }
  const context: ControlContext = {
    paths,
    home,
    skills,
    log: witness,
    keys,
    vault,
    policies,
    models,
    secrets,
    inForce,
    engine: ENGINE_VERSION,
    now,
    running: {
      pid: process.pid,
      since: now(),
      changing: Semaphore.makeUnsafe(1),
      guards: guardRunner,
      tickets,
      gaps,
      canaries,
      unwitnessed: () => unwitnessed,
      isReached: () => isReached(),
      fillFiles: () => fillFiles(),
      putBack: (file) => changes?.putBack(file),
      costSeen: (session, client) => costSeen(session, client),
      log,
      stop: () => stop('asked'),
    },
  }
  const left = secrets?.sweep()
  if (left !== undefined && Result.isFailure(left)) log(left.failure.message)
  const maxPayloadBytes = () => settings()['gate.max_payload_bytes']
  const views = writeMissingViews(context)
  if (Result.isFailure(views)) log(views.failure.message)
  // Whoever reaches the control socket takes the gate to be up: nothing may keep the other from it.
  yield* removeStaleSocket(paths.hookSocket)
  const { hardened } = paths
  // Two sockets at level `hardened`: the folder of the one lets the user's uid in, the other's only root.
  const reach = hardened === undefined ? 'owner' : 'group'
  if (hardened === undefined) yield* serveControl(paths.controlSocket, makeCallMethod(context))
  else {
    yield* serveControl(paths.controlSocket, makeCallMethod({ ...context, asker: 'user' }), reach)
    yield* serveControl(hardened.rootSocket, makeCallMethod({ ...context, asker: 'root' }))
  }
  const costs = makeCosts({
    log: witness,
    settings,
    transcripts: () => clientDirsOf(paths, home).map(transcriptsDir),
    now,
    onNotice: log,
  })
  yield* Effect.addFinalizer(() => Effect.promise(costs.stop))
  const costsSeen = makeCostsSeen({ log: witness, catchUp: costs.catchUp, onNotice: log })
  yield* Effect.addFinalizer(() => Effect.sync(costsSeen.stop))
  costSeen = costsSeen.seen
  const look = lookAtMachine({ home, gatePaths, registered: () => registeredIn(paths) })
  const outgoing =
    secrets === undefined
      ? undefined
      : makeOutgoing({
          secrets,
          tickets,
          settings,
          program: runProgram(),
          socket: paths.runSocket,
          cwdDir: hardened?.scratchDir ?? paths.runDir,
          tag: keys.tag,
        })
  // The files are the user's, and not this uid's to write.
  const writes = hardened === undefined
  const files = makeRestoredFiles({
    log: witness,
    vault,
    secretOf: (name) => secrets?.valueOf(name),
    mayWrite: (useId) => (writes ? outgoing?.written(useId) : undefined) ?? new Set(),
    restores: () => writes && settings()['pii.restore'] !== 'off',
    outside: look.outside,
    onFailure: log,
  })
  const sensitive = makeSensitive({
    scanner,
    vault,
    settings,
    withoutSecrets: () => secrets?.hide(),
    files,
    sinksOf: (name) => secrets?.find(name)?.sinks,
    append: (drafts) => witness.append(drafts),
    ...(outgoing === undefined ? {} : { outgoing }),
    mentioned: (file) => readSource(realPathOf(file) ?? file, MOST_MENTIONED).text,
    outside: look.outside,
  })
  fillFiles = sensitive.start
  yield* Effect.tryPromise({ try: sensitive.start, catch: String }).pipe(
    Effect.catch((why) => Effect.sync(() => log(`files were left as they are: ${why}`))),
  )
  yield* serveTickets({
    socket: paths.runSocket,
    reach,
    redeem: tickets.redeem,
    onRedeemed: async ({ of: { session, toolUseId, secrets } }) => {
      if (secrets.length === 0) return
      const event = (name: string) => new SecretInjected({ name, toolUseId, by: 'run' })
      await witness.append(
        secrets.map((name) => ({ session, event: event(name) })),
        true,
      )
    },
    awaits: (check) => outgoing?.awaits(check) === true,
    look: (check, texts) => {
      const of = outgoing?.checked(check)
      return of === undefined ? undefined : sensitive.shown(of, texts)
    },
  })
  const selfChanges = makeSelfChanges({
    log: witness,
    keys,
    skills,
    maskTexts: sensitive.maskTexts,
    isTurned: sensitive.isTurned,
    outside: outsideProjects(home, gatePaths),
    monitored: () => heldPolicy()?.compiled.monitored ?? [],
    onFailure: log,
  })
  changes = selfChanges
  yield* Effect.addFinalizer(() => Effect.promise(selfChanges.settled))
  const gateway = makeGateway({
    log: witness,
    keys,
    inForce,
    look,
    engine: ENGINE_VERSION,
    maxPayloadBytes,
    costs,
    skills,
    ...(selfGuard === undefined ? {} : { selfGuard }),
    sensitive,
    canaries,
    changes: selfChanges,
    guards: makeGuards({
      runner: guardRunner,
      guardsOf: (tool) => guardsOf(witness.projected().guards, tool),
    }),
    written: makeWritten(READERS),
    context: makeSessionContext({
      settings,
      home,
      policy: () => heldPolicy()?.policy,
      guards: () => registeredGuards(witness.projected().guards).map(({ name }) => name),
      secrets: () => secrets?.list().length ?? 0,
      hide: () => secrets?.hide(),
    }),
    onFailure: (error) => {
      const fault = faultOf(error)
      unwitnessed = { time: now(), fault }
      log(fault.message)
    },
  })
  isReached = yield* serveHooks({
    socket: paths.hookSocket,
    reach,
    gateway,
    deadlineMs: () => settings()['gate.deadline_ms'],
    maxPayloadBytes,
  })
  const nowhere = outsideProjects(home, gatePaths)
  const unseen = { cwd: refOf(home, nowhere), links: [] }
  yield* Effect.forkScoped(
    warmUp(home, {
      judge: (event) => void judge(event, nowhere, unseen, inForce(), ENGINE_VERSION, sha256),
      scan: (text) => {
        const deadline = performance.now() + WARM_UP_MS
        void scanner.scan([text], { injection: true, models: false, deadline })
      },
    }),
  )
  return { context, gateway, changes: selfChanges, stopped: Deferred.await(ended), stop }
})

/** ISONAPSE_POSTURE makes the posture stricter; it never loosens one that was set. */
const tightened = (
  witness: LevelWitness,
  wanted: Posture | undefined,
): ReadonlyArray<PostureChanged> => {
  const { posture: from } = witness.projected().gate
  return wanted === undefined || (from !== null && !isStricterPosture(wanted, from))
    ? []
    : [new PostureChanged({ from, to: wanted })]
}

const noticeLine = (notice: WitnessNotice): string => {
  switch (notice._tag) {
    case 'SnapshotPassedOver':
      return `snapshot of ${notice.projection} at ${notice.size} was not used: ${notice.why}`
    case 'Refolding':
      return refoldingLine(notice)
    case 'StoreRenewal':
      return `the store failed (${notice.failure.detail}) and ${notice.renewed ? 'was opened again' : 'will be tried again'}`
    default:
      return `${notice._tag}: ${notice.detail}`
  }
}
