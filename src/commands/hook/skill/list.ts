import { HookCommand } from '../../terminal/command.ts'
import { PROJECT_FLAG, projectOf } from '../../control/projectFlag.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class SkillList extends HookCommand {
  static override summary =
    'list every file that instructs the agent here, and whether it is trusted'
  static override description = `Skills, agents, commands, hooks and their programs, plugins, MCP servers, settings, CLAUDE.md and rules: of the user, and of the project in the current folder. The manifest that they are compared with is in the log.

A settings file is two lines: "hook" for the keys that have the client run something, "settings" for the whole of it, which the client itself changes.`
  static override examples = [
    '<%= config.bin %> hook skill list',
    '<%= config.bin %> hook skill list --json',
  ]

  static override flags = { ...PROJECT_FLAG }

  async run(): Promise<void> {
    const { flags } = await this.parse(SkillList)
    const project = projectOf(flags)
    const [report, { skillLines }] = await Promise.all([
      withControlPlane((control) => control.call('skill.list', { project })),
      import('../../render/skills.ts'),
    ])
    await this.result(flags, report, () => skillLines(report, { all: true }, this.terminal))
  }
}
