import { custom } from '@oclif/core/args'
import { modeChange } from '../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../control/looseningCommand.ts'
import { MODES } from '../control/words.ts'
import type { Mode as ModeWord } from '../../domain/policy/verdict.ts'
import { withControlPlane } from '../control/withControlPlane.ts'

export default class Mode extends LooseningCommand {
  static override summary = 'show the mode, or change it'
  static override description = `profile   watch: nothing is blocked, what would be is recorded as a shadow verdict
enforce   block what the policy denies, ask about what it defers

Going from enforce to profile loosens the gate: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook mode',
    '<%= config.bin %> hook mode enforce',
    '<%= config.bin %> hook mode profile --yes',
  ]
  static override args = {
    mode: custom<ModeWord>({
      options: [...MODES],
      description: 'the mode to change to; without it the mode is shown',
      ignoreStdin: true,
    })(),
  }
  static override flags = LOOSENING_FLAGS

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Mode)
    if (args.mode === undefined) return this.show(flags)
    const result = await this.change(modeChange(args.mode), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null
        ? `The mode is ${result.mode} already.`
        : `The mode is ${this.terminal.style.bold(result.mode)} now, from the next call on.`,
    ])
  }

  private async show(flags: { readonly json: boolean }): Promise<void> {
    const { mode } = await withControlPlane((control) => control.call('status', {}))
    await this.result(flags, { mode }, () => [mode])
  }
}
