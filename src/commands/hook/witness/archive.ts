import { boolean, string } from '@oclif/core/flags'
import { LOOSENING_FLAGS } from '../../control/looseningCommand.ts'
import { notHardened, ownPlace } from '../../control/ownPlace.ts'
import { archivedLines } from '../../render/archive.ts'
import { confirm, processAsker } from '../../terminal/ask.ts'
import { HookCommand } from '../../terminal/command.ts'
import { fromHere } from '../../terminal/currentDir.ts'

export default class WitnessArchive extends HookCommand {
  static override summary = 'close the log and begin the next one, which goes on from it'
  static override description = `The log is closed with a last checkpoint and moved away as it is; witness verify finds and verifies it. The next log names it as its parent and begins with all that is in force: policy, mode, posture, settings, budgets and what was spent of them, secrets, tainted sessions, files with restored values, calls under way, the values behind tokens, and what was learned of the agent's habits. Policies from before, past entries and their statistics stay with the old log.

A running control plane is stopped for it and started again: in enforce mode calls are blocked meanwhile. Refused from inside Claude Code; at assurance level authority the passphrase is asked for.`
  static override examples = [
    '<%= config.bin %> hook witness archive',
    '<%= config.bin %> hook witness archive --tiles --yes',
    '<%= config.bin %> hook witness archive --out ~/logs/2026',
  ]
  static override flags = {
    out: string({
      char: 'o',
      description: 'Move the old log to this new folder, on the same file system.',
      helpValue: 'DIR',
    }),
    tiles: boolean({
      description: 'Write the old log as static files (C2SP tlog-tiles) beside its store too.',
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessArchive)
    const { archived, closingPassphrase, refuseInsideClient } =
      await import('../../control/archiving.ts')
    const place = notHardened(ownPlace(), 'no log is archived')
    await refuseInsideClient('begins a new log')
    const asker = processAsker(this.terminal)
    if (!flags.yes && !(await confirm(asker, 'The log is closed and a new one begun. Go on?'))) {
      process.exitCode = 2
      return void this.terminal.err('Nothing was changed.\n')
    }
    const done = await archived(
      place,
      {
        tiles: flags.tiles,
        learned: true,
        ...(flags.out === undefined ? {} : { out: fromHere(flags.out) }),
        ...(await closingPassphrase(place, asker, flags['passphrase-file'])),
      },
      this.terminal,
    )
    await this.result(flags, done, () => archivedLines(done, this.terminal))
  }
}
