import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { confirm, processAsker } from '../../terminal/ask.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class SecretDelete extends HookCommand {
  static override summary = 'destroy a stored secret'
  static override description =
    'Its value is overwritten and gone; the log keeps that there was one of that name. Refused from inside Claude Code.'
  static override examples = ['<%= config.bin %> hook secret delete GITHUB_TOKEN --yes']
  static override args = {
    name: string({ required: true, ignoreStdin: true, description: 'what it is called' }),
  }
  static override flags = {
    yes: boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretDelete)
    const { name } = args
    const result = await withControlPlane(async (control) => {
      if (
        control.running &&
        !flags.yes &&
        !(await confirm(processAsker(this.terminal), `Destroy the value of ${name}?`))
      )
        return null
      return control.call('secret.delete', { name, pid: process.pid })
    })
    if (result === null) {
      process.exitCode = 2
      if (flags.json) await this.printJson({ deleted: false, declined: true })
      else this.terminal.err('Nothing was changed.\n')
      return
    }
    await this.result(flags, { deleted: true, ...result }, () => [`${name} is gone.`])
  }
}
