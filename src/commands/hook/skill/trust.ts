import { string } from '@oclif/core/args'
import { fromHere } from '../../terminal/currentDir.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { PROJECT_FLAG, projectOf } from '../../control/projectFlag.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class SkillTrust extends LooseningCommand {
  static override summary = 'trust one file that instructs the agent, or all in a folder'
  static override description = `As it is now, to the byte: a later change is told, or holds sessions up, as isonapse hook skill check says. A settings file is trusted with the keys that run something.

It loosens the gate: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook skill trust .mcp.json',
    '<%= config.bin %> hook skill trust .claude/skills/release',
    '<%= config.bin %> hook skill trust ~/.claude/settings.json --yes',
  ]
  static override args = {
    file: string({
      name: 'FILE',
      required: true,
      ignoreStdin: true,
      description: 'a file or folder that the client reads from here',
    }),
  }
  static override flags = { ...PROJECT_FLAG, ...LOOSENING_FLAGS }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SkillTrust)
    const where = { project: projectOf(flags), file: fromHere(args.file) }
    const { linesOf, trustOf } = await import('../../control/skills.ts')
    const report = await withControlPlane((control) => control.call('skill.list', where))
    let trusted = 0
    let index: number | null = null
    for (const asked of trustOf(linesOf(report, where.file), where)) {
      const result = await this.change(asked, flags)
      if (result === null) return
      trusted += result.trusted
      index = result.index ?? index
    }
    await this.result(flags, { file: where.file, trusted, index }, () => [
      trusted === 0 ? 'It is trusted already.' : 'It is trusted as it is now.',
    ])
  }
}
