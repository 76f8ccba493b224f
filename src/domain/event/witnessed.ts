// What the log records of one hook event: the drafts that are appended together, in this order.
// Pure; sealed payloads and tags are made by the caller, who has the keys.
import type { Observed } from '../action/action.ts'
import type { PathRef } from '../action/place.ts'
import type { Judgement } from '../gate.ts'
import type { HookEvent, ToolCall } from '../hook/hookEvent.ts'
import type { Draft } from './envelope.ts'
import {
  type Chunk,
  DecisionMade,
  GapFound,
  HookReceived,
  InputSwapped,
  ToolFinished,
  type WitnessEvent,
} from './event.ts'
import type { Sealed } from './sealed.ts'

/** The decision an earlier event recorded for the call that this event reports on. */
export interface Decided {
  readonly decision: number
  readonly inputTag?: string
  /** Of the input that the gate had the client run instead. */
  readonly rewritten?: string
  readonly finished?: boolean
  /** It was denied, and the denial was to be carried out. */
  readonly denied?: boolean
  /** There are decisions on different inputs under its id: none of them vouches for what ran. */
  readonly disputed?: boolean
}

export interface Witnessing {
  readonly event: HookEvent
  /** Sealed last: it carries the text of whatever was read for the judgements. */
  readonly payload: () => { readonly sealed: Sealed; readonly chunks: ReadonlyArray<Chunk> }
  readonly cwd: PathRef
  /** The session's project root, where this event is the session's first. */
  readonly project?: PathRef
  readonly judged?: Judgement
  /** Keyed tag of a call's comparable input; see DecisionMade.inputTag. */
  readonly tagOf: (call: ToolCall) => string
  readonly decidedOn: (useId: string) => Decided | undefined
  /** What a call that ran with another input than decided on would do, by the rules in force. */
  readonly judgeRan: () => { readonly judged: Judgement; readonly observed: Observed }
}

/** A result the client makes itself for a call that never came to a hook: bad input, unknown tool. */
const neverRan = (response: unknown): boolean =>
  typeof response === 'string' && response.startsWith('<tool_use_error>')

/**
 * A tool's name as the log holds it. In a batch the client lists what the model made up as well, and
 * that may be any text; the sealed payload has it.
 */
export const loggedToolName = (name: string): string =>
  /^[\w.:()/-]{1,128}$/.test(name) ? name : '?'

const nameOf = ({ name }: ToolCall): string => loggedToolName(name)

export const witnessed = (w: Witnessing): ReadonlyArray<Draft> => {
  const { event } = w
  const told: Array<WitnessEvent> = []
  if (w.judged !== undefined) told.push(decisionMade(w, w.judged))
  if (isEnding(event)) told.push(...ended(w, event))
  if (event.kind === 'tool.batch') told.push(...batch(w, event.calls))
  const { sealed, chunks } = w.payload()
  const events: ReadonlyArray<WitnessEvent> = [...chunks, received(w, sealed), ...told]
  return events.map((one) => ({ session: event.session, event: one }))
}

/**
 * An event from fields that the types have checked already. The Schema checks what is read back; to
 * check what this program has just made would cost more than making it.
 */
const made = <E extends WitnessEvent>(
  kind: { readonly prototype: E; readonly identifier: string },
  fields: Omit<E, '_tag'>,
): E => Object.assign(Object.create(kind.prototype) as E, { _tag: kind.identifier }, fields)

/** What a HookReceived says of an event beside its payload: a replay reads the same out of it. */
export const receivedFacts = (
  event: HookEvent,
  cwd: PathRef,
): Omit<HookReceived, '_tag' | 'payload' | 'project'> => ({
  name: event.name,
  kind: event.kind,
  ...('call' in event ? { tool: nameOf(event.call) } : {}),
  ...('call' in event && event.call.useId !== undefined ? { toolUseId: event.call.useId } : {}),
  ...(event.agentId === undefined ? {} : { agentId: event.agentId }),
  ...(event.permissionMode === undefined ? {} : { permissionMode: event.permissionMode }),
  cwd,
})

