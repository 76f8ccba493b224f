import { boolean, string } from '@oclif/core/flags'
import { registrationOf, SCOPE_FLAG } from '../control/scope.ts'
import { WiringCommand } from '../control/wiringCommand.ts'
import { processAsker } from '../terminal/ask.ts'
import { askNewPassphrase } from '../terminal/passphrase.ts'
import { initialised, started } from '../control/lifecycle.ts'
import { ownHost } from '../control/wiring.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import { runEffect } from '../control/runEffect.ts'
import { install } from '../../infra/client/lifecycle.ts'
import * as steps from '../render/steps.ts'

export default class Up extends WiringCommand {
  static override summary = 'set everything up: init, start and install in one go'
  static override description =
    'Safe to repeat: it does what is missing and keeps what is there. Begins in profile mode: nothing is blocked until isonapse hook mode enforce.'
  static override examples = [
    '<%= config.bin %> hook up',
    '<%= config.bin %> hook up --scope project --passphrase',
  ]
  static override flags = {
    ...SCOPE_FLAG,
    passphrase: boolean({
      description: 'Enrol a passphrase that every loosening must be signed with.',
    }),
    'passphrase-file': string({
      description: 'Enrol the passphrase on the first line of this file (- for standard input).',
      helpValue: 'FILE',
    }),
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Up)
    const file = flags['passphrase-file']
    const passphrase =
      flags.passphrase || file !== undefined
        ? await askNewPassphrase(processAsker(this.terminal), file)
        : undefined
    const host = ownHost()
    const made = await initialised(host, passphrase, this.terminal)
    const begun = await started(host, this.terminal)
    const wired = await runEffect(
      install(this.host(flags), await this.program(host), registrationOf(flags.scope)),
    )
    if (!wired.complete) process.exitCode = 1
    // The first look at what instructs the agent is taken before any session: nothing of a repository's yet.
    const { first, counts } = await withControlPlane((control) => control.call('skill.check', {}))
    await this.result(
      flags,
      { initialised: made, started: begun.started, ...wired, skills: { first, ...counts } },
      () => [
        ...steps.stepLines(
          [
            {
              what: 'log',
              path: host.paths.dataDir,
              outcome: made.created ? 'done' : 'kept',
              detail: `${made.origin}, assurance ${made.level}`,
            },
            {
              what: 'control plane',
              path: host.paths.hookSocket,
              outcome: begun.started ? 'done' : 'kept',
              detail: begun.started ? 'started' : 'runs already',
            },
            ...wired.steps,
            ...(first === 0
              ? []
              : [
                  {
                    what: 'instructions',
                    path: '~/.claude',
                    outcome: 'done' as const,
                    detail: `${first} taken as they are: isonapse hook skill list`,
                  },
                ]),
          ],
          this.terminal,
        ),
        ...steps.nextLines([...wired.next, 'isonapse hook status shows how it is'], this.terminal),
      ],
    )
  }
}
