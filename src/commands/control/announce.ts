// Telling the control plane what is about to be installed or taken out, before it is done: what it does not
// know of, it takes for tampering, and puts back.
import * as Effect from 'effect/Effect'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { AnnouncedPlugin, Host } from '../../infra/client/lifecycle.ts'
import { processAsker } from '../terminal/ask.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { pluginChange } from './change.ts'
import { started, stopped } from './lifecycle.ts'
import { makeChange } from './loosening.ts'
import { signingWith } from './signing.ts'
import { withControlPlane } from './withControlPlane.ts'

export interface AnnounceFlags {
  readonly 'passphrase-file'?: string | undefined
}

/** The host of this user, whose control plane is told. Asked for is only a passphrase, where the log has one. */
export const announcing = (host: Host, terminal: Terminal, flags: AnnounceFlags): Host => ({
  ...host,
  announce: (plugin) =>
    Effect.tryPromise({ try: () => announce(host, terminal, flags, plugin), catch: asControl }),
})

const announce = async (
  host: Host,
  terminal: Terminal,
  flags: AnnounceFlags,
  plugin: AnnouncedPlugin,
): Promise<void> => {
  if (!(await hasLog())) return
  let began = false
  try {
    began = (await started(host, terminal)).started
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    // Whoever cannot start it must be able to take it out, and to install it anew.
    terminal.err(`The control plane could not be told: ${printed(error.message, 300)}\n`)
    return
  }
  const made = await withControlPlane((control, paths) =>
    makeChange(control, pluginChange(plugin), {
      terminal,
      asker: processAsker(terminal),
      yes: true,
      passphraseFile: flags['passphrase-file'],
      pid: process.pid,
      ...signingWith(paths),
    }),
  )
  if (began && plugin.files.length === 0) await stopped(host)
  if (!made.made)
    throw new CommandFailure({ kind: 'declined', message: 'nothing was changed', exit: 2 })
}

const hasLog = async (): Promise<boolean> => {
  try {
    await withControlPlane((control) => Promise.resolve(control.running))
    return true
  } catch (error) {
    if (error instanceof CommandFailure && error.kind === 'not-initialised') return false
    // What is wrong with it is told when it is started.
    if (error instanceof CommandFailure) return true
    throw error
  }
}

const asControl = (error: unknown): ControlFailure => {
  if (!(error instanceof CommandFailure)) throw error
  const { kind, message, remedy, exit } = error
  return new ControlFailure({
    kind,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    exit: exit === 2 ? 2 : 1,
  })
}
