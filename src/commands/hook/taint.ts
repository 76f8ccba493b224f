import { withControlPlane } from '../control/withControlPlane.ts'
import { HookCommand } from '../terminal/command.ts'

export default class TaintCommand extends HookCommand {
  static override summary = 'show the sessions that read text which tries to instruct the agent'
  static override description = `Text that the agent was given to read (a page, a file, a tool's answer) may have been written to make it do something. A session with such a hit is tainted: what the policy lists under "taint" goes one verdict stricter in it, by default network, secrets and what starts later. A page or a server's answer taints sooner than the project's own files, and those sooner than instructions that you installed.

It ends with the session, and is there again when that is resumed; isonapse hook taint clear ends it at once. config set injection.action says what is done with a hit beside that.`
  static override examples = ['<%= config.bin %> hook taint', '<%= config.bin %> hook taint --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(TaintCommand)
    const [list, { taintLines }] = await Promise.all([
      withControlPlane((control) => control.call('taint.list', {})),
      import('../render/taint.ts'),
    ])
    await this.result(flags, list, () => taintLines(list, this.terminal))
  }
}
