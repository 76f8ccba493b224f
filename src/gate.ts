// The package export `isonapse/gate`: one payload judged by one policy or manifest, for programs that
// embed the gate. Pure: no clock, no I/O, no state; nothing is witnessed and nobody is asked.
import * as Result from 'effect/Result'
import type { Observed } from './domain/action/action.ts'
import type { Place } from './domain/action/place.ts'
import { utf8 } from './domain/bytes.ts'
import type { Digest } from './domain/hash.ts'
import {
  HookError,
  hookError,
  invalidError,
  ManifestError,
  PolicyError,
  PostureError,
} from './domain/oneShot/errors.ts'
import { type OneShotPolicy, unreadable } from './domain/oneShot/judgeOnce.ts'
import type { Decision } from './domain/policy/decide.ts'
import { checkExamples } from './domain/policy/examples.ts'
import type { PolicyInvalid } from './domain/policy/invalid.ts'
import { policyOfManifest } from './domain/policy/manifestFile.ts'
import { parsePolicy } from './domain/policy/policy.ts'
import { isPosture, type Mode, type Posture, type Verdict } from './domain/policy/verdict.ts'
import type { Receipt } from './domain/receipt/receipt.ts'
import { scriptFile } from './infra/client/plugin.ts'
import { judgePayload, readyPolicy } from './infra/oneShot.ts'
import { ownPaths } from './infra/paths.ts'
import { spansByRules } from './infra/sensitive/spansByRules.ts'
import { template } from './templates/templates.ts'

export type { Action, Observed } from './domain/action/action.ts'
export type { Decision } from './domain/policy/decide.ts'
export type { Policy } from './domain/policy/policy.ts'
export type { Mode, Posture, Verdict } from './domain/policy/verdict.ts'
export type { Receipt } from './domain/receipt/receipt.ts'
export { HookError, ManifestError, PolicyError, PostureError }

/** One of `policy` and `manifest`. */
export type EvaluateOptions = Circumstances &
  (
    | {
        /**
         * A policy as its JSON value. It is checked once per object, its own examples included, so it
         * must not be changed afterwards.
         */
        readonly policy: object
        readonly manifest?: never
      }
    | {
        /**
         * A manifest of tools as its value, JSON or parsed TOML: `{ tools: { Bash: { effects: ["read"] } } }`.
         * It stands on the template `default`, which judges what is graver than its words. Checked once
         * per object as well.
         */
        readonly manifest: object
        readonly policy?: never
      }
  )

export interface Circumstances {
  /** Set explicitly; null or absent leaves it to the payload's permission mode, which can only tighten it. */
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
  /**
   * Absolute paths of the machine that the payload is from, stronger than what the payload says.
   * Absent: `home` is the one the client keeps the session's transcript in, else the one that `cwd`
   * lies in by its form (`/home/NAME`, `/Users/NAME`, `/root`), else `/home/unknown`; `project` is `cwd`.
   */
  readonly place?: Partial<Pick<Place, 'home' | 'project' | 'gate'>>
}

export interface Evaluation {
  /** What to answer: in posture autonomous nobody can be asked, so a decision to defer is a deny. */
  readonly verdict: Verdict
  readonly decision: Decision
  /** Null for an event that nobody decides on (a permit), and for a payload that cannot be read (a deny). */
  readonly receipt: Receipt | null
  /** SHA-256 of the receipt's canonical JSON, its address. */
  readonly digest: Digest | null
  /**
   * What a denial rests on where that is no rule of the policy: the payload (HookError), what the
   * manifest declares (ManifestError), the posture (PostureError). Null otherwise.
   */
  readonly error: HookError | ManifestError | PostureError | null
}

/** The client's hook payload, or the short form `{ tool, args, cwd?, home?, … }`. */
export type Payload = Readonly<Record<string, unknown>> | string | Uint8Array

/**
 * Judges one payload: the JSON object, its text or its bytes. Nothing in a payload makes it throw.
 * Personal data and secrets that rules find in it are in no part of what is returned: in a target they
 * are `{"pii": TYPE}`, as in a receipt of the live gate.
 *
 * Throws PolicyError or ManifestError for a policy or manifest that does not load, and TypeError
 * where neither or both are given, or a posture that there is not.
 *
 * @example
 * ```js
 * import { evaluate } from 'isonapse/gate'
 *
 * const manifest = {
 *   tools: {
 *     Read: { effects: ['read'] },
 *     Bash: { effects: ['read', 'execute'], postures: ['interactive'] },
 *   },
 * }
 * const call = { tool: 'Bash', args: { command: 'git status' }, cwd: '/home/dev/app' }
 *
 * evaluate(call, { manifest }).verdict                                 // 'permit'
 * evaluate(call, { manifest, posture: 'autonomous' }).error            // PostureError, verdict 'deny'
 * evaluate({ tool: 'Write', args: {} }, { manifest }).error            // ManifestError, verdict 'deny'
 * evaluate('{"tool":', { manifest }).error                             // HookError, verdict 'deny'
 * ```
 */
export const evaluate = (payload: Payload, options: EvaluateOptions): Evaluation => {
  const { posture = null, mode, observed, sources, place } = options
  // From JavaScript: a word that there is not would be compared with and be the mildest.
  if (posture !== null && !isPosture(posture))
    throw new TypeError(`there is no posture ${JSON.stringify(posture)}`)
  const by = loaded(options)
  const bytes = bytesOf(payload)
  return bytes === undefined
    ? unreadable(hookError('not-json'))
    : judgePayload(bytes, by, { posture, mode, observed, sources, place }, spansByRules)
}

/** Undefined for a value that is not JSON: one with a cycle, a BigInt, or nothing to print. */
const bytesOf = (payload: Payload): Uint8Array | undefined => {
  if (payload instanceof Uint8Array) return payload
  try {
    return utf8(typeof payload === 'string' ? payload : JSON.stringify(payload))
  } catch {
    return undefined
  }
}

const POLICIES = new WeakMap<object, OneShotPolicy>()
const MANIFESTS = new WeakMap<object, OneShotPolicy>()

const loaded = ({ policy, manifest }: EvaluateOptions): OneShotPolicy => {
  if ((policy === undefined) === (manifest === undefined))
    throw new TypeError('evaluate needs a policy or a manifest, one of them')
  const subject = policy === undefined ? 'manifest' : 'policy'
  const value: object = policy ?? manifest!
  const held = subject === 'policy' ? POLICIES : MANIFESTS
  const known = held.get(value)
  if (known !== undefined) return known
  const refused = (invalid: PolicyInvalid) => invalidError(subject, invalid)
  const parsed = Result.getOrThrowWith(
    subject === 'policy' ? parsePolicy(value) : policyOfManifest(value, template('default')),
    refused,
  )
  Result.getOrThrowWith(checkExamples(parsed), refused)
  const fresh = readyPolicy(parsed, subject)
  held.set(value, fresh)
  return fresh
}

/** Absolute path of the installed hook script of this user. Throws PathsUnusable. */
export const hookPath = (): string =>
  scriptFile(Result.getOrThrowWith(ownPaths(), (unusable) => unusable))
