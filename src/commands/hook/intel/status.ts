import { HookCommand } from '../../terminal/command.ts'

export default class IntelStatusCommand extends HookCommand {
  static override summary = 'show which detectors decide, and how the models do'
  static override description = `The tier in force for personal data and for injection, with why it is no higher; then each installed model: whether it is loaded, how long that took, how many calls it answered, the median of the latest, and the last failure.

A model is loaded at its first use. Without a control plane nothing is loaded, and what is installed is shown.

Exit status: 0, or 1 where an installed model does not answer.`
  static override examples = [
    '<%= config.bin %> hook intel status',
    '<%= config.bin %> hook intel status --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(IntelStatusCommand)
    const [{ intelStatus }, { intelLines }, { degradedOf }] = await Promise.all([
      import('../../control/intelStatus.ts'),
      import('../../render/intel.ts'),
      import('../../../infra/intel/models.ts'),
    ])
    const status = await intelStatus()
    if (degradedOf(status).length > 0) process.exitCode = 1
    await this.result(flags, status, () => intelLines(status, this.terminal))
  }
}
