import { HookCommand } from '../terminal/command.ts'
import { safeJson } from '../terminal/json.ts'
import type { ShownEntry } from '../render/entry.ts'
import { notHardened, ownPlace } from '../control/ownPlace.ts'
import { ownPosture } from '../control/ownPosture.ts'
import { runEffect } from '../control/runEffect.ts'
import { serve } from '../../infra/control/serve.ts'
import { progressOn } from '../terminal/progress.ts'
import { liveLine, liveLines } from '../render/live.ts'

export default class Serve extends HookCommand {
  static override summary = 'run the control plane here, with a line for every event'
  static override description =
    'Ends on Ctrl-C. Each line: time, session, event, tool, verdict, and what it rests on; "shadow" is what enforce mode would have done. With --json: every entry of the log as it is committed, one a line.'
  static override examples = ['<%= config.bin %> hook serve', '<%= config.bin %> hook serve --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    const { terminal } = this
    const lines = liveLines()
    const show = (facts: ReturnType<typeof lines.flush>) => {
      for (const one of facts) void terminal.out(`${liveLine(one, terminal)}\n`)
    }
    const onEntry = (entry: unknown) => {
      if (flags.json) return void terminal.out(`${safeJson(entry)}\n`)
      show(lines.next(entry as ShownEntry))
      // Entries of one event come in one turn; what still waits after it will get no decision.
      setImmediate(() => show(lines.flush()))
    }
    const { style } = terminal
    const progress = progressOn(terminal)
    const reason = await runEffect(
      serve({
        ...notHardened(ownPlace(), 'no control plane runs in a terminal'),
        ...ownPosture(process.env),
        log: (line) => {
          progress.end()
          terminal.err(`${terminal.errStyle.dim(line)}\n`)
        },
        // Where nobody sees a bar, the lines of the log say it.
        ...(terminal.errIsTerminal ? { onRefold: progress.update } : {}),
        onReady: ({ mode, socket }) => {
          progress.end()
          terminal.err(
            `${style.bold('isonapse')} ${this.config.version}  ${mode} mode  ${style.dim(`${socket}  (Ctrl-C ends)`)}\n`,
          )
        },
        onEntry,
      }),
    ).finally(progress.end)
    terminal.err(
      `${terminal.errStyle.dim(reason === 'signal' ? 'ended' : 'ended: asked to stop')}\n`,
    )
  }
}
