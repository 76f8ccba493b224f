// A running control plane: the store's one owner, its two sockets, and the order in which they come
// up and go down. Everything is released when the scope closes.
import * as Deferred from 'effect/Deferred'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type * as Scope from 'effect/Scope'
import * as Semaphore from 'effect/Semaphore'
import { refOf } from '../../domain/action/paths.ts'
import { ControlFailure } from '../../domain/control/methods.ts'
import {
  ControlPlaneStarted,
  ControlPlaneStopped,
  PluginChecked,
  PostureChanged,
  SecretInjected,
} from '../../domain/event/event.ts'
import { type InForce, judge } from '../../domain/gate.ts'
import { isStricterPosture, type Posture } from '../../domain/policy/verdict.ts'
import { guardsOf, registeredGuards } from '../../projections/guards.ts'
import { activeApprovals } from '../../projections/approvals.ts'
import { ratesAt } from '../../projections/rates.ts'
import { finishSuccession } from '../archive/succession.ts'
import { clientDirsOf, registeredIn, wiringStatus } from '../client/wiring.ts'
import { effectiveSettings } from '../config/settings.ts'
import { randomBytes, sha256 } from '../crypto/nodeCrypto.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import { removeStaleSocket } from '../files/socketFile.ts'
import { makeGuardRunner, makeIdleGuardRunner } from '../guard/run.ts'
import { closedKeys } from '../keys/closedKeys.ts'
import { makeModels } from '../intel/models.ts'
import { readLogKey } from '../keys/logKey.ts'
import { readMasterKey } from '../keys/masterKey.ts'
import { makeSessionKeys } from '../keys/sessionKeys.ts'
import type { AppPaths } from '../paths.ts'
import { asInstalled } from '../sensitive/Models.ts'
import { openScanner } from '../sensitive/openScanner.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import { transcriptsDir } from '../transcript/place.ts'
import { appendOwn } from '../store/appendOwn.ts'
import {
  type LevelWitness,
  makeLevelWitness,
  type ReadOptionsOfLog,
  type WitnessNotice,
} from '../store/levelWitness.ts'
import { runProgram } from '../run/program.ts'
import { makeSecretStore, type SecretStore } from '../secrets/secretStore.ts'
import { makeTickets } from '../secrets/tickets.ts'
import { serveTickets } from '../secrets/ticketSocket.ts'
import { type OnRefold, refoldingWords } from '../store/refolding.ts'
import { READERS } from '../validate/readers.ts'
import { closedVault } from '../vault/closedVault.ts'
import { makeVault } from '../vault/logVault.ts'
import { anchorOf, idleAnchor } from './anchor.ts'
import { pinnedLog } from './beginnings.ts'
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
import { findProjectRoot } from './observe.ts'
import { outsideProjects } from './placeIn.ts'
import { makePolicyCache, policyFromLog } from './policyCache.ts'
import { readSource } from './readSource.ts'
import { realPathOf } from './realPath.ts'
import { makeOutgoing } from './outgoing.ts'
import { makeRestoredFiles } from './restoredFiles.ts'
import { makeSensitive } from './sensitive.ts'
import { makeSelfChanges, type SelfChanges } from './selfChanges.ts'
import { makeSessionContext } from './sessionContext.ts'
import { makeSelfGuard } from './selfGuard.ts'
import { makeSkills, type Skills } from './skills.ts'
import { MARKETPLACE, PLUGIN_ID } from '../client/plugin.ts'
import { keepSignedHead, signedSize, withWayOn } from './signedHead.ts'
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

/** What is in force, from the folded log and the policies that are held. */
export const inForceOf =
  (witness: LevelWitness, policies: ReturnType<typeof makePolicyCache>, now: () => number) =>
  (): InForce => {
    const { gate, rates, approvals } = witness.projected()
    const { mode, posture, suspended, policy } = gate
    const held = policy === null ? undefined : policies.get(policy.digest)
    // Without a policy there is nothing to decide by; the gateway answers as for any failure.
    if (policy === null || held === undefined) throw new Error('the policy in force is not loaded')
    const { compiled } = held
    return {
      policy: compiled,
      policyDigest: policy.digest,
      mode,
      posture,
      suspended,
      ...(compiled.rated.length === 0 ? {} : { rates: ratesAt(rates, compiled.rated, now()) }),
      approvals: activeApprovals(approvals, now()),
    }
  }

const notInitialised = (paths: AppPaths) =>
  new ControlFailure({
    kind: 'not-initialised',
    message: `there is no witness in ${paths.dataDir} yet`,
    remedy: 'isonapse hook init   (or isonapse hook up, which installs and starts as well)',
    exit: 1,
  })

