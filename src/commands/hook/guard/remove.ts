import { string } from '@oclif/core/args'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class GuardRemove extends LooseningCommand {
  static override summary = 'have a guard asked no more'
  static override description =
    'Calls that it would have denied pass from then on as the policy says. That loosens the gate: it asks, is refused from inside Claude Code, and takes the passphrase at assurance level authority.'
  static override examples = ['<%= config.bin %> hook guard remove no-prod --yes']
  static override args = {
    name: string({ required: true, ignoreStdin: true, description: 'what it is called' }),
  }
  static override flags = LOOSENING_FLAGS

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GuardRemove)
    const { guardRemoval } = await import('../../control/change.ts')
    const result = await this.change(guardRemoval(args.name), flags)
    if (result === null) return
    await this.result(flags, result, () => [`Guard ${args.name} is asked no more.`])
  }
}
