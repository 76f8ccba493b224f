import { registrationOf, SCOPE_FLAG } from '../control/scope.ts'
import { SIGNING_FLAG, WiringCommand } from '../control/wiringCommand.ts'
import { install } from '../../infra/client/lifecycle.ts'

export default class Install extends WiringCommand {
  static override summary = 'wire Claude Code to the gate'
  static override description =
    'Makes a plugin with the hooks and registers it with Claude Code. Other settings and hooks are kept byte for byte, and a backup is made. Safe to repeat. Running sessions load the hooks at their next start.'
  static override examples = [
    '<%= config.bin %> hook install',
    '<%= config.bin %> hook install --scope project',
  ]
  static override flags = { ...SCOPE_FLAG, ...SIGNING_FLAG }

  async run(): Promise<void> {
    const { flags } = await this.parse(Install)
    await this.wired(flags, async (host) =>
      install(host, await this.program(host), registrationOf(flags.scope)),
    )
  }
}
