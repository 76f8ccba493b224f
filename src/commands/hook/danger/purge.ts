import { agreedTo, DANGER_FLAGS, wordOf } from '../../control/danger.ts'
import { WiringCommand } from '../../control/wiringCommand.ts'
import { ownHost } from '../../control/wiring.ts'
import { purgeLines } from '../../render/danger.ts'
import { processAsker } from '../../terminal/ask.ts'

export default class DangerPurge extends WiringCommand {
  static override summary = 'destroy the keys, then remove everything of ours'
  static override description = `The keys are overwritten first: from then on nothing recorded can be opened by anybody, archived logs included. Then the hooks and the status line go out of Claude Code's settings, which are otherwise as they were, and all data, configuration, sockets and caches are removed. Logs that were archived to a folder of yours stay there.

The word that is shown has to be typed. Refused from inside Claude Code. Overwriting is best effort: flash storage and backups keep what they keep.`
  static override examples = [
    '<%= config.bin %> hook danger purge --dry-run',
    '<%= config.bin %> hook danger purge',
    '<%= config.bin %> hook danger purge --yes --confirm 4f1c09ab',
  ]
  static override flags = DANGER_FLAGS

  async run(): Promise<void> {
    const { flags } = await this.parse(DangerPurge)
    const { purge, purgePlan } = await import('../../../infra/client/purge.ts')
    const host = ownHost()
    const word = wordOf(host.paths, 'purge')
    const plan = purgePlan(host)
    if (flags['dry-run'])
      return this.result(flags, { dryRun: true, word, plan }, () =>
        purgeLines(plan, word, this.terminal),
      )
    const { refuseInsideClient } = await import('../../control/archiving.ts')
    await refuseInsideClient('destroys the keys and removes everything')
    if (flags.confirm === undefined)
      this.terminal.err(`${purgeLines(plan, word, this.terminal).join('\n')}\n`)
    if (!(await agreedTo(processAsker(this.terminal), word, flags))) {
      process.exitCode = 2
      return void this.terminal.err('Nothing was changed.\n')
    }
    const { stopped } = await import('../../control/lifecycle.ts')
    await stopped(host)
    await this.wired(flags, (of) => Promise.resolve(purge(of)))
  }
}
