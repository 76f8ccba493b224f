import { boolean } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class SkillVerify extends LooseningCommand {
  static override summary = 'hash everything that was ever trusted, in every project'
  static override description = `The manifest is folded from the log, and no file of it is read: there is none that could be edited. matched: as it was trusted; modified; missing: trusted and gone; unknown: there and never trusted.

--rebuild drops what is missing from the manifest. What comes back later is then new, and not changed: it loosens the gate, asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase. Exit status 1: something was changed, or is missing.`
  static override examples = [
    '<%= config.bin %> hook skill verify',
    '<%= config.bin %> hook skill verify --rebuild --yes',
    '<%= config.bin %> hook skill verify --json',
  ]
  static override flags = {
    rebuild: boolean({ description: 'Forget what was trusted and is gone.' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SkillVerify)
    const [report, { skillLines }] = await Promise.all([
      withControlPlane((control) => control.call('skill.verify', {})),
      import('../../render/skills.ts'),
    ])
    const missing = report.skills.filter(({ status }) => status === 'missing')
    let dropped = 0
    if (flags.rebuild) {
      const { dropOf } = await import('../../control/skills.ts')
      for (const asked of dropOf(missing)) {
        const result = await this.change(asked, flags)
        if (result === null) return
        dropped += result.dropped
      }
    }
    if (report.counts.modified > 0 || missing.length > dropped) process.exitCode = 1
    await this.result(flags, flags.rebuild ? { ...report, dropped } : report, () => [
      ...skillLines(report, { all: false }, this.terminal),
      ...(dropped === 0 ? [] : [`${dropped} forgotten, as they are gone.`]),
    ])
  }
}
