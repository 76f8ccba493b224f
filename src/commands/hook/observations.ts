import { integer, string } from '@oclif/core/flags'
import { withControlPlane } from '../control/withControlPlane.ts'
import { observationTable } from '../render/report.ts'
import { HookCommand } from '../terminal/command.ts'

export default class ObservationsCommand extends HookCommand {
  static override summary = 'list what was observed, capability by capability'
  static override description =
    'One observation is one effect of a capability on one place, host or name, with how often, in how many sessions and on how many days it was seen, and how it ended. What a suggested policy is made of. The most frequent come first.'
  static override examples = [
    '<%= config.bin %> hook observations',
    '<%= config.bin %> hook observations --capability tool:Bash:git',
    '<%= config.bin %> hook observations --limit 500 --json',
  ]
  static override flags = {
    capability: string({
      description: 'Of this capability, or those below it: tool:Bash:git.',
      helpValue: 'PREFIX',
    }),
    limit: integer({ description: 'At most this many.', default: 20, min: 1, max: 100_000 }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ObservationsCommand)
    const { capability, limit } = flags
    const found = await withControlPlane((control) =>
      control.call('profile.observations', {
        limit,
        ...(capability === undefined ? {} : { capability }),
      }),
    )
    await this.result(flags, found, () => observationTable(found, this.terminal))
  }
}
