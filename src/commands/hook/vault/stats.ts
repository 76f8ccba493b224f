import { string } from '@oclif/core/flags'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { statsLines } from '../../render/vault.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class VaultStats extends HookCommand {
  static override summary = 'show what the vault holds, session by session'
  static override description =
    'Values that were replaced by tokens: how many, of which types, how often a value met again had its token at hand without new crypto, and where the sealed rows and their keys are. No value is shown.'
  static override examples = [
    '<%= config.bin %> hook vault stats',
    '<%= config.bin %> hook vault stats --session 3f2a',
    '<%= config.bin %> hook vault stats --json',
  ]
  static override flags = {
    session: string({
      description: 'Only sessions whose id is this or begins with it.',
      helpValue: 'ID',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(VaultStats)
    const { session } = flags
    const stats = await withControlPlane((control) =>
      control.call('vault.stats', session === undefined ? {} : { session }),
    )
    await this.result(flags, stats, () => statsLines(stats, this.terminal))
  }
}
