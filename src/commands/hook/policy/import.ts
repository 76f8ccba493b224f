import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { policyChange } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class PolicyImport extends LooseningCommand {
  static override summary = 'put a policy in force'
  static override description = `FILE is a policy (JSON). With --manifest it is a manifest (TOML or JSON): its tools are put into the policy in force.

A policy with an unknown key, or whose own examples fail, is refused whole. Importing counts as loosening: it asks, and is refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook policy import policy.json',
    '<%= config.bin %> hook policy import --manifest tools.toml --yes',
  ]
  static override args = {
    file: string({
      required: true,
      ignoreStdin: true,
      description: 'the file to read; - for standard input',
    }),
  }
  static override flags = {
    manifest: boolean({ description: 'FILE is a manifest of tools.' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyImport)
    const [{ policyFromFile, policyWithManifest }, { digestAndChunks }] = await Promise.all([
      import('../../oneShot/policyFile.ts'),
      import('../../oneShot/policyDigest.ts'),
    ])
    const policy = flags.manifest
      ? policyWithManifest(args.file, await this.inForce())
      : policyFromFile(args.file)
    const { digest, chunks } = digestAndChunks(policy)
    const words = `policy "${policy.name}" from ${args.file}, ${policy.rules.length} rules`
    const result = await this.change(policyChange(policy, digest, chunks, words), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null
        ? 'This policy is in force already.'
        : `Policy "${policy.name}" is in force now, from the next call on.`,
    ])
  }

  private async inForce(): Promise<unknown> {
    const { withControlPlane } = await import('../../control/withControlPlane.ts')
    const { policy } = await withControlPlane((control) => control.call('policy.show', {}))
    return policy
  }
}
