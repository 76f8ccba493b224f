import { boolean, string } from '@oclif/core/flags'
import { processAsker } from '../terminal/ask.ts'
import { HookCommand } from '../terminal/command.ts'
import { askNewPassphrase } from '../terminal/passphrase.ts'
import { notHardened, ownPlace } from '../control/ownPlace.ts'
import { initialised } from '../control/lifecycle.ts'
import { initialisedLines } from '../render/steps.ts'

export const PASSPHRASE_FLAGS = {
  passphrase: boolean({
    description:
      'Enrol a passphrase: every loosening of the gate must be signed with it from then on (assurance level authority). Asked for twice, or read from standard input when that is piped.',
  }),
  'passphrase-file': string({
    description: 'Enrol the passphrase on the first line of this file (- for standard input).',
    helpValue: 'FILE',
  }),
}

export default class Init extends HookCommand {
  static override summary = 'create configuration, policy, keys and the log'
  static override description = 'Safe to repeat: what is there already is kept.'
  static override examples = [
    '<%= config.bin %> hook init',
    '<%= config.bin %> hook init --passphrase',
  ]
  static override flags = PASSPHRASE_FLAGS

  async run(): Promise<void> {
    const { flags } = await this.parse(Init)
    const file = flags['passphrase-file']
    const passphrase =
      flags.passphrase || file !== undefined
        ? await askNewPassphrase(processAsker(this.terminal), file)
        : undefined
    const place = notHardened(ownPlace(), 'no log is made')
    const made = await initialised(place, passphrase, this.terminal)
    await this.result(
      flags,
      { ...made, configDir: place.paths.configDir, dataDir: place.paths.dataDir },
      () => initialisedLines(made, place.paths, this.terminal),
    )
  }
}
