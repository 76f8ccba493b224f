import { string } from '@oclif/core/args'
import { string as text } from '@oclif/core/flags'
import { revealChange } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class VaultReveal extends LooseningCommand {
  static override summary = 'show the value that a token stands for'
  static override description =
    'The log says that it was shown before it is. It counts as loosening: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase. On a terminal, characters that would act on it are written out; --json has the value as it is.'
  static override examples = [
    "<%= config.bin %> hook vault reveal '[PII_0123456789abcdef0123456789abcdef]'",
    "<%= config.bin %> hook vault reveal '[PII_0123456789abcdef0123456789abcdef]' --yes --json",
  ]
  static override args = {
    token: string({ required: true, ignoreStdin: true, description: 'the token, quoted' }),
  }
  static override flags = {
    session: text({
      description: 'The session it is of, by its id or the beginning of it; else it is looked for.',
      helpValue: 'ID',
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultReveal)
    const { revealedLines } = await import('../../render/vault.ts')
    const revealed = await this.change(revealChange(args.token, flags.session), flags)
    if (revealed === null) return
    await this.result(flags, revealed, () => revealedLines(revealed, this.terminal))
  }
}
