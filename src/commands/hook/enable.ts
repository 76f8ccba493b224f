import { SIGNING_FLAG, WiringCommand } from '../control/wiringCommand.ts'
import { enable } from '../../infra/client/lifecycle.ts'

export default class Enable extends WiringCommand {
  static override summary = 'wire Claude Code again, wherever it was wired'
  static override description =
    'Makes the plugin anew from the kept data and configuration: after hook disable, after an update of this program, or when its files have drifted.'
  static override examples = ['<%= config.bin %> hook enable']
  static override flags = SIGNING_FLAG

  async run(): Promise<void> {
    const { flags } = await this.parse(Enable)
    await this.wired(flags, async (host) => enable(host, await this.program(host)))
  }
}
