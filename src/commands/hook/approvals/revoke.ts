import { string } from '@oclif/core/args'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class ApprovalsRevoke extends HookCommand {
  static override summary = 'take an approval back'
  static override description =
    'From the next call on the policy asks again. What was changed by it stays: isonapse hook integrity restore takes that back.'
  static override examples = ['<%= config.bin %> hook approvals revoke 3fa29b0c41de']
  static override args = {
    id: string({
      name: 'ID',
      required: true,
      ignoreStdin: true,
      description: 'as isonapse hook approvals lists it',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApprovalsRevoke)
    const result = await withControlPlane((control) =>
      control.call('approval.revoke', { id: args.id }),
    )
    await this.result(flags, result, () => [
      result.index === null
        ? 'It was taken back already.'
        : 'Taken back: from the next call on the policy asks again.',
    ])
  }
}
