// What a settings file, as it is now, would do to the gate: asked when the client reports a change,
// before it takes effect. Never throws, never waits; what cannot be read is said to be so.
import * as path from 'node:path'
import { isObject, member, parseJson, readText } from './clientFiles.ts'
import { MARKETPLACE, PLUGIN_ID } from './plugin.ts'
import { settingsProblem } from './settingsCheck.ts'
import type { SwitchKey } from './switches.ts'

export interface ConfigEffect {
  /** It says `disableAllHooks: true`. */
  readonly disablesHooks: boolean
  /** With it as it is, the client would not load our plugin, or load another one under its name. */
  readonly removesGate: boolean
  /** Regular, of a sane size, JSON, and accepted by the client; a file that is not there counts. */
  readonly readable: boolean
  /** The first thing that switches the gate off; absent where nothing does. */
  readonly key?: SwitchKey | 'allowManagedHooksOnly'
}

/** What is registered where; without it, a registration of the whole user is assumed. */
export interface Registered {
  readonly scopes: ReadonlyArray<'user' | 'project'>
  /** The marketplace folder. */
  readonly pluginDir?: string
}

const USER_SCOPE: Registered = { scopes: ['user'] }
const NO_EFFECT: ConfigEffect = { disablesHooks: false, removesGate: false, readable: true }

/**
 * Reads the file that a ConfigChange event names. `source` is the event's: `user_settings`,
 * `project_settings`, `local_settings`, `policy_settings` or `skills`; a source not known here is
 * taken for the user's, the strictest. Both strings come from the client's payload.
 *
 * A file that the client drops (missing, unparsable, one invalid value) removes the gate if it is the
 * one that enables it. Settings of a project can disable a plugin of the user (observed), so a
 * `false` counts anywhere.
 */
export const readConfigEffect = (
  file: string,
  source: string,
  registered: Registered = USER_SCOPE,
): ConfigEffect => {
  if (source === 'skills') return NO_EFFECT
  const enables = registered.scopes.includes(source === 'project_settings' ? 'project' : 'user')
  const holdsIt = enables && source !== 'local_settings' && source !== 'policy_settings'
  const dropped = (readable: boolean): ConfigEffect => {
    // Managed settings that cannot be used were seen to keep every hook from running.
    const removesGate = holdsIt || (source === 'policy_settings' && !readable)
    return {
      disablesHooks: false,
      removesGate,
      readable,
      ...(removesGate || !readable ? { key: readable ? 'missing' : 'unusable' } : {}),
    }
  }
  if (!path.isAbsolute(file) || file.includes('\0')) return dropped(false)
  const read = readText(file)
  if (read.found === 'nothing') return dropped(true)
  if (read.found === 'unreadable') return dropped(false)
  const parsed = parseJson(read.text)
  if (!('value' in parsed) || settingsProblem(parsed.value) !== undefined) return dropped(false)
  const { value } = parsed
  const enabled = member(member(value, 'enabledPlugins'), PLUGIN_ID)
  const keys: ReadonlyArray<readonly [boolean, NonNullable<ConfigEffect['key']>]> = [
    [enabled === undefined ? holdsIt : enabled !== true, 'enabledPlugins'],
    [
      source === 'policy_settings' &&
        member(value, 'allowManagedHooksOnly') === true &&
        enabled !== true,
      'allowManagedHooksOnly',
    ],
    [redirects(value, source, registered), 'extraKnownMarketplaces'],
  ]
  const disablesHooks = member(value, 'disableAllHooks') === true
  const removing = keys.find(([holds]) => holds)?.[1]
  const key = disablesHooks ? ('disableAllHooks' as const) : removing
  return {
    disablesHooks,
    removesGate: removing !== undefined,
    readable: true,
    ...(key === undefined ? {} : { key }),
  }
}

/**
 * Whether the marketplace's name points somewhere else. A project's entry was seen to lose against
 * the user's; that one is there at all is reason enough to keep it out.
 */
const redirects = (value: unknown, source: string, { pluginDir }: Registered): boolean => {
  const entry = member(member(value, 'extraKnownMarketplaces'), MARKETPLACE)
  if (entry === undefined) return false
  const at = member(entry, 'source')
  if (!isObject(at) || member(at, 'source') !== 'directory') return true
  const dir = member(at, 'path')
  if (pluginDir !== undefined) return dir !== pluginDir
  return source === 'project_settings' || source === 'local_settings'
}
