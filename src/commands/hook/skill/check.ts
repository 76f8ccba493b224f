import { boolean } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { PROJECT_FLAG, projectOf } from '../../control/projectFlag.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class SkillCheck extends LooseningCommand {
  static override summary = 'check the files that instruct the agent against what was trusted'
  static override description = `A changed skill, agent, hook, plugin or MCP server is tampering, and so is configuration that a repository brings and nobody trusted yet where it runs something: hooks, in-process modules, MCP servers, programs, variables such as PATH or a proxy. In enforce mode prompts and tool calls of sessions there are denied until it is trusted; in profile mode that is only told. Other instructions and settings are only told of.

New and changed text is looked through for injection. What is checked here can be swapped before the client reads it, and is then found by the next check: at the start of a session, and when the client loads more.

--accept trusts all of it, as it was shown. It loosens the gate: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase. Exit status 1: something holds sessions up.`
  static override examples = [
    '<%= config.bin %> hook skill check',
    '<%= config.bin %> hook skill check --accept',
    '<%= config.bin %> hook skill check --accept --yes --json',
  ]
  static override flags = {
    accept: boolean({ description: 'Trust everything as it is now.' }),
    ...PROJECT_FLAG,
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SkillCheck)
    const project = projectOf(flags)
    const check = () => withControlPlane((control) => control.call('skill.check', { project }))
    const [report, { skillLines }] = await Promise.all([check(), import('../../render/skills.ts')])
    if (!flags.accept) {
      if (report.skills.some(({ code }) => code !== undefined)) process.exitCode = 1
      return this.result(flags, report, () => skillLines(report, { all: false }, this.terminal))
    }
    const { isOpen, trustOf } = await import('../../control/skills.ts')
    const open = report.skills.filter(isOpen)
    if (!flags.json) await this.print(skillLines(report, { all: false }, this.terminal))
    let trusted = 0
    for (const asked of trustOf(open, { project })) {
      const result = await this.change(asked, flags)
      if (result === null) return
      trusted += result.trusted
    }
    await this.result(flags, { ...(await check()), trusted }, () => [
      trusted === 0 ? 'Everything is trusted already.' : `${trusted} trusted as they are now.`,
    ])
  }
}
