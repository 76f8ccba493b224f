// Every method of the control plane by its name: parameters are checked here, once, before the work.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import {
  ControlFailure,
  type MethodName,
  PARAMS,
  type Params,
  type ResultOf,
} from '../../domain/control/methods.ts'
import type { FileFailure } from '../files/failure.ts'
import { approvalList } from './approvalMethods.ts'
import { fromInside, mayAsk } from './asking.ts'
import { canaryBegin, canaryEnd } from './canaries.ts'
import { draftChange, makeChange } from './changes.ts'
import { configShow } from './configMethods.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { costReport } from './costReport.ts'
import { explain } from './explain.ts'
import { guardList, guardTest } from './guardMethods.ts'
import { witnessGaps } from './gaps.ts'
import { observations, report, suggested } from './learning.ts'
import { pastPolicy, policyHistory, testOnHistory } from './pastPolicies.ts'
import { query } from './query.ts'
import { receipts } from './receipts.ts'
import { replay } from './replay.ts'
import { secretDelete, secretList } from './secretMethods.ts'
import type { SendItem } from './send.ts'
import { afterTrust, skillCheck, skillList, skillVerify } from './skillMethods.ts'
import { status } from './status.ts'
import { statusLine } from './statusLine.ts'
import { taintList } from './taint.ts'
import { exported, revealed, vaultGc, vaultStats } from './vaultMethods.ts'
import { writeConfigView, writePolicyView } from './views.ts'
import { checkpoint, exportLog, prove, stats, verify } from './witnessMethods.ts'

type Methods = {
  readonly [M in MethodName]: (
    params: Params<M>,
    context: ControlContext,
    send: SendItem,
  ) => Effect.Effect<ResultOf<M>, ControlFailure>
}

const METHODS: Methods = {
  status,
  stop: Effect.fnUntraced(function* ({ pid }, context) {
    const running = yield* requireRunning(context)
    if (fromInside(pid, context))
      return yield* new ControlFailure({
        kind: 'denied',
        message: 'the request to stop comes from inside Claude Code',
        remedy: 'run the command yourself, in a terminal of your own',
        exit: 2,
      })
    running.stop()
    return { stopped: true as const }
  }),
  'mode.set': (params, context) =>
    Effect.map(makeChange('mode.set', params, context), (index) => ({ mode: params.mode, index })),
  'posture.set': (params, context) =>
    Effect.map(makeChange('posture.set', params, context), (index) => ({
      posture: params.posture,
      index,
    })),
  suspend: (params, context) =>
    Effect.map(makeChange('suspend', params, context), (index) => ({ index })),
  resume: (params, context) =>
    Effect.map(makeChange('resume', params, context), (index) => ({ index })),
  challenge: Effect.fnUntraced(function* ({ method, params }, context) {
    // Working a change out looks at what the change itself would.
    yield* mayAsk(method, context)
    const { event, loosens } = yield* draftChange(method, yield* checked(method, params), context)
    const { origin, authority } = context.log.projected().gate
    const change = { ...event }
    return { origin, after: context.log.head().size, authority, change, loosens }
  }),
  explain,
  'config.show': (_, context) => configShow(context),
  'config.set': Effect.fnUntraced(function* (params, context) {
    const index = yield* makeChange('config.set', params, context)
    yield* viewWritten(writeConfigView(context), context)
    const { settings } = yield* configShow(context)
    const value = settings.find((entry) => entry.key === params.key)?.value
    return { key: params.key, value, index }
  }),
  'policy.show': (_, { inForce, policies }) => {
    const digest = inForce().policyDigest
    return Effect.succeed({ digest, policy: policies.get(digest)?.policy })
  },
  'policy.import': Effect.fnUntraced(function* (params, context) {
    const index = yield* makeChange('policy.import', params, context)
    yield* viewWritten(writePolicyView(context), context)
    return { digest: context.inForce().policyDigest, index }
  }),
  'policy.suggest': suggested,
  'policy.backtest': testOnHistory,
  'policy.history': (_, context) => policyHistory(context),
  'policy.past': pastPolicy,
  'profile.report': report,
  'profile.observations': observations,
  'cost.report': costReport,
  'taint.list': (_, context) => taintList(context),
  'taint.clear': (params, context) =>
    Effect.map(makeChange('taint.clear', params, context), (index) => ({
      session: params.session,
      index,
    })),
  'vault.stats': vaultStats,
  'vault.reveal': (params, context) =>
    Effect.flatMap(makeChange('vault.reveal', params, context), (index) =>
      revealed(params, index, context),
    ),
  'vault.export': (params, context, send) =>
    Effect.flatMap(makeChange('vault.export', params, context), (index) =>
      exported(params, index, context, send),
    ),
  'vault.gc': vaultGc,
  'intel.status': (_, { models, running }) =>
    Effect.sync(() => ({ running: running !== null, ...models.status() })),
  'secret.set': Effect.fnUntraced(function* (params, context) {
    const index = yield* makeChange('secret.set', params, context)
    return { name: params.name, sinks: params.sinks, index }
  }),
  'secret.list': (_, context) => secretList(context),
  'secret.delete': secretDelete,
  'skill.list': skillList,
  'skill.check': skillCheck,
  'skill.verify': (_, context) => skillVerify(context),
  'skill.trust': Effect.fnUntraced(function* (params, context) {
    const index = yield* makeChange('skill.trust', params, context)
    yield* afterTrust(params, context)
    return { trusted: index === null ? 0 : params.items.length, index }
  }),
  'skill.drop': (params, context) =>
    Effect.map(makeChange('skill.drop', params, context), (index) => ({
      dropped: index === null ? 0 : params.items.length,
      index,
    })),
  'guard.add': (params, context) =>
    Effect.map(makeChange('guard.add', params, context), (index) => ({ name: params.name, index })),
  'guard.remove': (params, context) =>
    Effect.map(makeChange('guard.remove', params, context), (index) => ({
      name: params.name,
      index,
    })),
  'plugin.record': (params, context) =>
    Effect.map(makeChange('plugin.record', params, context), (index) => ({ index })),
  'guard.list': (_, context) => guardList(context),
  'approval.grant': (params, context) =>
    Effect.map(makeChange('approval.grant', params, context), (index) => ({
      id: params.id,
      until: params.until,
      index,
    })),
  'approval.revoke': (params, context) =>
    Effect.map(makeChange('approval.revoke', params, context), (index) => ({
      id: params.id,
      index,
    })),
  'integrity.restore': (params, context) =>
    Effect.map(makeChange('integrity.restore', params, context), (index) => ({
      entry: params.index,
      index,
    })),
  'approval.list': (_, context) => approvalList(context),
  'guard.test': guardTest,
  'statusline.show': statusLine,
  'witness.gaps': witnessGaps,
  'canary.begin': (_, context) => canaryBegin(context),
  'canary.end': canaryEnd,
  'witness.stats': (_, context) => stats(context),
  'witness.query': (params, context, send) => query(params, send, context),
  'witness.verify': verify,
  'witness.replay': replay,
  'witness.export': exportLog,
  'witness.prove': (params, context) => prove(params, context),
  'witness.checkpoint': (_, context) => checkpoint(context),
  'witness.receipts': receipts,
}

