import { string } from '@oclif/core/args'
import { boolean, string as text } from '@oclif/core/flags'
import { fromHere } from '../terminal/currentDir.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../control/looseningCommand.ts'
import { PROJECT_FLAG, projectOf } from '../control/projectFlag.ts'

export default class Approve extends LooseningCommand {
  static override summary = 'agree beforehand to changes of a file that the policy would ask about'
  static override description = `For some minutes the agent may change the file, or what lies in the folder, by whatever tool, and nobody is asked: in a session that cannot ask (dontAsk, bypassPermissions) it is the only way. It answers the question alone. What is denied stays denied, and a session that read an injection is asked about all the same.

The approval and every call that goes by it are in the log, with what was changed: isonapse hook integrity log.

It loosens the gate: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook approve CLAUDE.md',
    '<%= config.bin %> hook approve .github/workflows/ci.yml --once',
    '<%= config.bin %> hook approve .claude/skills/release --ttl 1h --yes',
  ]
  static override args = {
    path: string({
      name: 'PATH',
      required: true,
      ignoreStdin: true,
      description: 'a file, there or not yet, or a folder for all that lies in it',
    }),
  }
  static override flags = {
    ttl: text({
      description: 'How long it holds, a day at most. Default: 10m.',
      helpValue: 'TIME',
    }),
    once: boolean({
      description: 'It ends with the first call that goes by it.',
      default: false,
    }),
    ...PROJECT_FLAG,
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Approve)
    const [{ approvalFrom }, { ownPlace }, { approvedLines }] = await Promise.all([
      import('../control/approval.ts'),
      import('../control/ownPlace.ts'),
      import('../render/approvals.ts'),
    ])
    const { ttl, once } = flags
    const file = fromHere(args.path)
    const now = this.terminal.now()
    const { home } = ownPlace()
    const asked = approvalFrom({ file, home, project: projectOf(flags), ttl, once, now })
    const result = await this.change(asked, flags)
    if (result === null) return
    const { path, below = false } = asked.params
    await this.result(flags, { ...result, path, below, once }, () =>
      approvedLines(result, this.terminal),
    )
  }
}
