// What the plugin's folder is to hold from now on, as whoever installs it says before it is written.
import * as Result from 'effect/Result'
import { canonicalJson } from '../../domain/canonical.ts'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import { PluginRecorded } from '../../domain/event/event.ts'
import { LONGEST_PLUGIN_PATH, MOST_PLUGIN_FILES } from '../../domain/skills/ownPlugin.ts'
import type { Change } from './changes.ts'
import type { ControlContext } from './context.ts'

/** Nothing else is in a name of ours: whoever asks could put any text into the log. */
const PLAIN = /^[\w./-]+$/

/** The first of a log replaces nothing, and so asks for nobody's consent. */
export const draftPlugin = (
  { version, files }: Params<'plugin.record'>,
  { log }: ControlContext,
): Result.Result<Change, ControlFailure> => {
  if (
    files.length > MOST_PLUGIN_FILES ||
    version.length > LONGEST_PLUGIN_PATH ||
    files.some(({ path }) => path.length > LONGEST_PLUGIN_PATH || !PLAIN.test(path)) ||
    !PLAIN.test(version || '-')
  )
    return Result.fail(
      new ControlFailure({ kind: 'usage', message: 'this is no plugin of this program', exit: 2 }),
    )
  const { known, installed } = log.projected().plugin
  const now = installed ?? { version: '', files: [] }
  const wanted = files.length === 0 ? { version: '', files } : { version, files }
  if (known && canonicalJson(now) === canonicalJson(wanted))
    return Result.succeed({ event: undefined, chunks: [] })
  const event = new PluginRecorded({ ...wanted, ...(known ? {} : { first: true as const }) })
  return Result.succeed({ event, chunks: [] })
}
