import { string } from '@oclif/core/args'
import { HookCommand } from '../../terminal/command.ts'
import { fromHere } from '../../terminal/currentDir.ts'
import { count, progressOn, progressTo } from '../../terminal/progress.ts'
import { printed } from '../../terminal/printed.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class WitnessExport extends HookCommand {
  static override summary = 'write the log out in a form that other tools verify'
  static override description =
    'C2SP tlog-tiles: entries, tiles and a signed checkpoint. Payloads stay sealed.'
  static override examples = [
    '<%= config.bin %> hook witness export ./export && <%= config.bin %> hook witness verify ./export',
  ]
  static override args = {
    dir: string({ required: true, ignoreStdin: true, description: 'the folder to write to' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WitnessExport)
    const progress = progressOn(this.terminal)
    const made = await withControlPlane((control) =>
      control.call('witness.export', { dir: fromHere(args.dir) }, progressTo(progress.update)),
    ).finally(progress.end)
    await this.result(flags, made, () => [
      `Exported ${count(made.size)} entries in ${count(made.files)} files to ${printed(made.dir)}`,
    ])
  }
}
