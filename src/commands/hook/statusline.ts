import { string } from '@oclif/core/flags'
import { statusLineOutput } from '../control/statusLine.ts'
import { HookCommand } from '../terminal/command.ts'

export default class StatusLineCommand extends HookCommand {
  static override summary = 'the gate and the cost in the status line of Claude Code'
  static override description = `Claude Code runs it with its own status as JSON on standard input; isonapse hook statusline install makes it do so. It prints one line: the mode, and the posture where one is set; whether the session is tainted; what it cost, beside the budget that is used up most; what was denied in it; whether the log is well. A status line of yours that was there before is run first, with the same input and a time limit, and printed above.

The cost that Claude Code itself counts goes to the control plane: where it differs from what was charged by more than half a percent, the log says so.

It always exits with 0: whatever is wrong is a word in the line. COLUMNS and NO_COLOR are honoured.`
  static override examples = [
    '<%= config.bin %> hook statusline install',
    `echo '{"session_id":"s1","cost":{"total_cost_usd":0.42}}' | <%= config.bin %> hook statusline`,
  ]
  static override flags = {
    'config-dir': string({ hidden: true }),
    'run-dir': string({ hidden: true }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(StatusLineCommand)
    const places = await this.places(flags['config-dir'], flags['run-dir'])
    const { text, asked } = await statusLineOutput(places, process.stdin, process.env)
    await (flags.json ? this.printJson({ state: asked }) : this.terminal.out(text))
  }

  private async places(
    configDir: string | undefined,
    runDir: string | undefined,
  ): Promise<readonly [string, string]> {
    if (configDir !== undefined && runDir !== undefined) return [configDir, runDir]
    const { ownPlace } = await import('../control/ownPlace.ts')
    const { paths } = ownPlace()
    return [configDir ?? paths.configDir, runDir ?? paths.runDir]
  }

  /** A failure would be the client's to show, and it shows nothing then. */
  protected override async catch(error: Error): Promise<void> {
    if ((error as { code?: unknown }).code === 'EEXIT') throw error
    await this.terminal.out('isonapse · ?\n')
  }
}
