import { string } from '@oclif/core/flags'
import * as path from 'node:path'
import { askStatusLine, clientStatusOf, previousLine, readInput } from '../control/statusLine.ts'
import { statusLineText } from '../render/statusLine.ts'
import { HookCommand } from '../terminal/command.ts'
import { styleFor } from '../terminal/style.ts'

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
    const [configDir, runDir] = await this.places(flags['config-dir'], flags['run-dir'])
    const input = await readInput(process.stdin)
    const [previous, asked] = await Promise.all([
      previousLine(configDir, input),
      askStatusLine(path.join(runDir, 'control.sock'), clientStatusOf(input)),
    ])
    await this.result(flags, { state: asked }, () => [
      ...(previous === '' ? [] : [previous]),
      // Not a terminal, and yet shown on one: the client understands colours.
      statusLineText(asked, { style: styleFor({ isTTY: true }, process.env), width: columns() }),
    ])
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

const columns = (): number => {
  const told = Number(process.env['COLUMNS'])
  return Number.isSafeInteger(told) && told > 0 ? told : Infinity
}
