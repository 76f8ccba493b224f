import { string } from '@oclif/core/args'
import { HookCommand } from '../../terminal/command.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'
import { settingNamed } from '../../render/config.ts'

export default class ConfigGet extends HookCommand {
  static override summary = 'print the value of one setting'
  static override examples = ['<%= config.bin %> hook config get witness.durability']
  static override args = {
    key: string({
      required: true,
      ignoreStdin: true,
      description: 'the setting, as config show names it',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigGet)
    const shown = await withControlPlane((control) => control.call('config.show', {}))
    const entry = settingNamed(shown.settings, args.key)
    await this.result(flags, entry, () => [
      typeof entry.value === 'string' ? entry.value : JSON.stringify(entry.value),
    ])
  }
}
