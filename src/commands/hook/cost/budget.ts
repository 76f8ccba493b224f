import { integer, string } from '@oclif/core/flags'
import type { ResultOf } from '../../../domain/control/methods.ts'
import { BUDGET_KEYS, WARN_KEY } from '../../../domain/cost/budget.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

const amount = (description: string) => string({ description, helpValue: 'USD' })

export default class CostBudget extends LooseningCommand {
  static override summary = 'show the budgets, or set them'
  static override description = `In enforce mode, prompts and tool calls are denied once a budget is used up; in profile mode that is only recorded. The user is told once when --warn percent of one are spent.

Without a flag the budgets are shown. 0 or off takes one away. Raising a budget, taking it away and being told later loosen the gate: that asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook cost budget',
    '<%= config.bin %> hook cost budget --session 5 --day 20',
    '<%= config.bin %> hook cost budget --hour 2.50 --warn 70',
    '<%= config.bin %> hook cost budget --day off --yes',
  ]
  static override flags = {
    session: amount('What a session may cost in all.'),
    hour: amount('What all sessions together may cost in 60 minutes.'),
    day: amount('What all sessions together may cost in 24 hours.'),
    warn: integer({
      description: 'Tell the user when this much of a budget is spent.',
      helpValue: 'PERCENT',
      min: 1,
      max: 100,
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(CostBudget)
    const { askedSetting } = await import('../../control/askedSetting.ts')
    const wanted = [
      [BUDGET_KEYS.session, flags.session],
      [BUDGET_KEYS.hour, flags.hour],
      [BUDGET_KEYS.day, flags.day],
      [WARN_KEY, flags.warn?.toString()],
    ] as const
    // All are checked before any is changed.
    const asked = wanted.flatMap(([key, text]) =>
      text === undefined ? [] : [askedSetting(key, text === 'off' ? '0' : text)],
    )
    const changed: Array<ResultOf<'config.set'>> = []
    for (const one of asked) {
      const result = await this.change(one, flags)
      if (result === null) return
      changed.push(result)
    }
    const [report, { budgetLines }] = await Promise.all([
      withControlPlane((control) => control.call('cost.report', {})),
      import('../../render/cost.ts'),
    ])
    const { budgets, warnPercent } = report
    await this.result(flags, { changed, budgets, warnPercent }, () => [
      ...budgetLines(report, this.terminal),
      this.terminal.style.dim(`told once at ${warnPercent}% of a budget`),
    ])
  }
}
