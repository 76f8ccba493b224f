import { boolean, string } from '@oclif/core/flags'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { HookCommand } from '../../terminal/command.ts'
import { progressOn, progressTo } from '../../terminal/progress.ts'

export default class WitnessGaps extends HookCommand {
  static override summary = 'find tool calls that ran and that the gate never saw'
  static override description = `Compares Claude Code's own transcripts, its subagents' too, with the log: a call that ran and that the log holds no decision on slipped past. That happens with hooks switched off (disableAllHooks, --bare, an invalid settings file, a disabled plugin) and, in profile mode, while no control plane runs. What the client refused before it ran is no gap.

Each gap is recorded once, with a control plane running; it looks by itself too: when it starts, when a session ends, and when a transcript grows. Calls count from when the log and the hooks are there; a session that was running then is left out for a day. Without --all or --session: what changed in the last seven days.

Whoever can write the transcripts can hide calls from this; the log itself it cannot change.

Exit status: 0 no gap, 1 gaps or sessions without the gate.`
  static override examples = [
    '<%= config.bin %> hook witness gaps',
    '<%= config.bin %> hook witness gaps --session 1f0c',
    '<%= config.bin %> hook witness gaps --all --json',
  ]
  static override flags = {
    session: string({
      description: 'Of this session, by its id or the beginning of it.',
      helpValue: 'ID',
      exclusive: ['all'],
    }),
    all: boolean({ description: 'Of every session that the client still has a transcript of.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessGaps)
    const { session, all } = flags
    const progress = progressOn(this.terminal)
    const [found, { gapLines, isWhole }] = await Promise.all([
      withControlPlane((control) =>
        control.call(
          'witness.gaps',
          { ...(session === undefined ? {} : { session }), ...(all ? { all } : {}) },
          progressTo(progress.update),
        ),
      ).finally(progress.end),
      import('../../render/gaps.ts'),
    ])
    if (!isWhole(found)) process.exitCode = 1
    await this.result(flags, found, () => gapLines(found, this.terminal))
  }
}
