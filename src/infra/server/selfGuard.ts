// What the gate does for itself: its plugin's folder and the client's settings that load it, as a running
// control plane looks after them beside every event.
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { makePluginGuard, type PluginGuardOptions } from './pluginGuard.ts'
import { makeSettingsGuard, type SettingsGuardOptions } from './settingsGuard.ts'

export interface SelfGuard {
  /** Before an event is decided on. What the user is to be told. Rejects where the log fails. */
  readonly before: (event: HookEvent) => Promise<string | undefined>
  /** After it was. */
  readonly after: (event: HookEvent) => Promise<string | undefined>
  /** Looks at all of it, and from then on by itself. */
  readonly start: () => Promise<void>
  readonly stop: () => void
}

/** Events whose answer a person gets to see. */
const TOLD_WITH: ReadonlySet<HookEvent['kind']> = new Set<HookEvent['kind']>([
  'session.start',
  'prompt',
  'tool.before',
  'tool.after',
  'stop',
])

/** Between looks at settings that no event comes with. Milliseconds. */
const LOOK_MS = 5000

export const makeSelfGuard = (options: PluginGuardOptions & SettingsGuardOptions): SelfGuard => {
  const plugin = makePluginGuard(options)
  const settings = makeSettingsGuard(options)
  let clock: NodeJS.Timeout | undefined
  const look = (): void => {
    settings.look().catch((error: unknown) => options.onNotice(String(error)))
  }
  return {
    before: async (event) => {
      if (event.kind === 'session.start') await plugin.check(event.session)
      return TOLD_WITH.has(event.kind) ? plugin.told() : undefined
    },
    after: settings.after,
    start: async () => {
      await plugin.check(null)
      plugin.watch()
      await settings.look()
      clock = setInterval(look, LOOK_MS).unref()
    },
    stop: () => {
      clearInterval(clock)
      plugin.stop()
    },
  }
}
