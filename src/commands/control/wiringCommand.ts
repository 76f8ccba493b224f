// What the commands share that wire the client: one lifecycle step run, and its report shown.
import { string } from '@oclif/core/flags'
import type { Effect } from 'effect/Effect'
import type { Host } from '../../infra/client/lifecycle.ts'
import type { LifecycleReport } from '../../infra/client/report.ts'
import { type AnnounceFlags, announcing } from './announce.ts'
import { HookCommand } from '../terminal/command.ts'
import { ownHost } from './wiring.ts'
import { runEffect } from './runEffect.ts'
import { reportLines } from '../render/steps.ts'
import { ownProgram } from './wiring.ts'

/** For commands that change what the plugin is. */
export const SIGNING_FLAG = {
  'passphrase-file': string({
    description:
      'Read the passphrase from the first line of this file (- for standard input), at assurance level authority.',
    helpValue: 'FILE',
  }),
}

export abstract class WiringCommand extends HookCommand {
  protected async wired<E>(
    flags: { readonly json: boolean } & AnnounceFlags,
    step: (host: Host) => Promise<Effect<LifecycleReport, E>>,
  ): Promise<void> {
    const report = await runEffect(await step(this.host(flags)))
    if (!report.complete) process.exitCode = 1
    await this.result(flags, report, () => reportLines(report, this.terminal))
  }

  /** Whose control plane is told of what is written before it is. */
  protected host(flags: AnnounceFlags): Host {
    return announcing(ownHost(), this.terminal, flags)
  }

  /** The plugin's contents, for this program as it runs. */
  protected async program(host: Host) {
    return ownProgram(host, this.config.root, this.config.version)
  }
}
