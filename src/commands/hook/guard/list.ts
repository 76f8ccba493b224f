import { withControlPlane } from '../../control/withControlPlane.ts'
import { guardLines } from '../../render/guards.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class GuardList extends HookCommand {
  static override summary = 'list the guards'
  static override description =
    'Each with the tools whose calls it is asked about, its time limit and its program, and what is wrong with that, if anything is: its calls are then denied in enforce mode.'
  static override examples = [
    '<%= config.bin %> hook guard list',
    '<%= config.bin %> hook guard list --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(GuardList)
    const listed = await withControlPlane((control) => control.call('guard.list', {}))
    await this.result(flags, listed, () => guardLines(listed.guards, this.terminal))
  }
}
