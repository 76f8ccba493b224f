// What the control plane is told before the plugin's files are written or taken away: its parameters and
// answer.
import * as Schema from 'effect/Schema'
import { Authorisation } from '../authority/authorisation.ts'
import { PluginFileHash } from '../skills/ownPlugin.ts'

export const PLUGIN_PARAMS = {
  /** No files: it is taken out. */
  'plugin.record': Schema.Struct({
    version: Schema.String,
    files: Schema.Array(PluginFileHash),
    pid: Schema.optionalKey(Schema.Int),
    authorisation: Schema.optionalKey(Authorisation),
  }),
} as const

export interface PluginResults {
  'plugin.record': { readonly index: number | null }
}
