import { HookCommand } from '../terminal/command.ts'
import { ownPlace } from '../control/ownPlace.ts'
import { stopped } from '../control/lifecycle.ts'

export default class Stop extends HookCommand {
  static override summary = 'stop the control plane'
  static override description =
    'Waits until it has ended. In enforce mode Claude Code’s calls are blocked until one runs again. Refused from inside Claude Code.'
  static override examples = ['<%= config.bin %> hook stop']

  async run(): Promise<void> {
    const { flags } = await this.parse(Stop)
    const was = await stopped(ownPlace())
    await this.result(flags, { stopped: was }, () => [
      was ? 'Stopped.' : 'No control plane was running.',
    ])
  }
}
