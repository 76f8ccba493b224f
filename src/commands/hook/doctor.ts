import { HookCommand } from '../terminal/command.ts'

export default class Doctor extends HookCommand {
  static override summary =
    'look for everything that keeps the gate from working, and say what to mend'
  static override description = `Looks at the control plane, the log, Claude Code's settings in every layer as they count in the current folder, the plugin's files, folders, sockets, keys, clock, disk and models. Then it fires a canary: it runs the hook command as Claude Code has it registered, with a call that nobody made, and looks whether the control plane's own answer comes back and the log holds it. The canary counts in no statistics and no profile.

It works without a control plane too, and then says so.

Exit status: 0 nothing bad, 1 something is to be mended.`
  static override examples = [
    '<%= config.bin %> hook doctor',
    '<%= config.bin %> hook doctor --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const [{ examined }, { doctorLines, isHealthy }] = await Promise.all([
      import('../control/doctor.ts'),
      import('../render/doctor.ts'),
    ])
    const checks = await examined()
    if (!isHealthy(checks)) process.exitCode = 1
    await this.result(flags, { healthy: isHealthy(checks), checks }, () =>
      doctorLines(checks, this.terminal),
    )
  }
}
