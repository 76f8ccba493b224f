import { WiringCommand } from '../../control/wiringCommand.ts'

export default class StatusLineUninstall extends WiringCommand {
  static override summary = 'put back the status line that was there before'
  static override description =
    'Takes isonapse hook statusline out of your settings of Claude Code; what stood there before is there again, byte for byte. A status line that you have set since stays.'
  static override examples = ['<%= config.bin %> hook statusline uninstall']

  async run(): Promise<void> {
    const { flags } = await this.parse(StatusLineUninstall)
    const { statusLineUninstalled } = await import('../../control/statusLineWiring.ts')
    await this.wired(flags, async () => statusLineUninstalled())
  }
}