/** The change is made whether its view can be written or not: `status` shows one that could not. */
const viewWritten = (
  written: Result.Result<void, FileFailure>,
  { running }: ControlContext,
): Effect.Effect<void> =>
  Effect.sync(() => {
    if (Result.isFailure(written)) running?.log(written.failure.message)
  })

const isMethod = (name: string): name is MethodName => Object.hasOwn(PARAMS, name)

const checked = <M extends MethodName>(
  method: M,
  params: unknown,
): Effect.Effect<Params<M>, ControlFailure> => {
  const decoded = Schema.decodeUnknownResult(PARAMS[method] as Schema.Codec<Params<M>>, {
    onExcessProperty: 'error',
  })(params ?? {})
  return Result.isSuccess(decoded)
    ? Effect.succeed(decoded.success)
    : Effect.fail(
        new ControlFailure({
          kind: 'usage',
          message: `${method}: ${String(decoded.failure.message).replace(/\s+/g, ' ')}`,
          exit: 2,
        }),
      )
}

/** Calls one method by its name with parameters as they came over the wire. */
export type CallMethod = (
  method: string,
  params: unknown,
  send: SendItem,
) => Effect.Effect<unknown, ControlFailure>

export const makeCallMethod =
  (context: ControlContext): CallMethod =>
  (method, params, send) =>
    isMethod(method)
      ? Effect.flatMap(
          Effect.andThen(mayAsk(method, context), checked(method, params)),
          (decoded) =>
            (METHODS[method] as Methods['status'])(decoded as Params<'status'>, context, send),
        )
      : Effect.fail(
          new ControlFailure({
            kind: 'usage',
            message: `there is no method ${JSON.stringify(method.slice(0, 60))}`,
            remedy: 'use an isonapse command of the same version as the control plane',
            exit: 2,
          }),
        )
