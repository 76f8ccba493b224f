import { string } from '@oclif/core/args'
import { settingChange } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { usage } from '../../terminal/failure.ts'

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
    const [{ parseSetting }, { isFailure }] = await Promise.all([
      import('../../../infra/config/settings.ts'),
      import('effect/Result'),
    ])
    const parsed = parseSetting(args.key, args.value)
    if (isFailure(parsed)) throw usage(parsed.failure.message, 'isonapse hook config show')
    const json = JSON.stringify(parsed.success)
    const result = await this.change(settingChange(args.key, args.value, json), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null ? `${result.key} is ${json} already.` : `${result.key} is ${json} now.`,
    ])
  }
}
