// What can be asked about changes of files that instruct the agent: the parameters and answers.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'

export const INTEGRITY_PARAMS = {
  'integrity.restore': Schema.Struct({
    /** Of the SelfModified entry. */
    index: Schema.Int,
    /** Although the file was changed once more since. */
    force: Schema.optionalKey(Schema.Boolean),
    pid: Schema.optionalKey(Schema.Int),
    authorisation: Schema.optionalKey(Authorisation),
  }),
} as const

export interface IntegrityResults {
  /** `index` null: the file was so already. */
  'integrity.restore': { readonly entry: number; readonly index: number | null }
}
