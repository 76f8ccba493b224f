import { HookCommand } from '../../terminal/command.ts'

export default class WitnessStats extends HookCommand {
  static override summary = 'count receipts, verdicts and entries'
  static override examples = ['<%= config.bin %> hook witness stats']

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessStats)
    const [{ withControlPlane }, { statsLines }] = await Promise.all([
      import('../../control/withControlPlane.ts'),
      import('../../render/stats.ts'),
    ])
    const stats = await withControlPlane((control) => control.call('witness.stats', {}))
    await this.result(flags, stats, () => statsLines(stats, this.terminal))
  }
}
