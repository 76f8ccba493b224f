import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { policyChange } from '../../control/change.ts'
import { changeLines } from '../../render/changes.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class PolicyApply extends LooseningCommand {
  static override summary = 'put a policy that comes with the program in force'
  static override description = `Several are composed: each is judged for itself and the strictest verdict counts, so that together they never permit what one of them denies.

It shows what would change, keeps a backup of policy.json, and counts as loosening: it asks, and is refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook policy apply web-dev',
    '<%= config.bin %> hook policy apply default infra hardened --yes',
    '<%= config.bin %> hook policy apply data-science --dry-run',
  ]
  static override args = {
    name: string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: 'templates, by the names that policy list shows',
    }),
  }
  static override flags = {
    'dry-run': boolean({ description: 'Only show what would change.' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyApply)
    const [{ policyOfTemplates }, { digestAndChunks }, { shownPolicy }, { differencesOf }] =
      await Promise.all([
        import('../../oneShot/policyFile.ts'),
        import('../../oneShot/policyDigest.ts'),
        import('../../oneShot/policyChoice.ts'),
        import('../../../domain/policy/differences.ts'),
      ])
    const names = [args.name].flat()
    const policy = policyOfTemplates(names)
    const { digest, chunks } = digestAndChunks(policy)
    const before = await shownPolicy(undefined)
    const changes = differencesOf(before.policy, policy)
    if (flags['dry-run'])
      return this.result(flags, { name: policy.name, digest, changes }, () =>
        changes.length === 0
          ? ['Nothing would change.']
          : [
              ...changeLines(changes, this.terminal),
              '',
              'Nothing was changed.',
              `  → isonapse hook policy apply ${names.join(' ')} puts it in force`,
            ],
      )
    const words = [`policy "${policy.name}"`, ...changes.map((line) => `  ${line}`)].join('\n')
    const result = await this.change(policyChange(policy, digest, chunks, words), flags)
    if (result === null) return
    await this.result(flags, { ...result, name: policy.name, changes }, () => [
      result.index === null
        ? 'This policy is in force already.'
        : `Policy "${policy.name}" is in force now, from the next call on.`,
    ])
  }
}
