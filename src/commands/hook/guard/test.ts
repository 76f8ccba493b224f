import { string } from '@oclif/core/args'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { triedLines } from '../../render/guards.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class GuardTest extends HookCommand {
  static override summary = 'ask a guard about its cases, or about a payload'
  static override description =
    'Runs it as a call would have it run, and shows its verdict, how long it took and what it wrote. Nothing is recorded. Exit status 1 where it failed, or said other than it must of a case.'
  static override examples = [
    '<%= config.bin %> hook guard test no-prod',
    '<%= config.bin %> hook guard test no-prod payload.json',
    `echo '{"tool_name": "Bash", "tool_input": {"command": "ls"}}' | <%= config.bin %> hook guard test no-prod -`,
  ]
  static override args = {
    name: string({ required: true, ignoreStdin: true, description: 'what it is called' }),
    payload: string({
      ignoreStdin: true,
      description: 'a file with a payload, - for standard input; its cases when absent',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GuardTest)
    const payload =
      args.payload === undefined
        ? {}
        : { payload: (await import('../../oneShot/scan.ts')).textOf(args.payload) }
    const tested = await withControlPlane((control) =>
      control.call('guard.test', { name: args.name, ...payload }),
    )
    if (!tested.passed) process.exitCode = 1
    await this.result(flags, tested, () => triedLines(tested.tried, this.terminal))
  }
}
