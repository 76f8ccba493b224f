import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { configLines } from '../../render/config.ts'

export default class ConfigShow extends HookCommand {
  static override summary = 'show every path and setting'
  static override examples = [
    '<%= config.bin %> hook config show',
    '<%= config.bin %> hook config show --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigShow)
    const { shown, status } = await withControlPlane(async (control) => ({
      shown: await control.call('config.show', {}),
      status: await control.call('status', {}),
    }))
    const { mode, posture } = status
    await this.result(flags, { mode, posture, ...shown }, () =>
      configLines(shown, { mode, posture }, this.terminal),
    )
  }
}
