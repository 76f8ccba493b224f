import { boolean, string } from '@oclif/core/flags'
import type { Suggested } from '../../domain/control/learning.ts'
import type { Thresholds } from '../../domain/suggest/evidence.ts'
import { EVIDENCE_FLAGS, thresholdsOf } from '../control/evidenceFlags.ts'
import { momentOf, SINCE_FLAG } from '../control/reportFlags.ts'
import { HookCommand } from '../terminal/command.ts'
import { usage } from '../terminal/failure.ts'

export default class Suggest extends HookCommand {
  static override summary = 'derive a policy from what was witnessed'
  static override description = `The policy in force, with permits for what was done often enough and finished, with denials of what cannot be taken back and was never part of the work, and with defaults closed that the record says cost hardly a question. Nothing is changed.

It learns from calls that finished, in a session with an injection hit only from those before it, and never a permit for what cannot be taken back outside the project. Each rule carries its evidence. What somebody's rule holds back stays so.

Prints a Lua module to read and to try the policy with: its decide(action) runs in a stock Lua 5.4. With --diff: what would change, in unified form and in words, and how the recorded calls would have been decided.`
  static override examples = [
    '<%= config.bin %> hook suggest --diff',
    '<%= config.bin %> hook suggest > policy.lua',
    '<%= config.bin %> hook suggest --min-sessions 2 --min-days 1 --out policy.json',
  ]
  static override flags = {
    diff: boolean({ description: 'Preview against the policy in force, with a backtest.' }),
    since: SINCE_FLAG,
    out: string({
      description: 'Write it to a new file: as Lua where its name ends in .lua, else as JSON.',
      helpValue: 'FILE',
      exclusive: ['diff'],
    }),
    ...EVIDENCE_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Suggest)
    const thresholds = thresholdsOf(flags)
    if (flags.since !== undefined && !flags.diff)
      throw usage(
        '--since says which calls --diff judges again',
        'isonapse hook suggest --diff --since 7d',
      )
    const since = flags.since === undefined ? undefined : momentOf(flags.since, this.terminal.now())
    if (flags.diff) return this.preview(flags, thresholds, since)
    const [{ withControlPlane }, { luaOf }, { exportedText }, { writeNew }] = await Promise.all([
      import('../control/withControlPlane.ts'),
      import('../oneShot/suggestedLua.ts'),
      import('../oneShot/policyDiff.ts'),
      import('../terminal/outFile.ts'),
    ])
    const suggested = await withControlPlane((control) =>
      control.call('policy.suggest', thresholds),
    )
    const { out } = flags
    if (out !== undefined)
      writeNew(out, out.endsWith('.lua') ? luaOf(suggested) : exportedText(suggested.policy))
    if (flags.json) return this.printJson(out === undefined ? suggested : { ...suggested, out })
    if (out === undefined) await this.terminal.out(luaOf(suggested))
    if (out !== undefined || this.terminal.errIsTerminal) await this.tell(suggested, out)
  }

  /** The same in words, beside what was written. */
  private async tell(suggested: Suggested, out: string | undefined): Promise<void> {
    const { suggestionLines } = await import('../render/suggestion.ts')
    const { terminal } = this
    const look = { style: terminal.errStyle, width: terminal.errWidth }
    const lines = [
      ...suggestionLines(suggested, look),
      '',
      ...(out === undefined ? [] : [`It is in ${out}. Nothing was changed.`]),
      '  → isonapse hook suggest --diff shows what would change,',
      '    isonapse hook apply puts it in force',
    ]
    terminal.err(`${lines.join('\n')}\n`)
  }

  private async preview(
    flags: { readonly json: boolean },
    thresholds: Thresholds,
    since: number | undefined,
  ): Promise<void> {
    const [{ previewOf }, { previewLines }, { policyDiff }] = await Promise.all([
      import('../control/suggested.ts'),
      import('../render/preview.ts'),
      import('../oneShot/policyDiff.ts'),
    ])
    const preview = await previewOf(thresholds, since, this.terminal)
    const diff = policyDiff(preview.live, preview.suggested.policy)
    const { suggested, backtest } = preview
    await this.result(flags, { ...suggested, diff, backtest }, () => [
      ...previewLines(preview, diff, this.terminal),
      '',
      'Nothing was changed.',
      '  → isonapse hook apply puts it in force and enforces it',
    ])
  }
}