/** Opens what exists, reading only or as its owner, with the policy in force loaded. */
export const openWitness = Effect.fn('openWitness')(function* (
  options: Pick<ControlPlaneOptions, 'paths' | 'now' | 'home'> & {
    readonly writable: boolean
    readonly onNotice: (notice: WitnessNotice) => void
    /** A stored secret whose value cannot be used. */
    readonly onUnusable?: (message: string) => void
  },
) {
  const { paths, onNotice, now } = options
  yield* finishSuccession(paths)
  const pin = yield* Effect.fromResult(pinnedLog(paths))
  if (pin === undefined) return yield* notInitialised(paths)
  const masterKey = readMasterKey(paths.keysDir)
  // Whoever only reads goes without the payloads; the owner of the log has to seal new ones.
  if (options.writable) yield* Effect.fromResult(masterKey)
  const keys = Result.isSuccess(masterKey)
    ? makeSessionKeys(paths.keysDir, masterKey.success)
    : closedKeys(masterKey.failure)
  const atLeast = yield* Effect.fromResult(signedSize(paths, pin))
  // The log's own anchor may name secrets, which are in the log.
  let secrets: SecretStore | undefined
  const read = { dir: paths.witnessDir, identity: pin, atLeast, onNotice }
  const opening = options.writable
    ? openWritable(read, options, () => secrets)
    : makeLevelWitness({ ...read, writable: false })
  const witness: LevelWitness = yield* Effect.mapError(opening, withWayOn(paths))
  const policies = makePolicyCache(() => witness.projected().gate.policy?.digest)
  const { policy } = witness.projected().gate
  if (policy === null) return yield* notInitialised(paths)
  policies.hold(policy.digest, yield* policyFromLog(witness, policy))
  const vault = Result.isSuccess(masterKey)
    ? makeVault({
        log: witness,
        keysDir: paths.keysDir,
        masterKey: masterKey.success,
        now,
        random: randomBytes,
      })
    : closedVault(masterKey.failure)
  secrets = Result.isSuccess(masterKey)
    ? makeSecretStore({
        keysDir: paths.keysDir,
        masterKey: masterKey.success,
        stored: () => witness.projected().secrets,
        onUnusable: options.onUnusable ?? (() => {}),
      })
    : undefined
  return { witness, keys, policies, vault, secrets }
})

const openWritable = Effect.fnUntraced(function* (
  read: Omit<ReadOptionsOfLog, 'openDb'>,
  { paths, now, home }: Pick<ControlPlaneOptions, 'paths' | 'now' | 'home'>,
  secrets: () => SecretStore | undefined,
) {
  const signer = yield* Effect.fromResult(readLogKey(paths.keysDir))
  // The settings are in the log that is opened with them: its defaults serve until it is open.
  let settings = () => effectiveSettings({})
  const witness: LevelWitness = yield* makeLevelWitness({
    ...read,
    writable: true,
    signer,
    now,
    durability: () => settings()['witness.durability'],
    checkpointEvery: () => ({
      idleMs: settings()['witness.checkpoint_idle_ms'],
      dirtyMs: settings()['witness.checkpoint_dirty_ms'],
    }),
    anchor: async (note) => {
      try {
        await keepSignedHead(paths.signedHeadFile, note)
      } finally {
        const anchor = settings()['witness.anchor']
        await (
          paths.hardened === undefined ? anchorOf(anchor, home, secrets()) : idleAnchor(anchor)
        )?.(note)
      }
    },
  })
  settings = settingsIn(witness)
  return witness
})

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
  let putBack = (_file: string): void => {}
  let fillFiles = (): Promise<void> => Promise.resolve()
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
      putBack: (file) => putBack(file),
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
    look: (check, texts) => {
      const of = outgoing?.checked(check)
      return of === undefined ? undefined : sensitive.shown(of, texts)
    },
  })
  const changes = makeSelfChanges({
    log: witness,
    keys,
    skills,
    maskTexts: sensitive.maskTexts,
    isTurned: sensitive.isTurned,
    outside: outsideProjects(home, gatePaths),
    monitored: () => inForce().policy.monitored,
    onFailure: log,
  })
  putBack = changes.putBack
  yield* Effect.addFinalizer(() => Effect.promise(changes.settled))
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
    changes,
    guards: makeGuards({
      runner: guardRunner,
      guardsOf: (tool) => guardsOf(witness.projected().guards, tool),
    }),
    written: makeWritten(READERS),
    context: makeSessionContext({
      settings,
      home,
      policy: () => {
        const { policy } = witness.projected().gate
        return policy === null ? undefined : policies.get(policy.digest)?.policy
      },
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
  return { context, gateway, changes, stopped: Deferred.await(ended), stop }
})

/** The settings in force. Asked for every event, so worked out only when the log's are others. */
const settingsIn = (witness: LevelWitness) => {
  let from = witness.projected().gate.settings
  let settings = effectiveSettings(from)
  return () => {
    const current = witness.projected().gate.settings
    if (current !== from) {
      from = current
      settings = effectiveSettings(current)
    }
    return settings
  }
}

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
