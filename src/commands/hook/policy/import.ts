import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { policyChange } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { usage } from '../../terminal/failure.ts'

export default class PolicyImport extends LooseningCommand {
  static override summary = 'put a policy in force'
  static override description = `FILE is a policy (JSON), or the https URL of one. With --manifest it is a manifest (TOML or JSON): its tools are put into the policy in force.

From a URL: certificates are checked, size and time are bounded, and a redirect to another host is told instead of followed. A backup of policy.json is kept.

A policy with an unknown key, or whose own examples fail, is refused whole. Importing counts as loosening: it asks, and is refused from inside Claude Code.`
  static override examples = [
    '<%= config.bin %> hook policy import policy.json',
    '<%= config.bin %> hook policy import https://example.com/policy.json',
    '<%= config.bin %> hook policy import --manifest tools.toml --yes',
  ]
  static override args = {
    file: string({
      required: true,
      ignoreStdin: true,
      description: 'the file or https URL to read; - for standard input',
    }),
  }
  static override flags = {
    manifest: boolean({ description: 'FILE is a manifest of tools.' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyImport)
    const [
      { policyFromFile, policyFromText, policyWithManifest },
      { digestAndChunks },
      { isUrl, policyTextAt },
      { differencesOf },
      { shownPolicy },
    ] = await Promise.all([
      import('../../oneShot/policyFile.ts'),
      import('../../oneShot/policyDigest.ts'),
      import('../../oneShot/policyUrl.ts'),
      import('../../../domain/policy/differences.ts'),
      import('../../oneShot/policyChoice.ts'),
    ])
    const { file } = args
    if (flags.manifest && isUrl(file))
      throw usage('a manifest is read from a file', 'download it and import the file')
    const before = await shownPolicy(undefined)
    const policy = flags.manifest
      ? policyWithManifest(file, before.policy)
      : isUrl(file)
        ? policyFromText(file, await policyTextAt(file))
        : policyFromFile(file)
    const { digest, chunks } = digestAndChunks(policy)
    const words = [
      `policy "${policy.name}" from ${file}, ${policy.rules.length} rules`,
      ...differencesOf(before.policy, policy).map((line) => `  ${line}`),
    ].join('\n')
    const result = await this.change(policyChange(policy, digest, chunks, words), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null
        ? 'This policy is in force already.'
        : `Policy "${policy.name}" is in force now, from the next call on.`,
    ])
  }
}