const received = ({ event, cwd, project }: Witnessing, payload: Sealed): HookReceived =>
  made(HookReceived, {
    ...receivedFacts(event, cwd),
    ...(project === undefined ? {} : { project }),
    payload,
  })

const decisionMade = ({ event, tagOf }: Witnessing, judged: Judgement): DecisionMade => {
  const call = event.kind === 'tool.before' ? event.call : undefined
  return made(DecisionMade, {
    ...(call?.useId === undefined ? {} : { toolUseId: call.useId, inputTag: tagOf(call) }),
    verdict: judged.decision.verdict,
    enforced: judged.enforced,
    receipt: judged.receipt,
    receiptDigest: judged.receiptDigest,
  })
}

/** A call ended: was it decided on and let go, and did the input run that was decided on? */
const ended = (
  { decidedOn, tagOf, judgeRan }: Witnessing,
  event: Ending,
): ReadonlyArray<WitnessEvent> => {
  const { call } = event
  const toolUseId = call.useId
  const finished = finishedFacts(event)
  if (toolUseId === undefined || finished === undefined) return []
  const events: Array<WitnessEvent> = []
  const decided = decidedOn(toolUseId)
  if (decided === undefined)
    events.push(new GapFound({ tool: nameOf(call), toolUseId, seenIn: event.name }))
  else if (decided.denied === true && decided.finished !== true)
    // The client reports no end, and no failure either, of a call that it held back (observed).
    events.push(
      new GapFound({
        tool: nameOf(call),
        toolUseId,
        decision: decided.decision,
        seenIn: event.name,
      }),
    )
  if (
    decided?.inputTag !== undefined &&
    (decided.disputed === true || ![decided.inputTag, decided.rewritten].includes(tagOf(call)))
  ) {
    const { judged, observed } = judgeRan()
    events.push(
      new InputSwapped({
        tool: nameOf(call),
        toolUseId,
        decision: decided.decision,
        action: judged.action,
        observed,
        verdict: judged.decision.verdict,
      }),
    )
  }
  events.push(new ToolFinished(finished))
  return events
}

type Ending = HookEvent & { readonly kind: 'tool.after' | 'tool.failed' }

export const isEnding = (event: HookEvent): event is Ending =>
  event.kind === 'tool.after' || event.kind === 'tool.failed'

/** What a ToolFinished says of the end that an event reports; undefined for a call without an id. */
export const finishedFacts = (event: Ending): Omit<ToolFinished, '_tag'> | undefined => {
  const { call, durationMs } = event
  if (call.useId === undefined) return undefined
  return {
    tool: nameOf(call),
    toolUseId: call.useId,
    outcome:
      event.kind === 'tool.after' ? 'finished' : event.interrupted ? 'interrupted' : 'failed',
    ...(durationMs === undefined ? {} : { durationMs }),
  }
}

/** What a ToolFinished says of a call that a batch lists and that no end was reported of. */
export const unfinishedFacts = (call: ToolCall, toolUseId: string): Omit<ToolFinished, '_tag'> => ({
  tool: nameOf(call),
  toolUseId,
  outcome: 'unfinished',
})

/** The batch lists every call of a turn: those denied or refused, and those the gate never saw. */
const batch = (
  { decidedOn, event }: Witnessing,
  calls: ReadonlyArray<ToolCall & { readonly response?: unknown }>,
): ReadonlyArray<WitnessEvent> =>
  calls.flatMap((call): ReadonlyArray<WitnessEvent> => {
    const toolUseId = call.useId
    if (toolUseId === undefined) return []
    const decided = decidedOn(toolUseId)
    if (decided === undefined && !neverRan(call.response))
      return [new GapFound({ tool: nameOf(call), toolUseId, seenIn: event.name })]
    return decided?.finished === true ? [] : [new ToolFinished(unfinishedFacts(call, toolUseId))]
  })
