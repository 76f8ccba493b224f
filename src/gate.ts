// The package export `isonapse/gate`: one payload judged by one policy, for programs that embed the
// gate. Pure: no clock, no I/O, no state; nothing is witnessed and nobody is asked.
import * as Result from 'effect/Result'
import type { Observed } from './domain/action/action.ts'
import { absoluteOf, placeObserved, refOf } from './domain/action/paths.ts'
import type { Place } from './domain/action/place.ts'
import { gateBelow, homeOf } from './domain/action/recordedPlace.ts'
import { NO_SOURCES, type Source, type Sources } from './domain/action/sources.ts'
import { utf8 } from './domain/bytes.ts'
import { type InForce, judge } from './domain/gate.ts'
import type { Digest } from './domain/hash.ts'
import { DEFAULT_LIMITS, decodeClaudePayload } from './domain/hook/claudePayload.ts'
import type { HookEvent } from './domain/hook/hookEvent.ts'
import { compilePolicy, type Decision } from './domain/policy/decide.ts'
import { checkExamples } from './domain/policy/examples.ts'
import { parsePolicy, policyDigest } from './domain/policy/policy.ts'
import type { Mode, Posture } from './domain/policy/verdict.ts'
import type { Receipt } from './domain/receipt/receipt.ts'
import { scriptFile } from './infra/client/plugin.ts'
import { sha256 } from './infra/crypto/nodeCrypto.ts'
import { ownPaths } from './infra/paths.ts'
import { ENGINE_VERSION } from './infra/server/version.ts'

export type { Action, Observed } from './domain/action/action.ts'
export type { Decision } from './domain/policy/decide.ts'
export type { Policy } from './domain/policy/policy.ts'
export type { Mode, Posture, Verdict } from './domain/policy/verdict.ts'
export type { Receipt } from './domain/receipt/receipt.ts'

export interface EvaluateOptions {
  /**
   * A policy as its JSON value. It is checked once per object, its own examples included, so it must
   * not be changed afterwards.
   */
  readonly policy: object
  /** Set explicitly; null or absent leaves it to the payload's permission mode. */
  readonly posture?: Posture | null
  /** What was looked up on the machine, as a receipt holds it; absent: no path is a link. */
  readonly observed?: Observed
  /**
   * Text of the files that the call would run, by absolute path. What `observed.scripts` says of a
   * file holds; absent: nobody looked.
   */
  readonly sources?: Readonly<Record<string, string>>
  /** In the receipt only; the verdict is the same. `enforce` unless told. */
  readonly mode?: Mode
  /** Absolute paths of the machine that the payload is from; see placeOf for what is absent. */
  readonly place?: Partial<Pick<Place, 'home' | 'project' | 'gate'>>
}

export interface Evaluation {
  readonly decision: Decision
  /** Null for an event that nobody decides on; its decision is a permit that rests on nothing. */
  readonly receipt: Receipt | null
  /** SHA-256 of the receipt's canonical JSON, its address. */
  readonly digest: Digest | null
}

/**
 * Judges one hook payload of the client: the JSON object, its text or its bytes.
 *
 * Throws PayloadRejected for a payload that cannot be read (to be treated as a denial) and
 * PolicyInvalid for a policy that does not load.
 */
export const evaluate = (
  payload: Readonly<Record<string, unknown>> | string | Uint8Array,
  options: EvaluateOptions,
): Evaluation => {
  const { event } = Result.getOrThrowWith(
    decodeClaudePayload(undefined, bytesOf(payload), DEFAULT_LIMITS),
    (rejected) => rejected,
  )
  const outside = placeOf(event, options)
  const { observed: seen } = options
  const place = seen === undefined ? outside : placeObserved(outside, seen)
  const observed = observedOf(event, place, options)
  const inForce: InForce = {
    ...loaded(options.policy),
    mode: options.mode ?? 'enforce',
    posture: options.posture ?? null,
    suspended: false,
  }
  const sources = sourcesIn(options.sources, observed, place)
  const judged = judge(event, place, observed, inForce, ENGINE_VERSION, sha256, sources)
  return judged === undefined
    ? { decision: UNDECIDED, receipt: null, digest: null }
    : { decision: judged.decision, receipt: judged.receipt, digest: judged.receiptDigest }
}

/** What was given, with the files whose text was given: a receipt says what was read. */
const observedOf = (
  event: HookEvent,
  place: Place,
  { observed, sources }: EvaluateOptions,
): Observed => {
  const seen = observed ?? { cwd: refOf(event.cwd, place), links: [] }
  if (seen.scripts !== undefined || sources === undefined) return seen
  const paths = Object.keys(sources)
  return paths.length === 0
    ? seen
    : { ...seen, scripts: paths.map((path) => ({ path: refOf(path, place), is: 'text' })) }
}

/** Each text with the origin that was observed; a file that was observed to hold none has none. */
const sourcesIn = (
  given: EvaluateOptions['sources'],
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

const UNDECIDED: Decision = {
  verdict: 'permit',
  rules: [],
  reason: 'nothing is decided on this event',
  approve: false,
}

const bytesOf = (payload: Readonly<Record<string, unknown>> | string | Uint8Array): Uint8Array =>
  payload instanceof Uint8Array
    ? payload
    : utf8(typeof payload === 'string' ? payload : JSON.stringify(payload))

type Loaded = Pick<InForce, 'policy' | 'policyDigest'>
const LOADED = new WeakMap<object, Loaded>()

const loaded = (value: object): Loaded => {
  const held = LOADED.get(value)
  if (held !== undefined) return held
  const policy = Result.getOrThrowWith(parsePolicy(value), (invalid) => invalid)
  Result.getOrThrowWith(checkExamples(policy), (invalid) => invalid)
  const fresh = { policy: compilePolicy(policy), policyDigest: policyDigest(policy, sha256) }
  LOADED.set(value, fresh)
  return fresh
}

/**
 * Where the call happens. The home directory, when not given, is that of homeOf(); the project is
 * found by where `observed` says the working directory lies in it, else is the working directory.
 */
const placeOf = (event: HookEvent, { place, observed }: EvaluateOptions): Place => {
  const home = place?.home ?? homeOf(event)
  return {
    home,
    project: place?.project ?? projectOf(event.cwd, observed) ?? event.cwd,
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

/** Absolute path of the installed hook script of this user. Throws PathsUnusable. */
export const hookPath = (): string =>
  scriptFile(Result.getOrThrowWith(ownPaths(), (unusable) => unusable))
