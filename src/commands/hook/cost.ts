import { string } from '@oclif/core/flags'
import { HookCommand } from '../terminal/command.ts'

export default class Cost extends HookCommand {
  static override summary = 'show what sessions cost, and what is left of the budgets'
  static override description = `From the client's own transcripts, followed while it works: every message of the model is charged once, subagents to their session, at the prices that come with the program (config get cost.prices: your own).

A session's budget is for all that it ever cost; an hour's and a day's are for the last 60 minutes and the last 24 hours. When the client ends, its own total is compared: a difference of more than half a percent is shown.`
  static override examples = [
    '<%= config.bin %> hook cost',
    '<%= config.bin %> hook cost --session 3f2a',
    '<%= config.bin %> hook cost --json',
    '<%= config.bin %> hook cost budget --session 5 --day 20',
  ]
  static override flags = {
    session: string({
      description: 'The session whose budget is shown, by its id or the beginning of it.',
      helpValue: 'ID',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Cost)
    const [{ withControlPlane }, { byDay, costLines }] = await Promise.all([
      import('../control/withControlPlane.ts'),
      import('../render/cost.ts'),
    ])
    const { session } = flags
    const report = await withControlPlane((control) =>
      control.call('cost.report', session === undefined ? {} : { session }),
    )
    await this.result(flags, { ...report, days: byDay(report.hours) }, () =>
      costLines(report, this.terminal),
    )
  }
}
