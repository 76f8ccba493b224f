import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'

export default class PolicyShow extends HookCommand {
  static override summary = 'print the policy in force, a template or a file'
  static override description =
    'As JSON, fit for policy import after editing. With --rules: its rules, one a line. With --summary: counts only, nothing of its content.'
  static override examples = [
    '<%= config.bin %> hook policy show --rules',
    '<%= config.bin %> hook policy show --summary',
    '<%= config.bin %> hook policy show web-dev --rules',
    '<%= config.bin %> hook policy show > policy.json',
  ]
  static override args = {
    policy: string({
      ignoreStdin: true,
      description: 'a template by its name, or a file; the policy in force when absent',
    }),
  }
  static override flags = {
    summary: boolean({ description: 'Counts only, no content.', exclusive: ['rules'] }),
    rules: boolean({ description: 'List rules and defaults instead.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyShow)
    const [{ shownPolicy }, { policyLines, summaryLines, summaryOf }] = await Promise.all([
      import('../../oneShot/policyChoice.ts'),
      import('../../render/policy.ts'),
    ])
    const { policy, digest } = await shownPolicy(args.policy)
    if (flags.summary) {
      const summary = summaryOf(policy, digest)
      return this.result(flags, summary, () => summaryLines(summary, this.terminal))
    }
    if (flags.json) return this.printJson({ digest, policy })
    if (flags.rules) return this.print(policyLines(policy, digest, this.terminal))
    await this.printJson(policy)
  }
}
