import { WiringCommand } from '../../control/wiringCommand.ts'

export default class StatusLineInstall extends WiringCommand {
  static override summary = 'show the gate and the cost in the status line of Claude Code'
  static override description =
    'Names isonapse hook statusline in your settings of Claude Code. A status line that is there is kept: it is run first, and put back by uninstall. Other settings stay byte for byte, and a backup is made. Safe to repeat.'
  static override examples = ['<%= config.bin %> hook statusline install']

  async run(): Promise<void> {
    const { flags } = await this.parse(StatusLineInstall)
    const { statusLineInstalled } = await import('../../control/statusLineWiring.ts')
    await this.wired(flags, async () => statusLineInstalled(this.config.root))
  }
}
