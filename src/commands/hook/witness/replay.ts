import { boolean, integer, string } from '@oclif/core/flags'
import { candidateLines, replayLines, sessionLines } from '../../render/replay.ts'
import { HookCommand } from '../../terminal/command.ts'
import { progressOn } from '../../terminal/progress.ts'

export default class WitnessReplay extends HookCommand {
  static override summary = 'compute again what the log says, or replay a recorded session'
  static override description = `Every decision from its recorded facts, every projection from entry 0, and every payload that can be opened, analysed again; compared with what was recorded. The first difference is named. Nothing is changed.

With --policy or --template: the recorded calls decided by that policy instead, and which verdicts change.

With --session: a file of hook payloads, one a line, replayed into a home that has no log yet (set ISONAPSE_HOME to a new folder). No file of this machine is looked at, and the clock is the file's: {"time": epoch ms, "payload": {…}}, or one second a line. The receipts are the same bytes everywhere.

Exit status: 0, or 1 where something differs, or where lines of the session file could not be read.`
  static override examples = [
    '<%= config.bin %> hook witness replay',
    '<%= config.bin %> hook witness replay --from 100 --to 200',
    '<%= config.bin %> hook witness replay --policy stricter.json',
    'ISONAPSE_HOME=/tmp/replay <%= config.bin %> hook witness replay --session day.hooks.jsonl --mode enforce',
  ]
  static override flags = {
    from: integer({ description: 'First entry to look at.', min: 0, helpValue: 'N' }),
    to: integer({ description: 'Last entry to look at.', min: 0, helpValue: 'N' }),
    payloads: boolean({
      description: 'Open and analyse payloads again; --no-payloads takes the facts alone.',
      allowNo: true,
      default: true,
    }),
    policy: string({ description: 'Decide by this policy instead.', helpValue: 'FILE' }),
    template: string({
      description: 'The same by a policy that comes with the program.',
      helpValue: 'NAME',
      exclusive: ['policy'],
    }),
    session: string({
      description: 'Replay this recorded session into an empty home.',
      helpValue: 'FILE',
      exclusive: ['from', 'to'],
    }),
    mode: string({
      description: 'With --session: the mode it is replayed in; profile unless told.',
      options: ['profile', 'enforce'],
      dependsOn: ['session'],
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessReplay)
    const { replayed, sessionReplayed } = await import('../../control/replay.ts')
    const { session, mode, policy, template } = flags
    const progress = progressOn(this.terminal)
    if (session !== undefined) {
      const done = await sessionReplayed({
        session,
        mode: mode === 'enforce' ? 'enforce' : 'profile',
        policy,
        template,
      })
      if (done.broken.length > 0) process.exitCode = 1
      return this.result(flags, done, () => sessionLines(done, this.terminal))
    }
    const done = await replayed(
      { from: flags.from, to: flags.to, payloads: flags.payloads, policy, template },
      progress.update,
    ).finally(progress.end)
    if (done.mismatches > 0) process.exitCode = 1
    await this.result(flags, done, () =>
      done.candidate === null
        ? replayLines(done, this.terminal)
        : candidateLines(done.candidate, this.terminal),
    )
  }
}
