// What can be asked about stored secrets. A value goes in by `secret.set` and comes out by no method.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'
import { Sinks } from '../secret/sinkList.ts'

export const SECRET_PARAMS = {
  'secret.set': Schema.Struct({
    name: Schema.String,
    value: Schema.String,
    sinks: Sinks,
    pid: Schema.optionalKey(Schema.Int),
    authorisation: Schema.optionalKey(Authorisation),
  }),
  'secret.list': Schema.Struct({}),
  'secret.delete': Schema.Struct({ name: Schema.String, pid: Schema.optionalKey(Schema.Int) }),
} as const

export interface ListedSecret {
  readonly name: string
  readonly sinks: Sinks
  /** Epoch milliseconds. */
  readonly since: number
  readonly lastUsed: number | null
  /** False where its file is gone or cannot be opened: then no call gets it. */
  readonly usable: boolean
}

export interface SecretResults {
  'secret.set': { readonly name: string; readonly sinks: Sinks; readonly index: number | null }
  'secret.list': { readonly secrets: ReadonlyArray<ListedSecret> }
  'secret.delete': { readonly name: string; readonly index: number }
}
