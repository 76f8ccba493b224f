import { string } from '@oclif/core/args'
import { boolean, string as text } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { progressOn } from '../../terminal/progress.ts'
import { verified } from '../../control/verification.ts'
import { chainLines } from '../../render/archive.ts'
import { verificationExit, verificationLines } from '../../render/verification.ts'

export default class WitnessVerify extends HookCommand {
  static override summary = 'verify the log, an export of it, or a proof'
  static override description = `Without PATH: the live log, every entry, node, checkpoint and snapshot. With PATH: an exported folder, an archived log or a proof file; no control plane is needed. The archived logs that a log goes on from are verified too, each against what the log after it says of it.

consistent and anchored   it fits together and extends the checkpoint given with --against
consistent, unanchored    it fits together; nothing from outside was compared with
BAD                       it does not; the first bad entry is named

Exit status: 0, or 1 where any of them is bad, and with --strict where it is unanchored or a log is missing.`
  static override examples = [
    '<%= config.bin %> hook witness verify',
    '<%= config.bin %> hook witness verify --against checkpoint.txt --strict',
    '<%= config.bin %> hook witness verify ./export',
    '<%= config.bin %> hook witness verify entry-42.proof',
    '<%= config.bin %> hook witness verify --strict --json',
  ]
  static override args = {
    path: string({
      ignoreStdin: true,
      description: 'an exported folder, an archived log or a proof file',
    }),
  }
  static override flags = {
    against: text({
      description: 'A checkpoint kept elsewhere to compare with.',
      helpValue: 'FILE',
    }),
    key: text({
      description:
        'Verifier key of the log that PATH is said to be of; this user’s pinned one when absent.',
      helpValue: 'KEY',
    }),
    strict: boolean({ description: 'Fail unless it is anchored.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WitnessVerify)
    const progress = progressOn(this.terminal)
    const { verification, subject, identity, chain } = await verified(
      { path: args.path, against: flags.against, key: flags.key },
      progress.update,
    ).finally(progress.end)
    process.exitCode = verificationExit(verification, flags.strict, chain)
    await this.result(flags, { ...verification, identity, chain }, () => [
      ...verificationLines(verification, subject, identity, this.terminal),
      ...chainLines(chain, this.terminal),
    ])
  }
}
