import { custom } from '@oclif/core/args'
import type { Posture as PostureWord } from '../../domain/policy/verdict.ts'
import { postureChange } from '../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../control/looseningCommand.ts'
import { AUTO, POSTURES } from '../control/words.ts'
import { withControlPlane } from '../control/withControlPlane.ts'

export default class Posture extends LooseningCommand {
  static override summary = 'show the posture, or set it'
  static override description = `auto          the client's permission mode decides (plan: dry_run; auto, dontAsk, bypassPermissions: autonomous; else interactive)
interactive   a human can be asked
autonomous    nobody to ask: what is deferred is answered as denied
dry_run       only reading is permitted
locked        everything is denied, in either mode

Where the client's permission mode is stricter, that holds. A less strict posture loosens the gate.`
  static override examples = [
    '<%= config.bin %> hook posture',
    '<%= config.bin %> hook posture dry_run',
    '<%= config.bin %> hook posture auto --yes',
  ]
  static override args = {
    posture: custom<PostureWord | typeof AUTO>({
      options: [...POSTURES, AUTO],
      description: 'the posture to set; without it the posture is shown',
      ignoreStdin: true,
    })(),
  }
  static override flags = LOOSENING_FLAGS

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Posture)
    if (args.posture === undefined) return this.show(flags)
    const posture = args.posture === AUTO ? null : args.posture
    const result = await this.change(postureChange(posture), flags)
    if (result === null) return
    const words = result.posture ?? 'auto: the client’s permission mode decides'
    await this.result(flags, result, () => [
      result.index === null
        ? `The posture is ${words} already.`
        : `The posture is ${words} now, from the next call on.`,
    ])
  }

  private async show(flags: { readonly json: boolean }): Promise<void> {
    const { posture, suspended } = await withControlPlane((control) => control.call('status', {}))
    await this.result(flags, { posture, suspended }, () => [
      suspended
        ? `locked: the gate is suspended (beneath it: ${posture ?? AUTO})`
        : (posture ?? `${AUTO}: the client’s permission mode decides`),
    ])
  }
}
