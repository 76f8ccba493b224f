import { string } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { momentOf, SINCE_FLAG } from '../../control/reportFlags.ts'
import { testLines, validatorLines } from '../../render/policyList.ts'
import { HookCommand } from '../../terminal/command.ts'
import { usage } from '../../terminal/failure.ts'

export default class PolicyTest extends HookCommand {
  static override summary = "run a policy's own examples, or judge the recorded calls by it"
  static override description = `Each rule by itself against the calls that it must and must not match, each validator against the file that it must find fault with and the one that it must let pass. Exit status 1 where one fails.

With --history: how the policy would have decided the calls in the log, how many verdicts change, and every call that would newly be denied or permitted. Nothing is run and nothing recorded.`
  static override examples = [
    '<%= config.bin %> hook policy test',
    '<%= config.bin %> hook policy test policy.json',
    '<%= config.bin %> hook policy test infra --json',
    '<%= config.bin %> hook policy test policy.json --history --since 7d',
  ]
  static override args = {
    policy: string({
      ignoreStdin: true,
      description: 'a file, or a template by its name; the policy in force when absent',
    }),
  }

  static override flags = {
    history: boolean({ description: 'Judge the recorded calls again by this policy.' }),
    since: SINCE_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyTest)
    if (flags.history) return this.onHistory(args.policy, flags)
    if (flags.since !== undefined)
      throw usage(
        '--since says which recorded calls --history judges again',
        'isonapse hook policy test --history --since 7d',
      )
    const [{ testedPolicy }, { runExamples }, { runValidatorExamples }, { READERS }] =
      await Promise.all([
        import('../../oneShot/policyChoice.ts'),
        import('../../../domain/policy/examples.ts'),
        import('../../../domain/policy/validatorExamples.ts'),
        import('../../../infra/validate/readers.ts'),
      ])
    const { policy, digest } = await testedPolicy(args.policy)
    const runs = runExamples(policy)
    const checks = runValidatorExamples(policy, READERS)
    const passed = [...runs, ...checks].every((run) => run.problems.length === 0)
    if (!passed) process.exitCode = 1
    const rules = runs.map(({ rule, path, examples, problems }) => ({
      id: rule.id,
      path,
      verdict: rule.verdict,
      examples,
      passed: examples - problems.length,
      problems,
    }))
    const validators = checks.map(({ validator: { id, kind }, path, problems }) => ({
      id,
      path,
      kind,
      passed: problems.length === 0,
      problems,
    }))
    await this.result(flags, { name: policy.name, digest, passed, rules, validators }, () => [
      ...testLines(runs, policy, this.terminal),
      ...validatorLines(checks, this.terminal),
    ])
  }

  private async onHistory(
    named: string | undefined,
    flags: { readonly json: boolean; readonly since: string | undefined },
  ): Promise<void> {
    const [{ shownPolicy }, { backtestOf }, { withControlPlane }, { progressOn }, render] =
      await Promise.all([
        import('../../oneShot/policyChoice.ts'),
        import('../../control/suggested.ts'),
        import('../../control/withControlPlane.ts'),
        import('../../terminal/progress.ts'),
        import('../../render/backtest.ts'),
      ])
    const { policy, digest } = await shownPolicy(named)
    const since = flags.since === undefined ? undefined : momentOf(flags.since, this.terminal.now())
    const progress = progressOn(this.terminal)
    const backtest = await withControlPlane((control) =>
      backtestOf(control, policy, since, progress),
    )
    await this.result(flags, { name: policy.name, digest, backtest }, () =>
      render.backtestLines(backtest, this.terminal),
    )
  }
}
