import { HookCommand } from '../terminal/command.ts'
import { withControlPlane } from '../control/withControlPlane.ts'

export default class Suspend extends HookCommand {
  static override summary = 'deny everything, at once'
  static override description =
    'Every call is denied, in either mode, until isonapse hook resume. Survives restarts.'
  static override examples = ['<%= config.bin %> hook suspend']

  async run(): Promise<void> {
    const { flags } = await this.parse(Suspend)
    const result = await withControlPlane((control) => control.call('suspend', {}))
    await this.result(flags, result, () => [
      result.index === null
        ? 'The gate is suspended already: everything is denied.'
        : `${this.terminal.style.red(this.terminal.style.bold('Suspended:'))} everything is denied from now on.`,
      `  ${this.terminal.style.dim('→')} isonapse hook resume`,
    ])
  }
}
