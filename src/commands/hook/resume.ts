import { resumeChange } from '../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../control/looseningCommand.ts'

export default class Resume extends LooseningCommand {
  static override summary = 'end a suspension'
  static override description =
    'Decides by mode, posture and policy again. This loosens the gate: it asks, and is refused from inside Claude Code.'
  static override examples = [
    '<%= config.bin %> hook resume',
    '<%= config.bin %> hook resume --yes --passphrase-file ~/passphrase',
  ]
  static override flags = LOOSENING_FLAGS

  async run(): Promise<void> {
    const { flags } = await this.parse(Resume)
    const result = await this.change(resumeChange(), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null ? 'The gate was not suspended.' : 'Resumed.',
    ])
  }
}
