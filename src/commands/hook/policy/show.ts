import { boolean } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { policyLines } from '../../render/policy.ts'

export default class PolicyShow extends HookCommand {
  static override summary = 'print the policy in force'
  static override description =
    'As JSON, fit for policy import after editing. With --summary: its rules, one a line.'
  static override examples = [
    '<%= config.bin %> hook policy show --summary',
    '<%= config.bin %> hook policy show > policy.json',
  ]
  static override flags = {
    summary: boolean({ description: 'List rules and defaults instead.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicyShow)
    const { policy, digest } = await withControlPlane((control) => control.call('policy.show', {}))
    if (flags.json) return this.printJson({ digest, policy })
    if (flags.summary) return this.print(policyLines(policy, digest, this.terminal))
    await this.printJson(policy)
  }
}
