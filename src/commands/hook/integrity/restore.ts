import { integer } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class IntegrityRestore extends LooseningCommand {
  static override summary = 'take back a change of a file that instructs the agent'
  static override description = `The file holds again what it held before that change; one that the change created is removed. A file that was changed once more since is left alone: take the later changes back first, or add --force. Look first at what it was: isonapse hook integrity log INDEX.

It asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase: what was there before may be what somebody had reason to change.`
  static override examples = [
    '<%= config.bin %> hook integrity restore 1042',
    '<%= config.bin %> hook integrity restore 1042 --yes',
  ]
  static override args = {
    index: integer({
      name: 'INDEX',
      required: true,
      ignoreStdin: true,
      description: 'of the change, as isonapse hook integrity log has it',
      min: 0,
    }),
  }
  static override flags = {
    force: boolean({
      description: 'Although the file was changed once more since.',
      default: false,
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IntegrityRestore)
    const { restoreChange } = await import('../../control/change.ts')
    const result = await this.change(restoreChange(args.index, flags.force), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null
        ? 'The file is what it was already.'
        : 'Restored: the file is what it was before that change.',
    ])
  }
}
