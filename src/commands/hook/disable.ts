import { boolean } from '@oclif/core/flags'
import { WiringCommand } from '../control/wiringCommand.ts'
import { confirm, processAsker } from '../terminal/ask.ts'
import { disable } from '../../infra/client/lifecycle.ts'

export default class Disable extends WiringCommand {
  static override summary = 'take the hooks out of Claude Code'
  static override description =
    'Removes the plugin and keeps all data and configuration. New sessions are neither gated nor recorded until hook enable.'
  static override examples = [
    '<%= config.bin %> hook disable',
    '<%= config.bin %> hook disable --yes',
  ]
  static override flags = {
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Disable)
    if (!flags.yes) {
      this.terminal.err('New sessions of Claude Code will be neither gated nor recorded.\n')
      if (!(await confirm(processAsker(this.terminal), 'Go on?'))) {
        process.exitCode = 2
        return void this.terminal.err('Nothing was changed.\n')
      }
    }
    await this.wired(flags, (host) => Promise.resolve(disable(host)))
  }
}
