import { string } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { writeNew } from '../../terminal/outFile.ts'

export default class WitnessCheckpoint extends HookCommand {
  static override summary = 'sign the log as it is now'
  static override description =
    'A C2SP checkpoint: origin, size and root, signed. Kept elsewhere, it is what witness verify --against compares with.'
  static override examples = [
    '<%= config.bin %> hook witness checkpoint',
    '<%= config.bin %> hook witness checkpoint --out /mnt/backup/checkpoint.txt',
  ]
  static override flags = {
    out: string({ char: 'o', description: 'Write it to this new file.', helpValue: 'FILE' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessCheckpoint)
    const { note } = await withControlPlane((control) => control.call('witness.checkpoint', {}))
    if (flags.out !== undefined) {
      writeNew(flags.out, note)
      return this.result(flags, { out: flags.out }, () => [`The checkpoint is in ${flags.out}`])
    }
    await (flags.json ? this.printJson({ note }) : this.terminal.out(note))
  }
}
