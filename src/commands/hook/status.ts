import { currentDirIfAny } from '../terminal/currentDir.ts'
import { HookCommand } from '../terminal/command.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import { isWell, statusLines } from '../render/status.ts'

export default class Status extends HookCommand {
  static override summary = 'show whether the gate runs, what is in force and what is wrong'
  static override description =
    'Exit status: 0 running and all well, 1 not running or something is wrong.'
  static override examples = [
    '<%= config.bin %> hook status',
    '<%= config.bin %> hook status --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    const project = currentDirIfAny()
    const report = await withControlPlane((control) =>
      control.call('status', project === undefined ? {} : { project }),
    )
    if (!isWell(report)) process.exitCode = 1
    await this.result(flags, report, () => statusLines(report, this.terminal))
  }
}
