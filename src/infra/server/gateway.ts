// One request of the hook client, from payload bytes to answer: decode, observe, judge, witness.
// It never throws: whatever goes wrong becomes the answer that the mode in force asks for.
import * as Result from 'effect/Result'
import { utf8 } from '../../domain/bytes.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { absoluteOf, refOf } from '../../domain/action/paths.ts'
import { isConsequential } from '../../domain/action/effect.ts'
import { type Draft, EntryTooLarge } from '../../domain/event/envelope.ts'
import { HookRejected } from '../../domain/event/event.ts'
import { type CarriedText, packPayload } from '../../domain/event/payloadParts.ts'
import { witnessed } from '../../domain/event/witnessed.ts'
import { type InForce, type Judgement, judge } from '../../domain/gate.ts'
import { claudeAnswer, tellingUser, unreadableAnswer } from '../../domain/hook/claudeAnswer.ts'
import { comparableText } from '../../domain/hook/claudeInput.ts'
import { decodeClaudePayload } from '../../domain/hook/claudePayload.ts'
import { PayloadRejected } from '../../domain/hook/payloadObject.ts'
import type { HookAnswer, HookEvent, ToolCall } from '../../domain/hook/hookEvent.ts'
import { findOpenCall } from '../../projections/openCalls.ts'
import { originOf } from '../../projections/origins.ts'
import { projectOf } from '../../projections/sessions.ts'
import { taintedIn } from '../../projections/taint.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { Costs } from './costs.ts'
import type { FilesOf } from './gatherSources.ts'
import type { Look } from './look.ts'
import type { Seen } from './observe.ts'
import { placeIn } from './placeIn.ts'
import { makeUnderWay } from './underWay.ts'

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
  const { log, keys, inForce, engine, look, costs } = options
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
    const head = bytes.subarray(0, REJECTED_HEAD)
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
  const acceptOrReject = async (event: HookEvent, request: HookRequest): Promise<HookAnswer> => {
    try {
      return await accept(event, request.bytes)
    } catch (error) {
      if (!(error instanceof EntryTooLarge)) throw error
      return reject(request, new PayloadRejected({ reason: 'too-large', reported: event.name }))
    }
  }

  const accept = async (event: HookEvent, bytes: Uint8Array): Promise<HookAnswer> => {
    const charged = costs?.arrived(event)
    if (charged !== undefined) await charged
    const { place, project } = placeOf(event)
    const now = inForce()
    const rates = underWay.counted(now.rates)
    const tainted = taintedIn(log.projected().taint, event.session)
    const rules: InForce = {
      ...now,
      ...(rates === undefined ? {} : { rates }),
      ...(tainted === undefined ? {} : { tainted }),
    }
    const budgets = costs?.figures(event.session) ?? []
    // Of every input that was judged: the one decided on, and one that ran in its place.
    const texts: Array<CarriedText> = []
    const judgeAs = (
      one: HookEvent,
      by: InForce,
    ): { judged: Judgement | undefined; observed: Seen['observed'] } => {
      const seen = look.observe(one, place, filesOf(one))
      const { observed, sources } = seen
      texts.push(...seen.texts)
      return { judged: judge(one, place, observed, by, engine, sha256, sources), observed }
    }
    const { judged } = judgeAs(event, budgets.length === 0 ? rules : { ...rules, budgets })
    const session = event.session
    const drafts = witnessed({
      event,
      payload: () => keys.seal(session, 'HookReceived', packPayload({ payload: bytes, texts })),
      cwd: refOf(event.cwd, place),
      ...(project === undefined ? {} : { project }),
      ...(judged === undefined ? {} : { judged }),
      tagOf: (call) => keys.tag(session, utf8(comparableText(call.name, call.input))),
      decidedOn: (useId) => findOpenCall(log.projected().calls, session, useId),
      judgeRan: (call: ToolCall) => {
        // What ran has cost what it cost: it is judged for what it did.
        const { judged: ran, observed } = judgeAs(
          { ...event, kind: 'tool.before', call } as HookEvent,
          rules,
        )
        return { judged: ran!, observed }
      },
    })
    const telling = judged === undefined ? undefined : costs?.telling(event, judged)
    const told = (telling?.events ?? []).map((one) => ({ session, event: one }))
    // Held from here on, as nothing was awaited since it was judged.
    const useId = event.kind === 'tool.before' ? event.call.useId : undefined
    const folded = judged === undefined ? undefined : underWay.begin(session, useId, judged)
    try {
      await log.append(
        [...drafts, ...told],
        judged !== undefined && mayProceedWithConsequence(judged),
      )
    } finally {
      folded?.()
    }
    if (judged === undefined) return { exit: 0, stdout: '' }
    const answer = claudeAnswer(event, judged.decision, {
      mode: judged.enforced ? 'enforce' : 'profile',
      posture: judged.posture,
    })
    return telling === undefined ? answer : tellingUser(answer, telling.message)
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
        : await acceptOrReject(decoded.success.event, request)
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
