// Whether Claude Code, with its files as they are on this disk, runs our hooks: settings files that it
// would drop, switches that turn hooks off, the registration, the plugin's files, its version.
import type { Drift } from '../../domain/control/methods.ts'
import { bad, type Check, ok, warn } from '../../domain/control/doctor.ts'
import { member } from '../client/clientFiles.ts'
import { versionWarning } from '../client/clientProgram.ts'
import { FOREIGN } from '../client/plugin.ts'
import { hooksOff, type Layer } from '../client/settingsLayers.ts'
import type { WiringStatus } from '../client/wiring.ts'
import { shown } from '../files/failure.ts'

export interface ClientFound {
  readonly layers: ReadonlyArray<Layer>
  readonly wiring: WiringStatus
  /** Something was installed that its files can be compared with. */
  readonly installed: boolean
}

export const clientChecks = ({ layers, wiring, installed }: ClientFound): ReadonlyArray<Check> => [
  ...settingsChecks(layers, wiring),
  ...switchChecks(layers, wiring),
  registrationCheck(wiring),
  ...(installed ? [...pluginChecks(wiring.drift), versionCheck(wiring.clientVersion)] : []),
]

/** The user's and the administrator's files hold the registration, and much that keeps it safe. */
const isNeeded = ({ name }: Layer, { scope }: WiringStatus): boolean =>
  name === 'user' || name === 'managed' || name === scope

const settingsChecks = (
  layers: ReadonlyArray<Layer>,
  wiring: WiringStatus,
): ReadonlyArray<Check> => {
  const dropped = layers.filter(({ problem }) => problem !== undefined)
  if (dropped.length === 0) {
    const read = layers.filter(({ value }) => value !== undefined).length
    return [
      ok('settings', `${read} settings ${read === 1 ? 'file' : 'files'} of Claude Code, all valid`),
    ]
  }
  return dropped.map((layer) => {
    const detail = `Claude Code drops all of ${layer.file} without a word: ${layer.problem!}`
    const remedy = `correct that in ${shown(layer.file)}, then restart Claude Code`
    return isNeeded(layer, wiring)
      ? bad('settings', detail, remedy)
      : warn('settings', detail, remedy)
  })
}

const switchChecks = (
  layers: ReadonlyArray<Layer>,
  { scope }: WiringStatus,
): ReadonlyArray<Check> => {
  const off = hooksOff(layers, scope ?? 'user')
  const named = layers.filter(({ value }) => member(value, 'disableAllHooks') === true)
  const checks = named.map((layer) =>
    off === undefined
      ? warn(
          'hooks on',
          `${layer.file} says disableAllHooks, which another file overrides`,
          `take disableAllHooks out of ${shown(layer.file)}`,
        )
      : bad(
          'hooks on',
          `${layer.file} says disableAllHooks: no hook runs`,
          `take disableAllHooks out of ${shown(layer.file)}; it counts at the next call`,
        ),
  )
  if (off !== undefined && named.length === 0)
    return [bad('hooks on', off, 'ask whoever manages this machine to enable the plugin there')]
  return checks.length > 0 ? checks : [ok('hooks on', 'no settings file switches hooks off')]
}

const registrationCheck = ({ loaded, scope, detail }: WiringStatus): Check =>
  loaded
    ? ok('registered', `the plugin is enabled in the ${scope ?? 'unknown'} settings`)
    : bad(
        'registered',
        `Claude Code does not load the hooks: ${detail}`,
        detail.includes('hook enable')
          ? 'isonapse hook enable, then restart Claude Code'
          : 'isonapse hook install, then restart Claude Code',
      )

const pluginChecks = (drift: ReadonlyArray<Drift>): ReadonlyArray<Check> =>
  drift.length === 0
    ? [ok('plugin', 'its files are what was installed, and nothing else is there')]
    : drift.map(({ subject, detail }) =>
        bad(
          'plugin',
          `${subject} ${detail}`,
          detail === FOREIGN
            ? 'see what it is, and take it out: nothing else belongs there'
            : 'look at it, then isonapse hook install writes it anew',
        ),
      )

const versionCheck = (version: string | null): Check => {
  const old = versionWarning(version)
  if (old !== null) return bad('client', old, 'claude update')
  return version === null
    ? warn(
        'client',
        'the version of Claude Code cannot be told',
        'see that claude is in PATH, then isonapse hook install',
      )
    : ok('client', `Claude Code ${version} honours onFailure`)
}
