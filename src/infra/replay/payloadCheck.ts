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
import {
  type CarriedText,
  type PayloadParts,
  sourcesOf,
  unpackPayload,
} from '../../domain/event/payloadParts.ts'
import {
  finishedFacts,
  isEnding,
  receivedFacts,
  unfinishedFacts,
} from '../../domain/event/witnessed.ts'
import { judge } from '../../domain/gate.ts'
import { comparableText } from '../../domain/hook/claudeInput.ts'
import { effectivePayload } from '../../domain/hook/claudeEffective.ts'
import {
  type DecodedPayload,
  decodeClaudePayload,
  readClaudePayload,
} from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { CompiledPolicy } from '../../domain/policy/decide.ts'
import { type Difference, firstDifference, inShort } from '../../domain/replay/difference.ts'
import { type FactMask, factMask, hidesPlaces, NO_MASK } from '../../domain/sensitive/factMask.ts'
import { mapped } from '../../domain/sensitive/strings.ts'
import { restored } from '../../domain/vault/token.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import { openSealed } from '../store/openSealed.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { Value, Vault } from '../vault/Vault.ts'
import { type OwnMachine, placesOf } from './places.ts'

export interface OpenedPayload {
  /** With the values in place, as it was judged. */
  readonly event: HookEvent
  /** With tokens in their place, as it was recorded. */
  readonly masked: HookEvent
  /** What the facts do not hold. */
  readonly mask: FactMask
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
  vault?: Vault,
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
      const { payload } = parts
      const decoded = decodeClaudePayload(received.name, payload, { maxBytes: payload.length })
      if (Result.isFailure(decoded)) return unread(decoded.failure.reason)
      const masked = decoded.success.event
      if (masked.session !== session)
        return { path: 'session', recorded: inShort(session), computed: inShort(masked.session) }
      const unmasked = await withValues(decoded.success, parts, vault)
      return unmasked === 'no-key' ? 'no-key' : { ...unmasked, masked, project }
    },
    compare: (opened, received, made, policy) =>
      inSomePlace(opened, received, (place) =>
        made === undefined
          ? factsDifference(opened.masked, received, place) &&
            // Of events that nobody decides on it is not recorded how the file system tells names apart.
            factsDifference(opened.masked, received, { ...place, caseless: true })
          : (factsDifference(
              opened.masked,
              received,
              placeObserved(place, made.receipt.observed),
            ) ??
            tagDifference(opened.masked, made, keys) ??
            (policy === undefined ? undefined : receiptDifference(opened, made, policy, place))),
      ),
    compareSwapped: (opened, received, { action, observed, toolUseId }) =>
      inSomePlace(opened, received, (outside) => {
        const { event, texts, mask } = opened
        if (hidesPlaces(observed)) return undefined
        if (!('call' in event) || event.call.useId !== toolUseId)
          return firstDifference(toolUseId, 'call' in event ? event.call.useId : undefined)
        const place = placeObserved(outside, observed)
        const ran = { ...event, kind: 'tool.before', call: event.call } as HookEvent
        const sources = sourcesOf(observed.scripts ?? [], texts, place)
        const analysed = analyse(ran, place, observed, sources)
        return (
          firstDifference(observed.cwd, refOf(event.cwd, place), 'observed.cwd') ??
          firstDifference(action, analysed && mask.action(analysed), 'action')
        )
      }),
    compareEnd: ({ masked: event }, finished) => {
      const { _tag: _, ...recorded } = finished
      if (isEnding(event)) return firstDifference(recorded, finishedFacts(event))
      const { toolUseId } = recorded
      const calls = event.kind === 'tool.batch' ? event.calls : []
      const listed = calls.find(({ useId }) => useId === toolUseId)
      return firstDifference(recorded, listed && unfinishedFacts(listed, toolUseId))
    },
  }
}

/** The payload as it came, where all its values can be put back. */
const withValues = async (
  { event, raw }: DecodedPayload,
  { texts, masked }: PayloadParts,
  vault: Vault | undefined,
): Promise<Pick<OpenedPayload, 'event' | 'texts' | 'mask'> | 'no-key'> => {
  if (masked === undefined) return { event, texts, mask: NO_MASK }
  if (masked.lossy) return 'no-key'
  const of = await vault?.of(event.session)
  if (masked.known?.some((token) => of?.valueOf(token) === undefined) === true) return 'no-key'
  const written = new Set(masked.written)
  const hidden: Array<Value> = []
  let lost = false
  const put = (text: string): string =>
    restored(text, (token) => {
      if (written.has(token)) return undefined
      const value = of?.valueOf(token)
      lost ||= value === undefined
      if (value !== undefined) hidden.push(value)
      return value?.value
    })
  const whole = mapped(raw, put) as DecodedPayload['raw']
  const scripts = texts.map(({ path, text }) => ({ path, text: put(text) }))
  if (lost) return 'no-key'
  for (const token of written) {
    const value = of?.valueOf(token)
    hidden.push({ type: value?.type ?? 'UNKNOWN', value: token })
    if (value !== undefined) hidden.push(value)
  }
  const effective = effectivePayload(event, whole, (token) => of?.valueOf(token)?.value)
  const read = readClaudePayload(event.name, effective, { maxBytes: Number.MAX_SAFE_INTEGER })
  return Result.isFailure(read)
    ? 'no-key'
    : { event: read.success.event, texts: scripts, mask: factMask(hidden) }
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
  { event, texts, mask }: OpenedPayload,
  { receipt }: DecisionMade,
  policy: CompiledPolicy,
  outside: Place,
): Difference | undefined => {
  const { observed, engine, mode, posture, state } = receipt
  // Analysis reads what links and scripts are called: without their names it says nothing.
  if (hidesPlaces(observed)) return undefined
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
    ...(state.prompt === undefined ? {} : { prompt: state.prompt }),
    ...(state.guards === undefined ? {} : { guards: state.guards }),
    ...(state.approved === undefined ? {} : { approved: state.approved }),
    sendsRestored: state.restored === true,
    sinksOf: (name: string) =>
      state.secrets !== undefined && Object.hasOwn(state.secrets.sinks, name)
        ? (state.secrets.sinks[name] ?? undefined)
        : undefined,
    ...(state.tainted === undefined ? {} : { tainted: state.tainted }),
    ...(state.untrusted === undefined ? {} : { untrusted: state.untrusted }),
  }
  const judged = judge(event, place, observed, inForce, engine, sha256, sources, mask)
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
