// What the commands share that wire the client: one lifecycle step run, and its report shown.
import type { Effect } from 'effect/Effect'
import type { Host } from '../../infra/client/lifecycle.ts'
import type { LifecycleReport } from '../../infra/client/report.ts'
import { HookCommand } from '../terminal/command.ts'
import { ownHost } from './wiring.ts'
import { runEffect } from './runEffect.ts'
import { reportLines } from '../render/steps.ts'
import { ownProgram } from './wiring.ts'

export abstract class WiringCommand extends HookCommand {
  protected async wired<E>(
    flags: { readonly json: boolean },
    step: (host: Host) => Promise<Effect<LifecycleReport, E>>,
  ): Promise<void> {
    const report = await runEffect(await step(ownHost()))
    if (!report.complete) process.exitCode = 1
    await this.result(flags, report, () => reportLines(report, this.terminal))
  }

  /** The plugin's contents, for this program as it runs. */
  protected async program(host: Host) {
    return ownProgram(host, this.config.root, this.config.version)
  }
}
