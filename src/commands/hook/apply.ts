import { boolean } from '@oclif/core/flags'
import { EVIDENCE_FLAGS, thresholdsOf } from '../control/evidenceFlags.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../control/looseningCommand.ts'

export default class Apply extends LooseningCommand {
  static override summary = 'put the suggested policy in force, and enforce it'
  static override description = `In one step: the policy that hook suggest derives, and mode enforce. It shows what would change and how the recorded calls would have been decided, and asks. policy.json is kept as a backup, and hook policy rollback goes back.

It counts as loosening, and is refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook apply',
    '<%= config.bin %> hook apply --min-sessions 2 --min-days 1 --yes',
    '<%= config.bin %> hook apply --dry-run',
  ]
  static override flags = {
    'dry-run': boolean({ description: 'Only show what would change.' }),
    ...EVIDENCE_FLAGS,
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Apply)
    const [
      { previewOf },
      { suggestionLines },
      { backtestLines },
      { digestAndChunks },
      { policyChange },
      { plural },
    ] = await Promise.all([
      import('../control/suggested.ts'),
      import('../render/suggestion.ts'),
      import('../render/backtest.ts'),
      import('../oneShot/policyDigest.ts'),
      import('../control/change.ts'),
      import('../terminal/progress.ts'),
    ])
    const { suggested, backtest } = await previewOf(thresholdsOf(flags), undefined, this.terminal)
    const { policy } = suggested
    const { digest, chunks } = digestAndChunks(policy)
    const { style, errStyle, width, errWidth } = this.terminal
    const shown = (look: { readonly style: typeof style; readonly width: number }) => [
      ...suggestionLines(suggested, look),
      '',
      ...backtestLines(backtest, look),
      '',
    ]
    if (flags['dry-run'])
      return this.result(flags, { name: policy.name, ...suggested, backtest }, () => [
        ...shown({ style, width }),
        'Nothing was changed.',
        '  → isonapse hook apply puts it in force and enforces it',
      ])
    if (!flags.json)
      this.terminal.err(`${shown({ style: errStyle, width: errWidth }).join('\n')}\n`)
    const words = `policy "${policy.name}": ${plural(suggested.learned.length, 'learned permit')}, ${plural(suggested.guards.length, 'denial')}; and mode enforce`
    const result = await this.change(
      policyChange(policy, digest, chunks, words, {
        source: 'suggest',
        mode: 'enforce',
        base: suggested.live.digest,
      }),
      flags,
    )
    if (result === null) return
    await this.result(flags, { ...result, name: policy.name, mode: 'enforce', backtest }, () => [
      result.index === null
        ? 'This policy is in force and enforced already.'
        : `Policy "${policy.name}" is in force and enforced now, from the next call on.`,
      '  → isonapse hook policy rollback goes back to the policy before',
    ])
  }
}
