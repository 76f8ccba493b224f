import { string } from '@oclif/core/args'
import { testLines } from '../../render/policyList.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class PolicyTest extends HookCommand {
  static override summary = "run the examples of a policy's rules"
  static override description =
    'Each rule by itself against the calls that it must and must not match. Nothing is run and nothing recorded. Exit status 1 where one fails.'
  static override examples = [
    '<%= config.bin %> hook policy test',
    '<%= config.bin %> hook policy test policy.json',
    '<%= config.bin %> hook policy test infra --json',
  ]
  static override args = {
    policy: string({
      ignoreStdin: true,
      description: 'a file, or a template by its name; the policy in force when absent',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyTest)
    const [{ testedPolicy }, { runExamples }] = await Promise.all([
      import('../../oneShot/policyChoice.ts'),
      import('../../../domain/policy/examples.ts'),
    ])
    const { policy, digest } = await testedPolicy(args.policy)
    const runs = runExamples(policy)
    const passed = runs.every((run) => run.problems.length === 0)
    if (!passed) process.exitCode = 1
    const rules = runs.map(({ rule, path, examples, problems }) => ({
      id: rule.id,
      path,
      verdict: rule.verdict,
      examples,
      passed: examples - problems.length,
      problems,
    }))
    await this.result(flags, { name: policy.name, digest, passed, rules }, () =>
      testLines(runs, policy, this.terminal),
    )
  }
}
