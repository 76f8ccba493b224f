// A suggestion with its backtest, as `suggest --diff` previews it and `apply` puts it in force.
import type { Suggested } from '../../domain/control/learning.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { BacktestReport } from '../../domain/suggest/backtestReport.ts'
import type { Thresholds } from '../../domain/suggest/evidence.ts'
import { type Progress, progressOn, progressTo } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type Control, withControlPlane } from './withControlPlane.ts'

export const backtestOf = (
  control: Control,
  policy: unknown,
  since: number | undefined,
  progress: Progress,
): Promise<BacktestReport> =>
  control
    .call(
      'policy.backtest',
      { policy, ...(since === undefined ? {} : { since }) },
      progressTo(progress.update),
    )
    .finally(progress.end)

export interface Preview {
  readonly suggested: Suggested
  readonly live: Policy
  readonly backtest: BacktestReport
}

export const previewOf = (
  thresholds: Thresholds,
  since: number | undefined,
  terminal: Terminal,
): Promise<Preview> =>
  withControlPlane(async (control) => {
    const suggested = await control.call('policy.suggest', thresholds)
    const { policy: live } = await control.call('policy.show', {})
    const backtest = await backtestOf(control, suggested.policy, since, progressOn(terminal))
    return { suggested, live: live as Policy, backtest }
  })
