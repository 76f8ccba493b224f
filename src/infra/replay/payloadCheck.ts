// A payload read and analysed once more. It is opened with its session's key, and what was looked up
// on the machine is taken from the record: this looks at no file that a payload names.
import * as Result from 'effect/Result'
import { placeObserved, refOf } from '../../domain/action/paths.ts'
import { analyse } from '../../domain/action/analyse.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { utf8 } from '../../domain/bytes.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import type {
  DecisionMade,
  HookReceived,
  InputSwapped,
  ToolFinished,
} from '../../domain/event/event.ts'
import { type CarriedText, sourcesOf, unpackPayload } from '../../domain/event/payloadParts.ts'
import {
  finishedFacts,
  isEnding,
  receivedFacts,
  unfinishedFacts,
} from '../../domain/event/witnessed.ts'
import { judge } from '../../domain/gate.ts'
import { comparableText } from '../../domain/hook/claudeInput.ts'
import { decodeClaudePayload } from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { CompiledPolicy } from '../../domain/policy/decide.ts'
import { type Difference, firstDifference, inShort } from '../../domain/replay/difference.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import { openSealed } from '../store/openSealed.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { type OwnMachine, placesOf } from './places.ts'

export interface OpenedPayload {
  readonly event: HookEvent
  readonly texts: ReadonlyArray<CarriedText>
  /** The session's project, as the log knew it when the payload came. */
  readonly project: PathRef | undefined
}

export interface PayloadCheck {
  /** What is in an entry's payload; `no-key` where it stays closed; a difference where it is bad. */
  readonly open: (
    entry: Entry<HookReceived>,
    project: PathRef | undefined,
  ) => Promise<OpenedPayload | 'no-key' | Difference>
  /** `made`: the decision that follows the entry; without it `policy` is not asked for. */
  readonly compare: (
    opened: OpenedPayload,
    received: HookReceived,
    made: DecisionMade | undefined,
    policy: CompiledPolicy | undefined,
  ) => Difference | undefined
  readonly compareSwapped: (
    opened: OpenedPayload,
    received: HookReceived,
    swapped: InputSwapped,
  ) => Difference | undefined
  /** The end of a call, against the report of it. */
  readonly compareEnd: (opened: OpenedPayload, finished: ToolFinished) => Difference | undefined
}

export const payloadCheck = (
  log: Pick<WitnessLog['Service'], 'scan'>,
  keys: SessionKeys['Service'],
  own: OwnMachine,
): PayloadCheck => {
  /** The first place in which nothing differs is where it was; else what differs in the first. */
  const inSomePlace = (
    { event, project }: OpenedPayload,
    { cwd }: HookReceived,
    compare: (place: Place) => Difference | undefined,
  ): Difference | undefined => {
    let first: Difference | undefined
    for (const place of placesOf(event, { cwd, project }, own)) {
      const difference = compare(place)
      if (difference === undefined) return undefined
      first ??= difference
    }
    return (
      first ?? { path: 'project', recorded: inShort(project), computed: 'no folder of that form' }
    )
  }

  return {
    open: async (entry, project) => {
      const { session, event: received } = entry
      const bytes = await openSealed(entry, received.payload, { log, keys })
      if (bytes === 'no-key') return 'no-key'
      // A key file that is damaged itself says nothing about the payload.
      if (bytes === 'damaged') return keys.keyProblem(session) === undefined ? DAMAGED : 'no-key'
      const parts = unpackPayload(bytes)
      if (parts === undefined) return DAMAGED
      const { payload, texts } = parts
      const decoded = decodeClaudePayload(received.name, payload, { maxBytes: payload.length })
      if (Result.isFailure(decoded)) return unread(decoded.failure.reason)
      const { event } = decoded.success
      return event.session === session
        ? { event, texts, project }
        : { path: 'session', recorded: inShort(session), computed: inShort(event.session) }
    },
    compare: (opened, received, made, policy) =>
      inSomePlace(opened, received, (place) =>
        made === undefined
          ? factsDifference(opened.event, received, place) &&
            // Of events that nobody decides on it is not recorded how the file system tells names apart.
            factsDifference(opened.event, received, { ...place, caseless: true })
          : (factsDifference(opened.event, received, placeObserved(place, made.receipt.observed)) ??
            tagDifference(opened.event, made, keys) ??
            (policy === undefined ? undefined : receiptDifference(opened, made, policy, place))),
      ),
    compareSwapped: (opened, received, { action, observed, toolUseId }) =>
      inSomePlace(opened, received, (outside) => {
        const { event, texts } = opened
        if (!('call' in event) || event.call.useId !== toolUseId)
          return firstDifference(toolUseId, 'call' in event ? event.call.useId : undefined)
        const place = placeObserved(outside, observed)
        const ran = { ...event, kind: 'tool.before', call: event.call } as HookEvent
        const sources = sourcesOf(observed.scripts ?? [], texts, place)
        return (
          firstDifference(observed.cwd, refOf(event.cwd, place), 'observed.cwd') ??
          firstDifference(action, analyse(ran, place, observed, sources), 'action')
        )
      }),
    compareEnd: ({ event }, finished) => {
      const { _tag: _, ...recorded } = finished
      if (isEnding(event)) return firstDifference(recorded, finishedFacts(event))
      const { toolUseId } = recorded
      const calls = event.kind === 'tool.batch' ? event.calls : []
      const listed = calls.find(({ useId }) => useId === toolUseId)
      return firstDifference(recorded, listed && unfinishedFacts(listed, toolUseId))
    },
  }
}

