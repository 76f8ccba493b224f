// What a doctor finds: one line for each thing that was looked at. And its canary: a call that it makes
// up, told to the control plane before it comes through the hook client.
import * as Schema from 'effect/Schema'

export const DOCTOR_PARAMS = {
  'canary.begin': Schema.Struct({}),
  'canary.end': Schema.Struct({ toolUseId: Schema.String }),
} as const

export interface Check {
  /** What was looked at, in a word or two. */
  readonly check: string
  /** `bad`: calls may pass unseen, or are blocked for nothing. `warn`: should be looked at. */
  readonly state: 'ok' | 'warn' | 'bad'
  readonly detail: string
  /** What to do; null where nothing is to be done. */
  readonly remedy: string | null
}

export const ok = (check: string, detail: string): Check => ({
  check,
  state: 'ok',
  detail,
  remedy: null,
})

export const warn = (check: string, detail: string, remedy: string): Check => ({
  check,
  state: 'warn',
  detail,
  remedy,
})

export const bad = (check: string, detail: string, remedy: string): Check => ({
  check,
  state: 'bad',
  detail,
  remedy,
})

export interface DoctorResults {
  'canary.begin': { readonly session: string; readonly toolUseId: string }
  /** The entry that the log holds of it; null where it holds none. */
  'canary.end': { readonly index: number | null }
}
