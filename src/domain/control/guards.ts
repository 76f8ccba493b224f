// What can be asked about guards: the parameters and answers of those methods.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'
import { Guard, type GuardCode } from '../guard/guard.ts'
import type { Verdict } from '../policy/verdict.ts'

const Loosening = {
  pid: Schema.optionalKey(Schema.Int),
  authorisation: Schema.optionalKey(Authorisation),
}

export const GUARD_PARAMS = {
  /** `program` and the cases are real, absolute paths; `hash` is of the program's file. */
  'guard.add': Schema.Struct({ ...Guard.fields, ...Loosening }),
  'guard.remove': Schema.Struct({ name: Schema.String, ...Loosening }),
  'guard.list': Schema.Struct({}),
  'guard.test': Schema.Struct({
    name: Schema.String,
    /** A payload to ask it about, as JSON text; absent: its two cases. */
    payload: Schema.optionalKey(Schema.String),
  }),
} as const

export interface ListedGuard extends Guard {
  /** Epoch milliseconds. */
  readonly since: number
  /** What keeps it from being asked, so that its calls are denied; null where nothing does. */
  readonly problem: string | null
}

/** A guard asked once, without a call. */
export interface GuardTried {
  /** The file, or `payload`. */
  readonly of: string
  /** What it must be; null for a payload, which may be either. */
  readonly expected: 'deny' | 'permit' | null
  readonly verdict: Verdict
  readonly code: GuardCode
  readonly ms: number
  /** In words, of the guard and of what was found of it. */
  readonly reason: string
  readonly stdout: string
  readonly stderr: string
}

export interface GuardResults {
  'guard.add': { readonly name: string; readonly index: number | null }
  'guard.remove': { readonly name: string; readonly index: number | null }
  'guard.list': { readonly guards: ReadonlyArray<ListedGuard> }
  'guard.test': {
    readonly name: string
    readonly passed: boolean
    readonly tried: ReadonlyArray<GuardTried>
  }
}