const DAMAGED: Difference = {
  path: 'payload',
  recorded: 'bytes that do not authenticate under the session’s key',
  computed: 'a payload that was sealed here',
}

const unread = (reason: string): Difference => ({
  path: 'payload',
  recorded: `one that cannot be read (${reason})`,
  computed: 'one that was read',
})

/** What the entry says of the event beside its payload. */
const factsDifference = (
  event: HookEvent,
  received: HookReceived,
  place: Place,
): Difference | undefined => {
  const { _tag: _, payload: _payload, project: _project, ...recorded } = received
  return firstDifference(recorded, receivedFacts(event, refOf(event.cwd, place)))
}

/** Which call was decided on, and on which input. */
const tagDifference = (
  event: HookEvent,
  { toolUseId, inputTag }: DecisionMade,
  keys: Pick<SessionKeys['Service'], 'tag'>,
): Difference | undefined => {
  const call = event.kind === 'tool.before' ? event.call : undefined
  const tagged = call?.useId === undefined ? undefined : call
  return (
    firstDifference(toolUseId, tagged?.useId, 'toolUseId') ??
    firstDifference(
      inputTag,
      // The key is there: the payload was opened with it.
      tagged && keys.tag(event.session, utf8(comparableText(tagged.name, tagged.input))),
      'inputTag',
    )
  )
}

/** The whole receipt, as judging the payload by what it says was in force gives it. */
const receiptDifference = (
  { event, texts }: OpenedPayload,
  { receipt }: DecisionMade,
  policy: CompiledPolicy,
  outside: Place,
): Difference | undefined => {
  const { observed, engine, mode, posture, state } = receipt
  const place = placeObserved(outside, observed)
  const sources = sourcesOf(observed.scripts ?? [], texts, place)
  const inForce = {
    policy,
    policyDigest: receipt.policy,
    mode,
    posture,
    suspended: state.suspended,
    ...(state.rates === undefined ? {} : { rates: ratesJudgedBy(event, state.rates) }),
    ...(state.budgets === undefined ? {} : { budgets: state.budgets }),
    ...(state.tainted === undefined ? {} : { tainted: state.tainted }),
  }
  const judged = judge(event, place, observed, inForce, engine, sha256, sources)
  return (
    firstDifference(observed.cwd, refOf(event.cwd, place), 'receipt.observed.cwd') ??
    firstDifference(receipt, judged?.receipt, 'receipt')
  )
}

/** The receipt has what the decision was made by: for a second question that is one call less. */
const ratesJudgedBy = (
  { kind }: HookEvent,
  rates: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  kind === 'permission.asked'
    ? Object.fromEntries(Object.entries(rates).map(([id, seen]) => [id, seen + 1]))
    : rates
