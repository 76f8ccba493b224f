// One request of the hook client, from payload bytes to answer: decode, observe, judge, witness.
// It never throws: whatever goes wrong becomes the answer that the mode in force asks for.
import * as Result from 'effect/Result'
import { utf8 } from '../../domain/bytes.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import type { Approved } from '../../domain/approval/approval.ts'
import { absoluteOf, refOf } from '../../domain/action/paths.ts'
import { isConsequential } from '../../domain/action/effect.ts'
import { type Draft, EntryTooLarge } from '../../domain/event/envelope.ts'
import {
  ApprovalUsed,
  CanaryAnswered,
  HookRejected,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import { packPayload } from '../../domain/event/payloadParts.ts'
import { witnessed } from '../../domain/event/witnessed.ts'
import { type InForce, type Judgement, judge } from '../../domain/gate.ts'
import {
  type AnswerMore,
  claudeAnswer,
  promptHeldBack,
  unreadableAnswer,
  withMore,
} from '../../domain/hook/claudeAnswer.ts'
import { canaryMessage } from '../../domain/hook/canary.ts'
import { comparableText } from '../../domain/hook/claudeInput.ts'
import { type DecodedPayload, decodeClaudePayload } from '../../domain/hook/claudePayload.ts'
import { PayloadRejected } from '../../domain/hook/payloadObject.ts'
import type { HookAnswer, HookEvent, ToolCall } from '../../domain/hook/hookEvent.ts'
import { usedByCall } from '../../projections/approvals.ts'
import { findOpenCall } from '../../projections/openCalls.ts'
import { originOf } from '../../projections/origins.ts'
import { projectOf } from '../../projections/sessions.ts'
import { untrustedIn } from '../../projections/skills.ts'
import { taintedIn } from '../../projections/taint.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { Canaries } from './canaries.ts'
import type { Costs } from './costs.ts'
import type { SelfGuard } from './selfGuard.ts'
import type { Skills } from './skills.ts'
import { readWithStandIns } from '../../domain/secret/useOfSecrets.ts'
import { factMask } from '../../domain/sensitive/factMask.ts'
import { promptRefusal } from '../../domain/sensitive/told.ts'
import type { FilesOf } from './gatherSources.ts'
import type { Guards } from './guards.ts'
import type { Look } from './look.ts'
import type { Seen } from './observe.ts'
import { makeScripts, passingOf } from './passing.ts'
import { placeIn } from './placeIn.ts'
import type { Sensitive } from './sensitive.ts'
import type { SelfChanges } from './selfChanges.ts'
import type { SessionContext } from './sessionContext.ts'
import { makeUnderWay } from './underWay.ts'
import type { Written } from './written.ts'

export interface GatewayOptions {
  readonly log: WitnessLog['Service']
  readonly keys: SessionKeys['Service']
  readonly inForce: () => InForce
  /** The step that looks at the machine. */
  readonly look: Look
  readonly engine: string
  readonly maxPayloadBytes: () => number
  /** Without it nothing is charged and no budget holds. */
  readonly costs?: Pick<Costs, 'arrived' | 'figures' | 'telling'>
  /** Without it nobody looks at the files that instruct the agent. */
  readonly skills?: Pick<Skills, 'arrived'>
  /** Without it nobody keeps the gate's own files and what loads them as they are to be. */
  readonly selfGuard?: Pick<SelfGuard, 'before' | 'after'>
  /** Without it nothing is looked for in what passes. */
  readonly sensitive?: Sensitive
  /** Without it nothing is asked beside the policy. */
  readonly guards?: Guards
  /** Without it no file is looked at by the policy's validators. */
  readonly written?: Written
  /** Without it changes of files that instruct the agent are not told. */
  readonly changes?: Pick<SelfChanges, 'before' | 'after'>
  /** Without it a session is given nothing when it begins. */
  readonly context?: SessionContext
  /** Without it a canary is an event like all. */
  readonly canaries?: Pick<Canaries, 'take' | 'landed'>
  /** Told of every failure to witness, for the operator's log. */
  readonly onFailure: (error: unknown) => void
}

export interface HookRequest {
  /** The event the client's hook is registered for: an argument of the registration. */
  readonly registered: string
  readonly bytes: Uint8Array
  /** The transport's own finding, before the payload was read. */
  readonly broken?: 'too-large' | 'truncated' | 'slow'
  /** Bytes received in all, where only the head of them was kept. */
  readonly received?: number
}

export type Gateway = (request: HookRequest) => Promise<HookAnswer>

/** Of a payload that could not be read, this much is kept, sealed. Bytes. */
const REJECTED_HEAD = 4096

export const makeGateway = (options: GatewayOptions): Gateway => {
  const { log, keys, inForce, engine, look, costs, skills, sensitive, canaries } = options
  const underWay = makeUnderWay()

  /** How a payload that nobody can decide on is answered: locked blocks in either mode. */
  const modeNow = () => {
    const { mode, suspended, posture } = log.projected().gate
    return suspended || posture === 'locked' ? 'enforce' : mode
  }

  /** The session's project: as the log knows it, else found now and recorded with this event. */
  const placeOf = (event: HookEvent): { readonly place: Place; readonly project?: PathRef } => {
    const outside = look.outside(event)
    const { home, gate } = outside
    const known = projectOf(log.projected().sessions, event.session)
    const remembered = known === undefined ? undefined : absoluteOf(known, outside)
    const root = remembered ?? look.projectRoot(event.cwd, home)
    const place = placeIn(root, event.cwd, home, gate, look.survey)
    return remembered === undefined ? { place, project: refOf(root, outside) } : { place }
  }

  const tagOf = (session: string, { name, input }: ToolCall): string =>
    keys.tag(session, utf8(comparableText(name, input)))

  /**
   * What the event may go by. The client asks for permission of a call that was decided on: one for one
   * call counts there where it was used up by that decision, and is used up by no question.
   */
  const approvalsFor = (
    event: HookEvent,
    active: ReadonlyArray<Approved>,
  ): ReadonlyArray<Approved> => {
    if (event.kind !== 'permission.asked') return underWay.unspent(active)
    const { approvals } = log.projected()
    return approvals.count === 0
      ? active
      : [
          ...active.filter(({ once }) => !once),
          ...usedByCall(approvals, event.session, tagOf(event.session, event.call)),
        ]
  }

  const approvalsUsed = (event: HookEvent, judged: Judgement | undefined) =>
    judged === undefined || event.kind !== 'tool.before'
      ? []
      : judged.approvals.map(
          (id) =>
            new ApprovalUsed({
              id,
              ...(event.call.useId === undefined ? {} : { toolUseId: event.call.useId }),
              inputTag: tagOf(event.session, event.call),
            }),
        )

  /** Whose a file is that the event would run, by what the session's calls were seen to write. */
  const filesOf =
    (event: HookEvent): FilesOf =>
    (names, times) => {
      const { origins, calls } = log.projected()
      const { origin, writer } = originOf(origins, event.session, names, times)
      const own = 'call' in event ? event.call.useId : undefined
      const writes =
        writer === undefined || writer === own
          ? undefined
          : findOpenCall(calls, event.session, writer)
      const pending =
        (writes !== undefined && writes.finished !== true && writes.denied !== true) ||
        underWay.writesTo(event.session, own, names)
      return { pending, ...(origin === undefined ? {} : { origin }) }
    }

  const reject = async (request: HookRequest, rejected: PayloadRejected): Promise<HookAnswer> => {
    const { registered, bytes } = request
    const head = sensitive?.head(bytes, REJECTED_HEAD) ?? bytes.subarray(0, REJECTED_HEAD)
    const drafts: Array<Draft> = []
    const { sealed, chunks } = keys.seal(null, 'HookRejected', head)
    for (const event of chunks) drafts.push({ session: null, event })
    const event = new HookRejected({
      name: registered,
      reason: rejected.reason,
      bytes: request.received ?? bytes.length,
      payload: sealed,
    })
    drafts.push({ session: null, event })
    await log.append(drafts)
    return unreadableAnswer(registered, modeNow(), rejected.reason, rejected.reported)
  }

  /** Facts that do not fit into an entry are no reason to record nothing of the event. */
  const acceptOrReject = async (
    decoded: DecodedPayload,
    request: HookRequest,
  ): Promise<HookAnswer> => {
    try {
      return await accept(decoded, request.bytes)
    } catch (error) {
      if (!(error instanceof EntryTooLarge)) throw error
      return reject(
        request,
        new PayloadRejected({ reason: 'too-large', reported: decoded.event.name }),
      )
    }
  }

  /** Decided on as any call, and witnessed as what it is: no session, habit or statistic has it. */
  const answerCanary = async (event: HookEvent, id: string): Promise<HookAnswer> => {
    const { place } = placeOf(event)
    const { observed, sources } = look.observe(event, place, filesOf(event))
    const judged = judge(event, place, observed, inForce(), engine, sha256, sources)
    const verdict = judged?.decision.verdict ?? 'deny'
    const answered = new CanaryAnswered({ id, name: event.name, verdict })
    const { first } = await log.append([{ session: null, event: answered }], true)
    canaries?.landed(id, first)
    return withMore({ exit: 0, stdout: '' }, event, { message: canaryMessage(id) })
  }

  const accept = async (decoded: DecodedPayload, bytes: Uint8Array): Promise<HookAnswer> => {
    const canary = canaries?.take(decoded.event)
    if (canary !== undefined) return answerCanary(decoded.event, canary)
    const charged = costs?.arrived(decoded.event)
    if (charged !== undefined) await charged
    const foundWrong = await options.selfGuard?.before(decoded.event)
    const warned = await skills?.arrived(decoded.event)
    const asking = options.guards?.ask(decoded.event, bytes)
    const [looked, guarded] =
      asking === undefined
        ? [await sensitive?.look(decoded, bytes), undefined]
        : await Promise.all([sensitive?.look(decoded, bytes), asking])
    const passing = passingOf(decoded, bytes, looked)
    const { event, masked } = passing
    const { session } = event
    const { place, project } = placeOf(event)
    const { approvals = [], ...now } = inForce()
    const rates = underWay.counted(now.rates)
    const budgets = costs?.figures(session) ?? []
    const tainted = taintedIn(log.projected().taint, session)
    const untrusted = untrustedIn(log.projected().skills, session)
    const rules: InForce = {
      ...now,
      ...(rates === undefined ? {} : { rates }),
      ...(tainted === undefined ? {} : { tainted }),
      restored: looked?.files.refs(place) ?? [],
      ...(sensitive === undefined ? {} : { sinksOf: sensitive.sinksOf }),
    }
    const ruled: InForce = {
      ...rules,
      ...(budgets.length === 0 ? {} : { budgets }),
      ...(looked?.prompt === undefined ? {} : { prompt: looked.prompt }),
      ...(untrusted === undefined ? {} : { untrusted }),
      approvals: approvalsFor(masked, approvals),
      ...(guarded === undefined ? {} : { guards: guarded.verdicts }),
    }
    // Of every input that was judged: the one decided on, and one that ran in its place.
    const scripts = makeScripts(looked)
    const judgeAs = (
      one: HookEvent,
      by: InForce,
    ): { judged: Judgement | undefined; observed: Seen['observed'] } => {
      const seen = look.observe(readWithStandIns(one), place, filesOf(one))
      scripts.add(seen.texts)
      scripts.addNames(seen.observed)
      const mask = factMask([...passing.hidden, ...scripts.values])
      const observed = mask.observed(seen.observed)
      const judged = judge(one, place, seen.observed, by, engine, sha256, seen.sources, mask)
      return { judged, observed }
    }
    const byPolicy = judgeAs(event, ruled).judged
    const judged = byPolicy === undefined ? undefined : (guarded?.told(byPolicy) ?? byPolicy)
    const drafts = witnessed({
      event: masked,
      payload: () =>
        keys.seal(session, 'HookReceived', packPayload(scripts.parts(passing.payload))),
      cwd: refOf(event.cwd, place),
      ...(project === undefined ? {} : { project }),
      ...(judged === undefined ? {} : { judged }),
      tagOf: (call) => tagOf(session, call),
      decidedOn: (useId) => findOpenCall(log.projected().calls, session, useId),
      judgeRan: () => {
        // What ran has cost what it cost: it is judged for what it did, with the values in place.
        const { judged: ran, observed } = judgeAs(
          { ...event, kind: 'tool.before' } as HookEvent,
          rules,
        )
        return { judged: ran!, observed }
      },
    })
    const denied =
      judged !== undefined && isHeldBack(claudeAnswer(event, judged.decision, answered(judged)))
    const telling = judged === undefined ? undefined : costs?.telling(event, judged)
    const told = {
      mode: now.mode,
      denied,
      stricter: now.policy.stricterFrom,
      place,
      ran:
        looked?.inspected.injection === undefined && !(looked?.files.any === true && hasRun(event))
          ? undefined
          : judgeAs({ ...event, kind: 'tool.before' } as HookEvent, rules).judged?.action,
    }
    const rewritten =
      looked === undefined || judged === undefined || denied
        ? undefined
        : sensitive!.rewrite(looked, judged, now.mode)
    const beside = looked === undefined ? [] : sensitive!.found(looked, told)
    const checked = options.written?.check(event, masked, place, now.policy)
    const of = (one: WitnessEvent): Draft => ({ session, event: one })
    const all = [
      ...[...passing.rows, ...scripts.rows].map(of),
      ...drafts,
      ...[
        ...approvalsUsed(masked, judged),
        ...(guarded?.events ?? []),
        ...beside,
        ...(checked?.events ?? []),
        ...(rewritten?.events ?? []),
        ...(telling?.events ?? []),
      ].map(of),
    ]
    // Held from here on, as nothing was awaited since it was judged.
    const useId = event.kind === 'tool.before' ? event.call.useId : undefined
    const folded = judged === undefined ? undefined : underWay.begin(session, useId, judged)
    try {
      await log.append(all, judged !== undefined && mayProceedWithConsequence(judged))
    } finally {
      folded?.()
    }
    if (judged !== undefined && !denied) options.changes?.before(event, judged, place)
    const isSwapped = drafts.some((one) => one.event._tag === 'InputSwapped')
    options.changes?.after(event, place, isSwapped)
    const more: AnswerMore = looked === undefined ? {} : sensitive!.tell(looked, told)
    const begun = options.context?.begin(event, now.mode) ?? {}
    // Decided on as the settings were: only then are they put back.
    const mended = await options.selfGuard?.after(event)
    // What was put back at once is nothing to be accepted.
    const ofFiles = event.kind === 'config.changed' && mended !== undefined ? undefined : warned
    const messages = [
      foundWrong,
      ofFiles,
      mended,
      telling?.message,
      more.message,
      begun.message,
    ].filter((one) => one !== undefined)
    const answer =
      judged === undefined
        ? { exit: 0 as const, stdout: '' }
        : looked !== undefined && isForPrompt(judged)
          ? promptHeldBack(
              event.name,
              promptRefusal(looked.prompt ?? {}, looked.mentions),
              masked.kind === 'prompt' ? masked.prompt : '',
            )
          : claudeAnswer(
              event,
              rewritten?.approved === true
                ? { ...judged.decision, approve: true }
                : judged.decision,
              answered(judged),
            )
    // Profile mode records and changes nothing, not even what the model knows.
    const contexts = [
      begun.context,
      more.context,
      now.mode === 'enforce' ? checked?.context : undefined,
    ].filter((one) => one !== undefined)
    return withMore(answer, event, {
      ...more,
      ...(contexts.length === 0 ? {} : { context: contexts.join('\n\n') }),
      ...(rewritten === undefined ? {} : { input: rewritten.input }),
      ...(messages.length === 0 ? {} : { message: messages.join(' ') }),
    })
  }

  return async (request) => {
    try {
      const decoded =
        request.broken === undefined
          ? decodeClaudePayload(request.registered, request.bytes, {
              maxBytes: options.maxPayloadBytes(),
            })
          : Result.fail(new PayloadRejected({ reason: request.broken }))
      return Result.isFailure(decoded)
        ? await reject(request, decoded.failure)
        : await acceptOrReject(decoded.success, request)
    } catch (error) {
      // Nothing is witnessed, so nothing may be permitted: the store failed, or this is a defect.
      options.onFailure(error)
      return unreadableAnswer(request.registered, modeNow(), 'not-witnessed')
    }
  }
}

/** A consequential effect's entry is on the disk before the call is let go. */
const mayProceedWithConsequence = (judged: Judgement): boolean =>
  !(judged.enforced && judged.decision.verdict === 'deny') &&
  judged.action.effects.some((effect) => isConsequential(effect.kind))

/** A failed one may have done half of what it was to do. */
const hasRun = ({ kind }: HookEvent): boolean => kind === 'tool.after' || kind === 'tool.failed'

const answered = ({ enforced, posture }: Judgement) => ({
  mode: enforced ? ('enforce' as const) : ('profile' as const),
  posture,
})

/** The client does not go on by itself. One that a human is asked about may. */
const isHeldBack = ({ exit, stdout }: HookAnswer): boolean =>
  exit === 2 || stdout.includes('"behavior":"deny"')

/** A prompt that is held back for nothing but what is in it: its masked text is offered. */
const isForPrompt = ({ enforced, decision }: Judgement): boolean =>
  enforced && decision.rules.length === 1 && decision.rules[0] === 'pii:prompt'
