// One payload judged by one policy and nothing else: no clock, state, machine or network, and whatever
// the payload is, a decision comes out. What cannot be read is denied. As with the live gate, no value
// that rules find in a call is in its facts, and so in nothing that is decided, kept or printed of it.
import * as Result from 'effect/Result'
import type { Observed } from '../action/action.ts'
import { absoluteOf, placeObserved, refOf } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import { gateBelow, homeOf } from '../action/recordedPlace.ts'
import { NO_SOURCES, type Source, type Sources } from '../action/sources.ts'
import { fromUtf8 } from '../bytes.ts'
import { type InForce, judge } from '../gate.ts'
import type { Digest, Sha256 } from '../hash.ts'
import { readClaudePayload } from '../hook/claudePayload.ts'
import type { JsonObject } from '../hook/claudeFields.ts'
import type { HookEvent } from '../hook/hookEvent.ts'
import { DEFAULT_LIMITS, parseObject } from '../hook/payloadObject.ts'
import { isShortPayload, readShortPayload } from '../hook/shortPayload.ts'
import { compilePolicy, type Decision } from '../policy/decide.ts'
import { duplicateKey } from '../policy/jsonFaults.ts'
import { layersOf, type Policy, policyDigest } from '../policy/policy.ts'
import { answered, type Mode, type Posture, type Verdict } from '../policy/verdict.ts'
import type { Receipt } from '../receipt/receipt.ts'
import {
  type HookError,
  hookError,
  hookErrorOf,
  type ManifestError,
  type PostureError,
} from './errors.ts'
import { maskAtNeed, printedWithout, type SpansIn, valuesIn } from './hidden.ts'
import { type Declared, refusalOf } from './refusal.ts'

/** A policy made ready for many decisions. */
export interface OneShotPolicy extends Declared {
  readonly digest: Digest
}

/** `subject`: what the person gave; a manifest becomes a policy first. */
export const oneShotPolicy = (
  policy: Policy,
  subject: Declared['subject'],
  sha256: Sha256,
): OneShotPolicy => ({
  subject,
  policy: compilePolicy(policy),
  digest: policyDigest(policy, sha256),
  names: layersOf(policy).flatMap((layer) => Object.keys(layer.tools ?? {})),
})

/** What the caller knows beside the payload. Paths are absolute. */
export interface OneShotCircumstances {
  readonly posture: Posture | null
  /** `enforce`, unless told; the verdict is the same. */
  readonly mode?: Mode | undefined
  /** The event that the payload must be of. */
  readonly event?: string | undefined
  /** Absent: no path is a link. */
  readonly observed?: Observed | undefined
  /** Text of files that the call would run, by path; what `observed.scripts` says of one holds. */
  readonly sources?: Readonly<Record<string, string>> | undefined
  /** Stronger than what a payload says of itself. */
  readonly place?: Partial<Pick<Place, 'home' | 'project' | 'gate'>> | undefined
}

export interface OneShotJudgement {
  /** What is answered: in posture autonomous nobody can be asked, so a defer is a deny. */
  readonly verdict: Verdict
  /** What the policy says, as the receipt holds it. */
  readonly decision: Decision
  /** Null for an event that nobody decides on, and for a payload that cannot be read. */
  readonly receipt: Receipt | null
  /** SHA-256 of the receipt's canonical JSON, its address. */
  readonly digest: Digest | null
  /** What a denial rests on, where that is no rule; null for every other verdict. */
  readonly error: HookError | ManifestError | PostureError | null
}

/** Judges the bytes of a payload, in the client's form or the short one. Total. */
export const judgeOnce = (
  payload: Uint8Array,
  by: OneShotPolicy,
  circumstances: OneShotCircumstances,
  engine: string,
  sha256: Sha256,
  spansIn: SpansIn,
): OneShotJudgement => {
  const read = readPayload(payload, circumstances, spansIn)
  if (Result.isFailure(read)) return unreadable(read.failure)
  const { event, place: outside, raw } = read.success
  const { observed: seen, mode = 'enforce', posture } = circumstances
  const place = seen === undefined ? outside : placeObserved(outside, seen)
  const observed = observedOf(event, place, circumstances)
  const inForce: InForce = {
    policy: by.policy,
    policyDigest: by.digest,
    mode,
    posture,
    suspended: false,
  }
  const sources = sourcesIn(circumstances.sources, observed, place)
  const mask = maskAtNeed(() =>
    valuesIn(
      raw,
      [...[...sources.values()].flatMap(({ text }) => text ?? []), ...namesIn(observed)],
      spansIn,
    ),
  )
  const judged = judge(event, place, observed, inForce, engine, sha256, sources, mask)
  if (judged === undefined) return UNDECIDED
  const { action, decision, receipt, receiptDigest } = judged
  const denied = {
    action,
    decision,
    posture: judged.posture,
    explicit: posture,
    permissionMode: event.permissionMode,
  }
  return {
    verdict: answered(decision.verdict, judged.posture),
    decision,
    receipt,
    digest: receiptDigest,
    error: refusalOf(denied, by) ?? null,
  }
}

/** The denial of a payload that was not judged. */
export const unreadable = (error: HookError): OneShotJudgement => ({
  verdict: 'deny',
  decision: {
    verdict: 'deny',
    rules: [`payload:${error.reason}`],
    reason: error.message,
    approve: false,
  },
  receipt: null,
  digest: null,
  error,
})

