// What can be asked about sessions that read an injection, and how that is taken back: the parameters and
// the answers of those methods. Times are epoch milliseconds.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'
import type { InjectionAction } from '../sensitive/injection/reaction.ts'
import type { InjectionSource } from '../sensitive/injection/source.ts'

export const TAINT_PARAMS = {
  'taint.list': Schema.Struct({}),
  'taint.clear': Schema.Struct({
    /** The whole id; null for every session. */
    session: Schema.NullOr(Schema.String),
    pid: Schema.optionalKey(Schema.Int),
    authorisation: Schema.optionalKey(Authorisation),
  }),
} as const

export interface TaintLine {
  readonly session: string
  /** The project's path in words; null where it is not known. */
  readonly project: string | null
  /** The entry of the first hit that tainted it. */
  readonly since: number
  readonly time: number
  /** Of the strongest hit. */
  readonly score: number
  readonly source: InjectionSource | null
  readonly hits: number
  /** Kinds and classes of effects that are one verdict stricter in it. */
  readonly stricter: ReadonlyArray<string>
}

export interface TaintList {
  readonly now: number
  /** The latest hit first. */
  readonly sessions: ReadonlyArray<TaintLine>
  /** The setting injection.action. */
  readonly action: InjectionAction
}

export interface TaintResults {
  'taint.list': TaintList
  'taint.clear': { readonly session: string | null; readonly index: number | null }
}
