import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { statsLines } from '../../render/stats.ts'

export default class WitnessStats extends HookCommand {
  static override summary = 'count receipts, verdicts and entries'
  static override examples = ['<%= config.bin %> hook witness stats']

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessStats)
    const stats = await withControlPlane((control) => control.call('witness.stats', {}))
    await this.result(flags, stats, () => statsLines(stats, this.terminal))
  }
}
