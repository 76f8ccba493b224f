import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { changeLines } from '../../render/changes.ts'
import { usage } from '../../terminal/failure.ts'
import { facts } from '../../terminal/table.ts'
import { ago } from '../../terminal/time.ts'

export default class PolicyRollback extends LooseningCommand {
  static override summary = 'go back to a policy that was in force before'
  static override description =
    'To the one before the policy in force, or to one that is named by the beginning of its digest. Policies come from the log itself, which holds each that was ever in force, the last 20 by name here. The mode stays as it is. It counts as loosening: it asks, and is refused from inside Claude Code.'
  static override examples = [
    '<%= config.bin %> hook policy rollback',
    '<%= config.bin %> hook policy rollback --list',
    '<%= config.bin %> hook policy rollback 29fe3dab --yes',
  ]
  static override args = {
    digest: string({
      ignoreStdin: true,
      description: 'the beginning of a digest that --list shows',
    }),
  }
  static override flags = {
    list: boolean({ description: 'List the policies that were in force, the latest first.' }),
    'dry-run': boolean({ description: 'Only show what would change.' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyRollback)
    const [{ withControlPlane }, { digestAndChunks }, { policyChange }, { differencesOf }] =
      await Promise.all([
        import('../../control/withControlPlane.ts'),
        import('../../oneShot/policyDigest.ts'),
        import('../../control/change.ts'),
        import('../../../domain/policy/differences.ts'),
      ])
    type Policy = Parameters<typeof differencesOf>[0]
    const { policies } = await withControlPlane((control) => control.call('policy.history', {}))
    const inForce = policies.find((one) => one.inForce)?.digest
    if (flags.list)
      return this.result(flags, { policies }, () =>
        facts(
          policies.map(({ digest, time, entry, source, inForce }) => [
            digest.slice(0, 16),
            `${source}, ${ago(time, this.terminal.now())}, entry ${entry}${inForce ? '  (in force)' : ''}`,
          ]),
          { width: this.terminal.width, indent: 0 },
        ),
      )
    const target = policies.find(({ digest, inForce }) =>
      args.digest === undefined ? !inForce : digest.startsWith(args.digest),
    )
    if (target === undefined)
      throw args.digest === undefined
        ? usage('no policy was in force before this one', 'isonapse hook policy list')
        : usage(
            `no policy whose digest begins with ${args.digest} was among the last in force`,
            'isonapse hook policy rollback --list',
          )
    const { past, live } = await withControlPlane(async (control) => ({
      past: (await control.call('policy.past', { digest: target.digest })).policy as Policy,
      live: (await control.call('policy.show', {})).policy as Policy,
    }))
    const changes = differencesOf(live, past)
    const { digest, chunks } = digestAndChunks(past)
    if (flags['dry-run'])
      return this.result(flags, { name: past.name, digest, changes }, () => [
        ...(changes.length === 0 ? ['Nothing would change.'] : changeLines(changes, this.terminal)),
        '',
        'Nothing was changed.',
      ])
    const words = [`back to policy "${past.name}"`, ...changes.map((line) => `  ${line}`)].join(
      '\n',
    )
    const result = await this.change(
      policyChange(past, digest, chunks, words, {
        source: 'rollback',
        ...(inForce === undefined ? {} : { base: inForce }),
      }),
      flags,
    )
    if (result === null) return
    await this.result(flags, { ...result, name: past.name, changes }, () => [
      result.index === null
        ? 'This policy is in force already.'
        : `Policy "${past.name}" is in force again, from the next call on.`,
    ])
  }
}
