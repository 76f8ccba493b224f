import { LOOSENING_FLAGS } from '../../control/looseningCommand.ts'
import { agreedTo, DANGER_FLAGS, wordOf } from '../../control/danger.ts'
import { notHardened, ownPlace } from '../../control/ownPlace.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { archivedLines } from '../../render/archive.ts'
import { resetLines } from '../../render/danger.ts'
import { processAsker } from '../../terminal/ask.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class DangerReset extends HookCommand {
  static override summary = 'begin a new log with nothing learned; policy and settings stay'
  static override description = `The log is archived whole (see hook witness archive) and a new one begun. What was learned of the agent's habits, the statistics and the history stay with the old log. Policy, mode, posture, settings, budgets and what was spent of them, secrets, tainted sessions and the values behind tokens go on, so that nothing is loosened by it.

The word that is shown has to be typed. Refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook danger reset --dry-run',
    '<%= config.bin %> hook danger reset',
    '<%= config.bin %> hook danger reset --yes --confirm 4f1c09ab',
  ]
  static override flags = {
    ...DANGER_FLAGS,
    'passphrase-file': LOOSENING_FLAGS['passphrase-file'],
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(DangerReset)
    const place = notHardened(ownPlace(), 'no log is archived')
    const word = wordOf(place.paths, 'reset')
    const plan = await withControlPlane(async (control) => {
      const [{ log, mode, dataDir }, { observations }] = await Promise.all([
        control.call('status', {}),
        control.call('profile.observations', {}),
      ])
      return { log, mode, dataDir, learned: observations.length, word }
    })
    if (flags['dry-run'])
      return this.result(flags, { dryRun: true, ...plan }, () => resetLines(plan, this.terminal))
    const { archived, closingPassphrase, refuseInsideClient } =
      await import('../../control/archiving.ts')
    await refuseInsideClient('puts away what was recorded and learned')
    const asker = processAsker(this.terminal)
    if (flags.confirm === undefined)
      this.terminal.err(`${resetLines(plan, this.terminal).join('\n')}\n`)
    if (!(await agreedTo(asker, word, flags))) {
      process.exitCode = 2
      return void this.terminal.err('Nothing was changed.\n')
    }
    const done = await archived(
      place,
      {
        tiles: false,
        learned: false,
        ...(await closingPassphrase(place, asker, flags['passphrase-file'])),
      },
      this.terminal,
    )
    await this.result(flags, done, () => archivedLines(done, this.terminal))
  }
}
