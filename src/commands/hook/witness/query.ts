import { QueryCommand } from '../../control/queryCommand.ts'
import { QUERY_FLAGS, queryOf } from '../../control/queryFlags.ts'
import { foundLines } from '../../render/found.ts'

export default class WitnessQuery extends QueryCommand {
  static override summary = 'search the log'
  static override description =
    'Shows the newest that match, oldest first. All conditions given must hold. With --json: one JSON object a line.'
  static override examples = [
    '<%= config.bin %> hook witness query --verdict deny --since 2d',
    '<%= config.bin %> hook witness query --capability tool:Bash:git --limit 20',
    '<%= config.bin %> hook witness query --text id_rsa --payloads --json',
  ]
  static override flags = QUERY_FLAGS

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessQuery)
    const params = queryOf(flags, this.terminal.now())
    if (flags.json) return void (await this.search(params, this.showJson))
    const lines = foundLines(this.terminal)
    const { matched, scanned } = await this.search(params, (item) => {
      void this.terminal.out(`${lines(item).join('\n')}\n`)
    })
    if (matched === 0) this.terminal.err(`Nothing matches, in ${scanned} entries searched.\n`)
  }
}
