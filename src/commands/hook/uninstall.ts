import { boolean } from '@oclif/core/flags'
import type { AppPaths } from '../../infra/paths.ts'
import { WiringCommand } from '../control/wiringCommand.ts'
import { confirmWord, processAsker } from '../terminal/ask.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import { ownHost } from '../control/wiring.ts'
import { stopped } from '../control/lifecycle.ts'
import { uninstall } from '../../infra/client/lifecycle.ts'

export default class Uninstall extends WiringCommand {
  static override summary = 'remove the hooks, the configuration and all data'
  static override description =
    'Stops the control plane first. The keys go first: without them nothing recorded can be opened again. Other hooks and settings of Claude Code stay as they are. Export the log before, if it is to be kept.'
  static override examples = [
    '<%= config.bin %> hook uninstall',
    '<%= config.bin %> hook witness export ~/isonapse-log && <%= config.bin %> hook uninstall --yes',
  ]
  static override flags = {
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Uninstall)
    const place = ownHost()
    if (!flags.yes) {
      this.terminal.err(`${this.goes(place.paths).join('\n')}\n`)
      const sure = await confirmWord(processAsker(this.terminal), 'This cannot be undone.', 'yes')
      if (!sure) {
        process.exitCode = 2
        return void this.terminal.err('Nothing was changed.\n')
      }
    }
    await stopped(place)
    await this.wired(flags, (host) => Promise.resolve(uninstall(host)))
  }

  private goes({
    keysDir,
    witnessDir,
    dataDir,
    configDir,
    runDir,
  }: AppPaths): ReadonlyArray<string> {
    const { errStyle, width } = this.terminal
    return [
      errStyle.bold('This removes:'),
      ...table(
        [
          ['hooks', 'the plugin, out of the settings of Claude Code'],
          ['keys', printed(keysDir)],
          ['the log', printed(witnessDir)],
          ['data', printed(dataDir)],
          ['config', printed(configDir)],
          ['sockets', printed(runDir)],
        ],
        { width },
      ),
    ]
  }
}
