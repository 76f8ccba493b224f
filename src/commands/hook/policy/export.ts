import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'

export default class PolicyExport extends HookCommand {
  static override summary = 'write the policy in force to a file'
  static override description =
    'As JSON, readable by you alone. A file that is there already is left alone, except with --force.'
  static override examples = [
    '<%= config.bin %> hook policy export policy.json',
    '<%= config.bin %> hook policy export ~/backup/policy.json --force',
  ]
  static override args = {
    path: string({
      required: true,
      ignoreStdin: true,
      description: 'the file to write; - for standard output',
    }),
  }
  static override flags = {
    force: boolean({ char: 'f', description: 'Replace a file that is there.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyExport)
    const [{ shownPolicy }, { writePrivate }] = await Promise.all([
      import('../../oneShot/policyChoice.ts'),
      import('../../terminal/outFile.ts'),
    ])
    const { policy, digest } = await shownPolicy(undefined)
    if (args.path === '-') return this.printJson(flags.json ? { digest, policy } : policy)
    writePrivate(args.path, `${JSON.stringify(policy, null, 2)}\n`, { replace: flags.force })
    await this.result(flags, { path: args.path, digest }, () => [
      `Policy "${policy.name}" is in ${args.path}.`,
    ])
  }
}
