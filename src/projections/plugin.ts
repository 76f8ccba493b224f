// What the plugin's folder must hold, as it was installed. No file is a view of this: whoever can rewrite
// the plugin can rewrite what lies beside it.
import * as Schema from 'effect/Schema'
import type { PluginRecorded } from '../domain/event/event.ts'
import {
  LONGEST_PLUGIN_PATH,
  MOST_PLUGIN_FILES,
  PluginFileHash,
} from '../domain/skills/ownPlugin.ts'
import { withGate } from './authorised.ts'
import { GateState, gateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundName, soundTime } from './sound.ts'

const Installed = Schema.Struct({
  version: Schema.String,
  files: Schema.Array(PluginFileHash),
})
export type InstalledPlugin = typeof Installed.Type

const PluginState = Schema.Struct({
  gate: GateState,
  /** Something was recorded: what is found counts as the first no more. */
  known: Schema.Boolean,
  /** When that was, epoch milliseconds: the files follow. */
  since: Schema.Finite,
  /** Null where it was taken out, or never there. */
  installed: Schema.NullOr(Installed),
})
export type PluginState = typeof PluginState.Type

export const plugin: Projection<PluginState> = {
  id: 'plugin',
  version: 1,
  initial: () => ({ gate: gateState.initial(), known: false, since: 0, installed: null }),
  isState: Schema.is(PluginState),
  step: (before, entry, crypto) => {
    const { gate, accepted } = withGate(before.gate, entry, crypto)
    const state = gate === before.gate ? before : { ...before, gate }
    const { event, time } = entry
    if (event._tag !== 'PluginRecorded') return state
    if (!(event.first === true ? !state.known : accepted)) return state
    return { ...state, known: true, since: soundTime(time), installed: installedBy(event) }
  },
}

/** Nothing that is too much, or too long, is what this program installs. */
const installedBy = ({ version, files }: PluginRecorded): InstalledPlugin | null =>
  files.length === 0 ||
  files.length > MOST_PLUGIN_FILES ||
  files.some(({ path }) => path.length > LONGEST_PLUGIN_PATH)
    ? null
    : {
        version: soundName(version),
        files: files.map(({ path, hash }) => ({ path: path.toWellFormed(), hash })),
      }
