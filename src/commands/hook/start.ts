import { HookCommand } from '../terminal/command.ts'
import { ownPlace } from '../control/ownPlace.ts'
import { started } from '../control/lifecycle.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import { startedLine } from '../render/steps.ts'

export default class Start extends HookCommand {
  static override summary = 'start the control plane in the background'
  static override description =
    'Waits until it answers. Does nothing when one runs already. ISONAPSE_POSTURE sets a posture for it that nothing can loosen.'
  static override examples = ['<%= config.bin %> hook start']

  async run(): Promise<void> {
    const { flags } = await this.parse(Start)
    const begun = await started(ownPlace(), this.terminal)
    const report = await withControlPlane((control) => control.call('status', {}))
    const { pid, mode, hookSocket } = report
    await this.result(flags, { started: begun.started, pid, mode, hookSocket }, () => [
      startedLine(begun.started, report, this.terminal),
    ])
  }
}
