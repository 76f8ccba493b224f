import { integer } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { writeNew } from '../../terminal/outFile.ts'

export default class WitnessProve extends HookCommand {
  static override summary = 'prove that one entry is in the log'
  static override description =
    'A C2SP tlog-proof: the entry, its way up to the root, and the signed checkpoint. Anyone with the log’s verifier key can check it.'
  static override examples = [
    '<%= config.bin %> hook witness prove 42 --out entry-42.proof',
    '<%= config.bin %> hook witness verify entry-42.proof',
  ]
  static override args = {
    index: integer({ required: true, ignoreStdin: true, min: 0, description: 'the entry’s index' }),
  }
  static override flags = {
    out: string({ char: 'o', description: 'Write the proof to this new file.', helpValue: 'FILE' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WitnessProve)
    const proof = await withControlPlane((control) =>
      control.call('witness.prove', { index: args.index }),
    )
    if (flags.out !== undefined) {
      writeNew(flags.out, proof.proof)
      return this.result(flags, { index: proof.index, out: flags.out }, () => [
        `The proof of entry ${proof.index} is in ${flags.out}`,
      ])
    }
    await (flags.json ? this.printJson(proof) : this.terminal.out(proof.proof))
  }
}
