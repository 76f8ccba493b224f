// The gate's own plugin, as the log says it was installed, against what lies in its folder. Its files run
// in every session: whoever changes one has the client ask somebody else, or nobody.
import * as Schema from 'effect/Schema'
import { Digest } from '../hash.ts'

export const PluginFileHash = Schema.Struct({
  /** Relative to the marketplace folder, with `/`. */
  path: Schema.String,
  /** Of its bytes. */
  hash: Digest,
})
export type PluginFileHash = typeof PluginFileHash.Type

/** More than this program ever makes. */
export const MOST_PLUGIN_FILES = 32
export const LONGEST_PLUGIN_PATH = 256

/** What may be wrong with the folder, as codes that a decision has them by. */
export const GATE_CODES = ['gate-changed', 'gate-missing', 'gate-open', 'gate-foreign'] as const
export type GateCode = (typeof GATE_CODES)[number]

export const isGateCode = (code: string): code is GateCode =>
  (GATE_CODES as ReadonlyArray<string>).includes(code)
