import { boolean, string } from '@oclif/core/flags'
import type { LifecycleReport } from '../../infra/client/report.ts'
import { HookCommand } from '../terminal/command.ts'

export default class Harden extends HookCommand {
  static override summary = 'put the gate out of the agent’s reach: assurance level hardened'
  static override description = `Run by root, for one user of the machine. The control plane then runs under an account of its own, which alone reads keys and log; the hooks come from Claude Code's managed settings, which no --bare, no disableAllHooks and no file of the user's switches off, and no other hooks run; the program, the hook script and the settings are root's. The user, and so the agent, can read and tighten. What loosens the gate takes sudo.

The log goes on: it is moved, verified, and by --undo given back. Safe to repeat, and to go on with after a crash; either way round.

What it cannot do: keep out an agent that may use sudo, or a client that is not Claude Code.`
  static override examples = [
    'sudo <%= config.bin %> hook harden --dry-run',
    'sudo <%= config.bin %> hook harden',
    'sudo <%= config.bin %> hook harden --undo',
  ]
  static override flags = {
    for: string({ description: 'The user it is for; by sudo who called it.', helpValue: 'USER' }),
    undo: boolean({
      description: 'Take everything back, and give the log back to the user.',
      exclusive: ['for'],
    }),
    'dry-run': boolean({
      description:
        'List what would be laid down, where, whose and with which mode; change nothing.',
      exclusive: ['undo'],
    }),
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Harden)
    const { onlyAsRoot, hardenRequest } = await import('../control/harden.ts')
    const words = ['hook harden', ...(flags.undo ? ['--undo'] : [])].join(' ')
    await onlyAsRoot(words, this.config.root)
    if (flags.undo) return this.undo(flags)
    const request = hardenRequest(flags.for, this.config.root, this.config.version)
    const [{ runEffect }, { harden, hardenPlan }, { planLines, planned }, { nextLines }] =
      await Promise.all([
        import('../control/runEffect.ts'),
        import('../../infra/harden/harden.ts'),
        import('../render/harden.ts'),
        import('../render/steps.ts'),
      ])
    const { record, pieces, warnings } = await runEffect(hardenPlan(request))
    const plan = planned(record, pieces)
    if (flags['dry-run'])
      return this.result(
        flags,
        { dryRun: true, user: record.user, service: record.service, pieces: plan, warnings },
        () => [...planLines(record, plan, this.terminal), ...nextLines(warnings, this.terminal)],
      )
    for (const warning of warnings)
      this.terminal.err(`${warning}
`)
    const question = `Claude Code’s managed settings are for every user of this machine, and its hooks will be ours alone. Harden it for ${record.user.name}?`
    if (!(await this.agreed(flags, question))) return
    await this.report(flags, await runEffect(harden(request)))
  }

  private async undo(flags: { readonly yes: boolean; readonly json: boolean }): Promise<void> {
    // All that it needs is loaded before: what it takes away may be the very program that runs.
    const [{ runEffect }, { undoHarden }, { ROOTS }] = await Promise.all([
      import('../control/runEffect.ts'),
      import('../../infra/harden/undo.ts'),
      import('../../infra/harden/places.ts'),
      import('../render/steps.ts'),
    ])
    if (!(await this.agreed(flags, 'The gate comes back into the agent’s reach. Undo it?'))) return
    await this.report(flags, await runEffect(undoHarden(ROOTS, process.pid)))
  }

  private async agreed(flags: { readonly yes: boolean }, question: string): Promise<boolean> {
    const { confirm, processAsker } = await import('../terminal/ask.ts')
    if (flags.yes || (await confirm(processAsker(this.terminal), question))) return true
    process.exitCode = 2
    this.terminal.err('Nothing was changed.\n')
    return false
  }

  private async report(flags: { readonly json: boolean }, report: LifecycleReport): Promise<void> {
    const { reportLines } = await import('../render/steps.ts')
    await this.result(flags, report, () => reportLines(report, this.terminal))
  }
}
