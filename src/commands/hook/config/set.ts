import { string } from '@oclif/core/args'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { askedSetting } from '../../control/askedSetting.ts'

export default class ConfigSet extends LooseningCommand {
  static override summary = 'change one setting'
  static override description =
    'Takes effect in the running control plane. Any change of a setting counts as loosening: it asks, and is refused from inside Claude Code.'
  static override examples = [
    '<%= config.bin %> hook config set witness.durability fsync',
    `<%= config.bin %> hook config set witness.anchor '| tee -a /mnt/backup/checkpoints' --yes`,
  ]
  static override args = {
    key: string({
      required: true,
      ignoreStdin: true,
      description: 'the setting, as config show names it',
    }),
    value: string({ required: true, ignoreStdin: true, description: 'its new value' }),
  }
  static override flags = LOOSENING_FLAGS

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet)
    const asked = askedSetting(args.key, args.value)
    const result = await this.change(asked, flags)
    if (result === null) return
    const value = JSON.stringify(result.value)
    await this.result(flags, result, () => [
      `${result.key} is ${value} ${result.index === null ? 'already' : 'now'}.`,
    ])
  }
}
