// How the gate's own state is changed: one way for all of it. A change becomes an event; one that
// loosens is refused to the client's process tree and, at level `authority`, without a signature;
// the marker beside the hook script follows so that it is never looser than the log.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { type Authorisation, isAuthorised } from '../../domain/authority/authorisation.ts'
import { loosens } from '../../domain/authority/loosening.ts'
import type { ChangeMethod } from '../../domain/control/changeMethod.ts'
import { ControlFailure, type MethodName, type Params } from '../../domain/control/methods.ts'
import {
  type Chunk,
  ConfigChanged,
  ModeChanged,
  PolicyApplied,
  PostureChanged,
  Resumed,
  Suspended,
  TaintCleared,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import { chunksOf } from '../../domain/event/chunks.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import { checkValidatorExamples } from '../../domain/policy/validatorExamples.ts'
import { parsePolicy, type Policy, policyBytes, policyDigest } from '../../domain/policy/policy.ts'
import type { GateState } from '../../projections/gateState.ts'
import { isHeld } from '../../projections/taint.ts'
import { parseSetting } from '../config/settings.ts'
import { sha256, verifyEd25519 } from '../crypto/nodeCrypto.ts'
import { appendOwn } from '../store/appendOwn.ts'
import { writeMarker } from '../transport/marker.ts'
import { markerFile } from '../client/plugin.ts'
import type { AppPaths } from '../paths.ts'
import { READERS } from '../validate/readers.ts'
import { draftApproval, draftRevocation } from './approvalMethods.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { draftGuard, draftGuardRemoval } from './guardMethods.ts'
import { draftRestore } from './integrityMethods.ts'
import { fromInside, onlyRoot } from './asking.ts'
import { draftPlugin } from './pluginMethods.ts'
import { draftSecret } from './secretMethods.ts'
import { draftDrop, draftTrust } from './skillMethods.ts'
import { draftExport, draftReveal } from './vaultMethods.ts'

/** A change worked out and not yet made. `event` undefined: the state is so already. */
export interface Change {
  readonly event: WitnessEvent | undefined
  readonly chunks: ReadonlyArray<Chunk>
  /** The policy that `event` applies. */
  readonly policy?: Policy
  /** What is to hold with it, from the same batch on. It loosens nothing. */
  readonly also?: ModeChanged
  /** The client's session that it is about; none: it is about the gate. */
  readonly session?: string | null
  /** What has to be done before the entry is written, once the change may be made. */
  readonly first?: () => Result.Result<void, ControlFailure> | Effect.Effect<void, ControlFailure>
}

type Drafts = {
  readonly [M in ChangeMethod]: (
    params: Params<M>,
    context: ControlContext,
  ) => Result.Result<Change, ControlFailure> | Effect.Effect<Change, ControlFailure>
}

const change = (event: WitnessEvent | undefined, chunks: ReadonlyArray<Chunk> = []) =>
  Result.succeed({ event, chunks })

const DRAFTS: Drafts = {
  'mode.set': ({ mode }, { log }) => {
    const { mode: from } = log.projected().gate
    return change(from === mode ? undefined : new ModeChanged({ from, to: mode }))
  },
  'posture.set': ({ posture }, { log }) => {
    const { posture: from } = log.projected().gate
    return change(from === posture ? undefined : new PostureChanged({ from, to: posture }))
  },
  suspend: (_, { log }) => change(log.projected().gate.suspended ? undefined : new Suspended({})),
  resume: (_, { log }) => change(log.projected().gate.suspended ? new Resumed({}) : undefined),
  'config.set': ({ key, value }, { log }) =>
    Result.map(
      Result.mapError(
        parseSetting(key, value),
        (error) => new ControlFailure({ kind: 'setting', message: error.message, exit: 2 }),
      ),
      (parsed) => {
        const json = JSON.stringify(parsed)
        const { settings } = log.projected().gate
        const same = Object.hasOwn(settings, key) && settings[key] === json
        return { event: same ? undefined : new ConfigChanged({ key, value: json }), chunks: [] }
      },
    ),
  'taint.clear': ({ session }, { log }) =>
    change(isHeld(log.projected().taint, session) ? new TaintCleared({ of: session }) : undefined),
  'policy.import': ({ policy, source = 'import', mode, base }, context) =>
    Result.mapError(
      Result.gen(function* () {
        const parsed = yield* parsePolicy(policy)
        yield* checkExamples(parsed)
        yield* checkValidatorExamples(parsed, READERS)
        const digest = policyDigest(parsed, sha256)
        const { gate } = context.log.projected()
        if (base !== undefined && gate.policy?.digest !== base && gate.policy?.digest !== digest)
          return yield* Result.fail(POLICY_CHANGED)
        const also =
          mode === undefined || gate.mode === mode
            ? {}
            : { also: new ModeChanged({ from: gate.mode, to: mode }) }
        if (gate.policy?.digest === digest) return { event: undefined, chunks: [], ...also }
        const chunks = chunksOf(policyBytes(parsed), sha256)
        const event = new PolicyApplied({
          digest,
          chunks: chunks.map((chunk) => chunk.digest),
          source,
        })
        return { event, chunks, policy: parsed, ...also }
      }),
      controlFailureOf,
    ),
  'vault.reveal': draftReveal,
  'vault.export': draftExport,
  'secret.set': draftSecret,
  'skill.trust': draftTrust,
  'skill.drop': draftDrop,
  'guard.add': draftGuard,
  'guard.remove': draftGuardRemoval,
  'approval.grant': draftApproval,
  'approval.revoke': draftRevocation,
  'integrity.restore': draftRestore,
  'plugin.record': draftPlugin,
}

const POLICY_CHANGED = new ControlFailure({
  kind: 'policy-changed',
  message: 'the policy in force has changed since this was shown',
  remedy: 'run the command again, and look at what it would change now',
  exit: 1,
})

/** Works a change out without making it: what `challenge` shows and an authority signs. */
export const draftChange = <M extends ChangeMethod>(
  method: M,
  params: Params<M>,
  context: ControlContext,
): Effect.Effect<Change & { readonly loosens: boolean }, ControlFailure> =>
  Effect.map(drafted(DRAFTS[method](params, context)), (drafted) => ({
    ...drafted,
    loosens: drafted.event !== undefined && loosens(drafted.event, looseningContext(context)),
  }))

const drafted = (
  draft: Result.Result<Change, ControlFailure> | Effect.Effect<Change, ControlFailure>,
): Effect.Effect<Change, ControlFailure> =>
  Result.isResult(draft) ? Effect.fromResult(draft) : draft

const looseningContext = ({ log }: ControlContext) => {
  const { mode, posture, policy, settings } = log.projected().gate
  return { mode, posture, policySet: policy !== null, settings }
}

type Asked<M extends ChangeMethod> = Params<M> & {
  readonly pid?: number
  readonly authorisation?: Authorisation
}

/**
 * Makes a change; answers the index of its entry, or null where nothing had to change. One at a time,
 * and whole even when its caller hangs up: what it is measured against and the marker that follows
 * it must be those of the log it stands in.
 */
export const makeChange = Effect.fn('makeChange')(function* <M extends ChangeMethod>(
  method: M,
  params: Asked<M>,
  context: ControlContext,
) {
  const { changing } = yield* requireRunning(context)
  return yield* changing.withPermits(1)(Effect.uninterruptible(makeAlone(method, params, context)))
})

const makeAlone = Effect.fnUntraced(function* <M extends ChangeMethod>(
  method: M,
  params: Asked<M>,
  context: ControlContext,
): Effect.fn.Return<number | null, ControlFailure> {
  const drafted = yield* draftChange(method, params, context)
  const { event, chunks, policy, also, first, loosens: loosening, session = null } = drafted
  if (event === undefined)
    return also === undefined ? null : yield* append([also], also, null, context)
  const before = context.log.projected().gate
  if (loosening) yield* mayLoosen(event, params, before, context)
  if (first !== undefined) {
    const made = first()
    yield* Result.isResult(made) ? Effect.fromResult(made) : made
  }
  if (policy !== undefined && event._tag === 'PolicyApplied')
    context.policies.hold(event.digest, policy)

  const signed =
    loosening && params.authorisation !== undefined
      ? Object.assign(Object.create(Object.getPrototypeOf(event)) as WitnessEvent, event, {
          authorisation: params.authorisation,
        })
      : event
  return yield* append(
    [...chunks, signed, ...(also === undefined ? [] : [also])],
    also ?? signed,
    session,
    context,
  )
})

/** Writes the events in one batch; `decisive` says what the marker must be after them. */
const append = Effect.fnUntraced(function* (
  events: ReadonlyArray<WitnessEvent>,
  decisive: WitnessEvent,
  session: string | null,
  context: ControlContext,
): Effect.fn.Return<number, ControlFailure> {
  // The hook script obeys the marker when it cannot reach the control plane. Written first when it
  // becomes stricter and last when it becomes looser, a crash in between leaves it too strict.
  const after = markerAfter(decisive, context.log.projected().gate)
  if (after === 'enforce') yield* mark(context, 'enforce')
  const about = decisive._tag === 'TaintCleared' ? decisive.of : session
  const { size } = yield* Effect.mapError(appendOwn(context.log, events, about), controlFailureOf)
  if (after === 'profile') yield* mark(context, 'profile')
  return size - 1
})

/** Refuses the agent, and at level `authority` everyone without the passphrase. */
const mayLoosen = (
  event: WitnessEvent,
  params: { readonly pid?: number; readonly authorisation?: Authorisation },
  state: GateState,
  context: ControlContext,
): Effect.Effect<void, ControlFailure> => {
  const { log, now } = context
  // Before anything that the caller says of itself.
  if (context.asker === 'user') return onlyRoot('what loosens the gate', context.paths)
  const denied = (message: string, remedy: string) =>
    Effect.fail(new ControlFailure({ kind: 'denied', message, remedy, exit: 2 }))
  if (fromInside(params.pid, context))
    return denied(
      'this loosens the gate, and the request comes from inside Claude Code',
      'run the command yourself, in a terminal of your own',
    )
  if (state.authority === null) return Effect.void
  const { authorisation } = params
  if (authorisation === undefined)
    return denied(
      'this loosens the gate, and the log demands the authority’s signature',
      'run the command in a terminal and enter the passphrase',
    )
  return isAuthorised(
    { origin: state.origin, authority: state.authority, lastLoosening: state.lastLoosening },
    { ...event, authorisation },
    { index: log.head().size, time: now() },
    verifyEd25519,
  )
    ? Effect.void
    : denied('the signature does not fit this change', 'run the command again')
}

const mark = (context: ControlContext, mode: 'profile' | 'enforce') =>
  Effect.mapError(Effect.fromResult(writeMarkerIfInstalled(context.paths, mode)), controlFailureOf)

/**
 * Without an installed plugin there is no script, and no marker for it to read. Its folder is what is
 * asked for: the script may be away for the moment, while it is installed, or in somebody's hands.
 */
export const writeMarkerIfInstalled = (paths: AppPaths, marker: 'profile' | 'enforce') =>
  fs.existsSync(path.dirname(markerFile(paths)))
    ? writeMarker(markerFile(paths), marker, readersOf(paths))
    : Result.succeed(undefined)

/** At level `hardened` the script that reads it runs at the user's uid. */
export const readersOf = ({ hardened }: Pick<AppPaths, 'hardened'>): 'owner' | 'all' =>
  hardened === undefined ? 'owner' : 'all'

/** What the marker must say after an event: `profile` only where a dead gate may let calls pass. */
const markerAfter = (event: WitnessEvent, before: GateState): 'profile' | 'enforce' =>
  markerOf({
    mode: event._tag === 'ModeChanged' ? event.to : before.mode,
    posture: event._tag === 'PostureChanged' ? event.to : before.posture,
    suspended: event._tag === 'Suspended' || (before.suspended && event._tag !== 'Resumed'),
  })

export const markerOf = ({
  mode,
  posture,
  suspended,
}: Pick<GateState, 'mode' | 'posture' | 'suspended'>): 'profile' | 'enforce' =>
  mode === 'profile' && !suspended && posture !== 'locked' ? 'profile' : 'enforce'

export const isChangeMethod = (method: MethodName): method is ChangeMethod => method in DRAFTS
