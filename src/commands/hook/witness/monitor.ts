import { QueryCommand } from '../../control/queryCommand.ts'
import { FILTER_FLAGS, queryOf } from '../../control/queryFlags.ts'
import { liveLine, liveLines } from '../../render/live.ts'
import { payloadLines } from '../../render/found.ts'

export default class WitnessMonitor extends QueryCommand {
  static override summary = 'watch the log as it grows'
  static override description =
    'A line for every event from now on, as hook serve shows them. Ends on Ctrl-C. With --json: one entry a line.'
  static override examples = [
    '<%= config.bin %> hook witness monitor',
    '<%= config.bin %> hook witness monitor --verdict deny --json',
  ]
  static override flags = FILTER_FLAGS

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessMonitor)
    const params = queryOf({ ...flags, limit: 0, follow: true }, this.terminal.now())
    if (flags.json) return void (await this.search(params, this.showJson))
    const { terminal } = this
    const lines = liveLines()
    const show = (facts: ReturnType<typeof lines.flush>) => {
      for (const one of facts) void terminal.out(`${liveLine(one, terminal)}\n`)
    }
    await this.search(params, (item) => {
      show(lines.next(item))
      for (const line of payloadLines(item, terminal)) void terminal.out(`${line}\n`)
      // What waits for its decision gets it at once or, filtered out, never.
      setTimeout(() => show(lines.flush()), SOON_MS)
    })
  }
}

const SOON_MS = 50
