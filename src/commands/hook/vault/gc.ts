import { boolean, string } from '@oclif/core/flags'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { gcLines, gcPreview, nothingFound } from '../../render/vault.ts'
import { confirm, processAsker } from '../../terminal/ask.ts'
import { HookCommand } from '../../terminal/command.ts'
import { usage } from '../../terminal/failure.ts'
import { progressOn, progressTo } from '../../terminal/progress.ts'
import { parseSpan } from '../../terminal/time.ts'

export default class VaultGc extends HookCommand {
  static override summary = 'give up values of the vault for good'
  static override description = `Values whose last use is older than --ttl: their tokens restore nothing any more, and a value met again gets a new one. The key that they were sealed under is overwritten and removed, and what stays of the session is sealed anew, with the same tokens. A use is noted once a day, so a value may count as a day older than it is. --ttl 0 gives up everything.

With --payloads also the keys of what was recorded of sessions that were silent for as long (an hour at least): their payloads stay closed for ever, in query and replay too. The log itself stays whole and verifies.

Copies that an SSD, a snapshot or a backup keeps of a key file are out of reach. It asks, and is refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook vault gc --dry-run',
    '<%= config.bin %> hook vault gc --ttl 7d --yes',
    '<%= config.bin %> hook vault gc --ttl 90d --payloads',
    '<%= config.bin %> hook vault gc --ttl 0',
  ]
  static override flags = {
    ttl: string({
      description: 'Longest time since the last use: 36h, 30d, 2w, or 0 for none.',
      helpValue: 'TIME',
      default: '30d',
    }),
    payloads: boolean({ description: 'Also the payload keys of sessions silent for as long.' }),
    'dry-run': boolean({ description: 'Only say what would be given up.' }),
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(VaultGc)
    const ttlMs = parseSpan(flags.ttl)
    if (ttlMs === undefined)
      throw usage(`--ttl: "${flags.ttl}" is no length of time`, 'write 36h, 30d, 2w, or 0 for none')
    const params = { ttlMs, payloads: flags.payloads === true, pid: process.pid }
    const collect = async (dryRun: boolean) => {
      const progress = progressOn(this.terminal)
      return withControlPlane((control) =>
        control.call('vault.gc', { ...params, dryRun }, progressTo(progress.update)),
      ).finally(progress.end)
    }
    if (flags['dry-run'] || !flags.yes) {
      const found = await collect(true)
      // A crash may have left keys that only a real run finds: with --yes it always is one.
      if (flags['dry-run'] || nothingFound(found))
        return this.result(flags, found, () =>
          nothingFound(found) ? ['There is nothing to give up.'] : gcPreview(found).split('\n'),
        )
      this.terminal.err(`${gcPreview(found)}\n`)
      if (!(await confirm(processAsker(this.terminal), 'This cannot be undone. Go on?'))) {
        process.exitCode = 2
        if (flags.json) return this.printJson({ changed: false, declined: true })
        return void this.terminal.err('Nothing was changed.\n')
      }
    }
    const done = await collect(false)
    if (done.failed.length > 0) process.exitCode = 1
    await this.result(flags, done, () => gcLines(done, this.terminal))
  }
}