const UNDECIDED: OneShotJudgement = {
  verdict: 'permit',
  decision: {
    verdict: 'permit',
    rules: [],
    reason: 'nothing is decided on this event',
    approve: false,
  },
  receipt: null,
  digest: null,
  error: null,
}

interface Placed {
  readonly event: HookEvent
  readonly place: Place
  /** As the client would have sent it. */
  readonly raw: JsonObject
}

const readPayload = (
  payload: Uint8Array,
  circumstances: OneShotCircumstances,
  spansIn: SpansIn,
): Result.Result<Placed, HookError> => {
  const parsed = parseObject(payload, DEFAULT_LIMITS)
  if (Result.isFailure(parsed))
    return Result.fail(hookErrorOf(parsed.failure, payload.every(isSpace)))
  const raw = parsed.success
  if (!isShortPayload(raw)) {
    if (!Object.hasOwn(raw, 'hook_event_name'))
      return Result.fail(hookError('wrong-shape', undefined, NEITHER_FORM))
    return Result.mapBoth(readClaudePayload(circumstances.event, raw, DEFAULT_LIMITS), {
      onFailure: (rejected) =>
        wrongEvent(rejected.reported, circumstances.event) ?? hookErrorOf(rejected, false),
      onSuccess: ({ event }) => ({ event, place: placeOf(event, circumstances), raw }),
    })
  }
  const short = readShortPayload(raw, duplicateKey(fromUtf8(payload)!), circumstances.place)
  if (Result.isFailure(short)) {
    // A field that there is not, or a key given twice, is named as whoever wrote the payload named it.
    const { reason, field, detail } = short.failure
    return Result.fail(
      hookError(reason, field === undefined ? undefined : printedWithout(field, spansIn), detail),
    )
  }
  const { event, home, project } = short.success
  const other = wrongEvent(event.name, circumstances.event)
  if (other !== undefined) return Result.fail(other)
  return Result.succeed({
    event,
    place: placeOf(event, circumstances, { home, project }),
    raw: 'call' in event ? { tool_input: event.call.input } : {},
  })
}

const NEITHER_FORM = 'it has neither "tool" nor "hook_event_name"'

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

const wrongEvent = (
  reported: string | undefined,
  expected: string | undefined,
): HookError | undefined =>
  reported === undefined || expected === undefined || reported === expected
    ? undefined
    : hookError('wrong-event', undefined, `it is one of ${reported}, not of ${expected}`)

/**
 * Where the call happens. The home directory, when nobody says it, is the one the client keeps the
 * session's transcript in, else the one the working directory lies in by its form; the project is
 * found by where `observed` says the working directory lies in it, else is the working directory.
 */
const placeOf = (
  event: HookEvent,
  { place, observed }: OneShotCircumstances,
  stated?: { readonly home: string; readonly project: string },
): Place => {
  const home = stated?.home ?? place?.home ?? homeOf(event)
  return {
    home,
    project: place?.project ?? projectOf(event.cwd, observed) ?? stated?.project ?? event.cwd,
    cwd: event.cwd,
    gate: place?.gate ?? gateBelow(home),
  }
}

const projectOf = (cwd: string, observed: Observed | undefined): string | undefined => {
  const ref = observed?.cwd
  if (ref === undefined || !('project' in ref) || typeof ref.project !== 'string') return undefined
  if (ref.project === '') return cwd
  const root = cwd.slice(0, -ref.project.length - 1)
  return cwd === `${root}/${ref.project}` ? root : undefined
}

/** What was given, with the files whose text was given: a receipt says what was read. */
const observedOf = (
  event: HookEvent,
  place: Place,
  { observed, sources }: OneShotCircumstances,
): Observed => {
  const seen = observed ?? { cwd: refOf(event.cwd, place), links: [] }
  if (seen.scripts !== undefined || sources === undefined) return seen
  const paths = Object.keys(sources)
  return paths.length === 0
    ? seen
    : { ...seen, scripts: paths.map((path) => ({ path: refOf(path, place), is: 'text' })) }
}

/** Where links lead: a name that nobody wrote in the call may hold a value too. */
const namesIn = ({ links }: Observed): ReadonlyArray<string> =>
  links
    .flatMap(({ path, real }) => [path, real])
    .flatMap((ref): ReadonlyArray<unknown> => Object.values(ref))
    .filter((name) => typeof name === 'string')

/** Each text with the origin that was observed; a file that was observed to hold none has none. */
const sourcesIn = (
  given: OneShotCircumstances['sources'],
  observed: Observed,
  place: Place,
): Sources => {
  const sources = new Map<string, Source>()
  for (const [path, text] of Object.entries(given ?? {})) sources.set(path, { is: 'text', text })
  for (const { path, is, origin } of observed.scripts ?? []) {
    const absolute = absoluteOf(path, place)
    if (absolute === undefined) continue
    const text = is === 'text' ? sources.get(absolute)?.text : undefined
    if (is === 'text' && text === undefined) continue
    sources.set(absolute, {
      is,
      ...(text === undefined ? {} : { text }),
      ...(origin === undefined ? {} : { origin }),
    })
  }
  return sources.size === 0 ? NO_SOURCES : sources
}
