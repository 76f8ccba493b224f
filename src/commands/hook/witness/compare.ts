import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { fromHere } from '../../terminal/currentDir.ts'
import { progressOn } from '../../terminal/progress.ts'
import { compareNamed } from '../../control/receipts.ts'
import { comparisonLines } from '../../render/comparison.ts'

export default class WitnessCompare extends HookCommand {
  static override summary = 'say where two records of decisions part, and why'
  static override description = `A and B are each a folder of receipts (witness receipts, gate --receipt-dir), an exported log (witness export), the ISONAPSE_HOME of another log, or "live", this user's log. An export is verified first, and refused where it does not verify.

At the first decision that differs all causes are named, the root one first:

engine       another version of isonapse decided
policy       another policy was in force
state        mode, posture, suspension, counters or taint were others
observation  something else was seen: a link, a script, the folder
input        the call would do something else
decision     only verdict or rules differ: a defect, or tampering
order        the same receipt, at another place
missing      B lacks a decision that A has
extra        A lacks a decision that B has

A folder without an order is a set: then no order is compared.
Exit status: 0 identical, 1 they part, 2 they cannot be compared.`
  static override examples = [
    '<%= config.bin %> hook witness compare ./here ./there',
    '<%= config.bin %> hook witness compare live ./export-of-another-machine',
    '<%= config.bin %> hook witness compare ./here ./there --all --json',
  ]
  static override args = {
    a: string({ required: true, ignoreStdin: true, description: 'a folder, or live' }),
    b: string({ required: true, ignoreStdin: true, description: 'a folder, or live' }),
  }
  static override flags = {
    all: boolean({ description: 'Show every divergence, not the first alone.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WitnessCompare)
    const progress = progressOn(this.terminal)
    const named = (name: string) => ({ name, path: fromHere(name) })
    const report = await compareNamed(
      named(args.a),
      named(args.b),
      flags.all,
      progress.update,
    ).finally(progress.end)
    process.exitCode = report.verdict === 'identical' ? 0 : 1
    await this.result(flags, report, () => comparisonLines(report, this.terminal))
  }
}
