// Archiving as the commands do it: the control plane is stopped, the logs are changed in this process,
// and a control plane that was running is started again whatever came of it.
import { type Archived, archiveLevel, archiveLog } from '../../infra/archive/archiveLog.ts'
import { onlyFromOutside } from '../../infra/control/outside.ts'
import type { Asker } from '../terminal/ask.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { askPassphrase } from '../terminal/passphrase.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { started, stopped } from './lifecycle.ts'
import type { OwnPlace } from './ownPlace.ts'
import { runEffect } from './runEffect.ts'

export interface ArchivingOptions {
  readonly out?: string
  readonly tiles: boolean
  readonly learned: boolean
  readonly passphrase?: string
}

/** Before anything is stopped or asked. */
export const refuseInsideClient = (doing: string): Promise<void> =>
  runEffect(onlyFromOutside(process.pid, doing))

/** What closing the log needs to be typed, at level `authority`; nothing at level `open`. */
export const closingPassphrase = async (
  { paths }: OwnPlace,
  asker: Asker,
  file: string | undefined,
): Promise<{ readonly passphrase?: string }> =>
  (await runEffect(archiveLevel(paths))) === 'authority'
    ? { passphrase: await askPassphrase(asker, file) }
    : {}

/**
 * A hook may have started one again between stopping it and opening the log, or a command be just reading
 * it: of either the lock is gone in a moment.
 */
const ATTEMPTS = 6
const PAUSE_MS = 100

export const archived = async (
  place: OwnPlace,
  options: ArchivingOptions,
  terminal: Terminal,
): Promise<Archived & { readonly restarted: boolean }> => {
  let restarted = false
  try {
    for (let attempt = 1; ; attempt++) {
      restarted = (await stopped(place)) || restarted
      const progress = progressOn(terminal)
      try {
        const done = await runEffect(
          archiveLog({ ...place, ...options, pid: process.pid, onProgress: progress.update }),
        ).finally(progress.end)
        return { ...done, restarted }
      } catch (error) {
        const again = error instanceof CommandFailure && AGAIN.has(error.kind)
        if (!again || attempt === ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, attempt * PAUSE_MS))
      }
    }
  } finally {
    if (restarted) await started(place, terminal)
  }
}

const AGAIN: ReadonlySet<string> = new Set(['store-held', 'went-on'])
