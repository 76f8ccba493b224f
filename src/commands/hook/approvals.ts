import { withControlPlane } from '../control/withControlPlane.ts'
import { HookCommand } from '../terminal/command.ts'

export default class ApprovalsCommand extends HookCommand {
  static override summary = 'list what was agreed to beforehand'
  static override description =
    'Approvals in force first, each with the time that it has left and how many calls went by it; then those that are over.'
  static override examples = [
    '<%= config.bin %> hook approvals',
    '<%= config.bin %> hook approvals --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(ApprovalsCommand)
    const [list, { approvalLines }] = await Promise.all([
      withControlPlane((control) => control.call('approval.list', {})),
      import('../render/approvals.ts'),
    ])
    await this.result(flags, list, () => approvalLines(list, this.terminal))
  }
}
