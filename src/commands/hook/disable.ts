import { disable } from '../../infra/client/lifecycle.ts'
import { SIGNING_FLAG, WiringCommand } from '../control/wiringCommand.ts'

export default class Disable extends WiringCommand {
  static override summary = 'take the hooks out of Claude Code'
  static override description =
    'Removes the plugin and keeps all data and configuration. New sessions are neither gated nor recorded until hook enable.'
  static override examples = ['<%= config.bin %> hook disable']
  static override flags = SIGNING_FLAG

  async run(): Promise<void> {
    const { flags } = await this.parse(Disable)
    await this.wired(flags, (host) => Promise.resolve(disable(host)))
  }
}
