import { withControlPlane } from '../../control/withControlPlane.ts'
import { secretLines } from '../../render/secrets.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class SecretList extends HookCommand {
  static override summary = 'list the stored secrets, never their values'
  static override description = 'Each with where it may go, since when, and when it was last used.'
  static override examples = [
    '<%= config.bin %> hook secret list',
    '<%= config.bin %> hook secret list --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretList)
    const listed = await withControlPlane((control) => control.call('secret.list', {}))
    await this.result(flags, listed, () => secretLines(listed.secrets, this.terminal))
  }
}
