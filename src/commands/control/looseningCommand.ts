// What the commands share that may loosen the gate: their flags, and the way a change is made.
import { boolean, string } from '@oclif/core/flags'
import type { ControlItem, ResultOf } from '../../domain/control/methods.ts'
import { processAsker } from '../terminal/ask.ts'
import { HookCommand } from '../terminal/command.ts'
import type { AskedChange, AskedMethod } from './change.ts'

export const LOOSENING_FLAGS = {
  yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  'passphrase-file': string({
    description:
      'Read the passphrase from the first line of this file (- for standard input), at assurance level authority.',
    helpValue: 'FILE',
  }),
}

export interface LooseningFlags {
  readonly yes: boolean
  readonly 'passphrase-file': string | undefined
  readonly json: boolean
}

export abstract class LooseningCommand extends HookCommand {
  /**
   * Makes the change, asking as needed; null where the person declined, which exits with 2.
   */
  protected async change<M extends AskedMethod>(
    asked: AskedChange<M>,
    flags: LooseningFlags,
    onItem?: (item: ControlItem) => void,
  ): Promise<ResultOf<M> | null> {
    // Only a change needs them: showing a mode starts without any cryptography.
    const [{ withControlPlane }, { makeChange }, { signingWith }] = await Promise.all([
      import('./withControlPlane.ts'),
      import('./loosening.ts'),
      import('./signing.ts'),
    ])
    const made = await withControlPlane((control, paths) =>
      makeChange(control, asked, {
        terminal: this.terminal,
        asker: processAsker(this.terminal),
        yes: flags.yes,
        passphraseFile: flags['passphrase-file'],
        pid: process.pid,
        ...(onItem === undefined ? {} : { onItem }),
        ...signingWith(paths),
      }),
    )
    if (made.made) return made.result
    process.exitCode = 2
    if (flags.json) await this.printJson({ changed: false, declined: true })
    else this.terminal.err('Nothing was changed.\n')
    return null
  }
}
