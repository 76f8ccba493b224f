import { integer } from '@oclif/core/flags'
import { REPORT_FLAGS, reportScope } from '../control/reportFlags.ts'
import { reportLines } from '../render/report.ts'
import { HookCommand } from '../terminal/command.ts'

export default class Report extends HookCommand {
  static override summary = 'show what the agent does: calls, capabilities, what was held back'
  static override description = `From the log: how many tool calls were witnessed and how they ended, the capabilities used most, which rules held calls back (in profile mode: would have), PII, injection hits and spend, and whether enough was seen to suggest a policy.

How ready it is, is an estimate of how often the next call will do something never seen (Good-Turing, with Esty's 95% interval), not a number of days. It takes calls as independent of each other; those of one session are alike, so the truth may lie somewhat outside.

Without --since, --session and --project it shows what is kept folded, at once; with them the log is read.`
  static override examples = [
    '<%= config.bin %> hook report',
    '<%= config.bin %> hook report --since 7d --project .',
    '<%= config.bin %> hook report --session 3f2a --json',
  ]
  static override flags = {
    ...REPORT_FLAGS,
    limit: integer({ description: 'Capabilities listed.', default: 15, min: 1, max: 1024 }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Report)
    const [{ withControlPlane }, { progressOn, progressTo }] = await Promise.all([
      import('../control/withControlPlane.ts'),
      import('../terminal/progress.ts'),
    ])
    const progress = progressOn(this.terminal)
    const params = { ...reportScope(flags, this.terminal.now()), most: flags.limit }
    const report = await withControlPlane((control) =>
      control.call('profile.report', params, progressTo(progress.update)),
    ).finally(progress.end)
    await this.result(flags, report, () => reportLines(report, this.terminal))
  }
}
