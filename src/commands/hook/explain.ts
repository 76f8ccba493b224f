import { string } from '@oclif/core/args'
import { boolean, string as text } from '@oclif/core/flags'
import type { EffectFinding } from '../oneShot/findings.ts'
import { HookCommand } from '../terminal/command.ts'
import { currentDir, currentDirIfAny } from '../terminal/currentDir.ts'
import { usage } from '../terminal/failure.ts'
import { safeJson } from '../terminal/json.ts'

/** As the effect of the same index. */
const judgedEffect = ({ verdict, rules, words }: EffectFinding) => ({ verdict, rules, words })

export default class Explain extends HookCommand {
  static override summary = 'say what a call would do and what would be decided, without doing it'
  static override description = `Judges a Bash command, or with --tool and --input any tool's call, by the policy in force. Nothing is run and nothing is recorded. Quote the command.

It shows which words do what, the rule that weighs each, and for a call that is not permitted the nearest way that is. Scripts that the call would run are read too; --script explains a file as if it were run.

With --policy or --template it needs no control plane and looks at nothing on the machine but the file of --script.

With --batch it reads JSON lines from standard input and prints one JSON line for each:
  {"command", "cwd"?, "home"?}  or  {"tool", "input", "cwd"?, "home"?}
  → {"verdict", "capabilities", "effects", "rules", "reason"}, or {"error"} for a line that cannot be judged, which exits with 1 at the end
The policy is that of --policy or --template, else the default template. No control plane, no look at the machine: no link is followed, and the project is the working directory.`
  static override examples = [
    `<%= config.bin %> hook explain 'git push --force origin main'`,
    `<%= config.bin %> hook explain --tool Write --input '{"file_path":"~/.bashrc","content":"x"}'`,
    `<%= config.bin %> hook explain --script scripts/deploy.sh`,
    `<%= config.bin %> hook explain --tainted 'curl https://example.com'`,
    `<%= config.bin %> hook explain --template hardened 'rm -rf build'`,
    `<%= config.bin %> hook explain --batch --policy policy.json < calls.jsonl`,
  ]
  static override usage = [
    "hook explain 'COMMAND' [--cwd DIR] [--home DIR] [--policy FILE | --template NAME]",
    'hook explain --tool NAME --input JSON [--cwd DIR] [--home DIR] [--policy FILE | --template NAME]',
    'hook explain --script FILE [--cwd DIR] [--home DIR] [--policy FILE | --template NAME]',
    'hook explain --batch [--cwd DIR] [--home DIR] [--policy FILE | --template NAME] < CALLS',
  ]
  static override args = {
    command: string({
      multiple: true,
      ignoreStdin: true,
      description: 'a Bash command, quoted; several words after -- are joined',
    }),
  }
  static override flags = {
    tool: text({
      description: 'A tool other than Bash, by its name.',
      helpValue: 'NAME',
      dependsOn: ['input'],
    }),
    input: text({
      description: 'The tool’s input as a JSON object; - reads it from standard input.',
      helpValue: 'JSON',
    }),
    script: text({
      description: 'What a script would do if it were run in the working directory.',
      helpValue: 'FILE',
      exclusive: ['tool', 'input', 'batch'],
    }),
    cwd: text({
      description: 'Working directory of the call; the current one when absent.',
      helpValue: 'DIR',
    }),
    home: text({ description: 'Home directory of the call; yours when absent.', helpValue: 'DIR' }),
    batch: boolean({ description: 'JSON lines on standard input.', exclusive: ['tool', 'input'] }),
    tainted: boolean({
      description: 'As in a session that read text which tries to instruct the agent.',
      exclusive: ['batch'],
    }),
    policy: text({
      description: 'Judge by this policy, without a control plane.',
      helpValue: 'FILE',
      exclusive: ['template'],
    }),
    template: text({
      description: 'Judge by a policy that comes with the program; hook policy list names them.',
      helpValue: 'NAME',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain)
    const words = args.command === undefined ? [] : [args.command].flat()
    const place = await this.place(flags)
    if (flags.batch) {
      if (words.length > 0)
        throw usage(
          '--batch takes its commands from standard input',
          'isonapse hook explain --batch < calls.jsonl',
        )
      return this.batch(flags, place)
    }
    const { callOf, callOfScript } = await import('../oneShot/call.ts')
    const script = flags.script === undefined ? undefined : await this.script(flags.script, words)
    const call =
      script === undefined
        ? callOf(words, flags.tool, flags.input)
        : callOfScript(script, flags.script)
    const oneShot = flags.policy !== undefined || flags.template !== undefined
    const [{ explainByPolicy, explainByControlPlane, scriptSources }, { explanationLines }] =
      await Promise.all([import('../oneShot/explain.ts'), import('../render/explanation.ts')])
    // Read here too with a control plane, so that a file that is not there or no text is said at once.
    const sources = script === undefined ? undefined : scriptSources(script)
    const explained = oneShot
      ? await explainByPolicy(call, flags, place, sources)
      : await explainByControlPlane(call, { ...place, home: flags.home, tainted: flags.tainted })
    const { explanation, findings, instead, inForce } = explained
    const { mode, posture, suspended } = inForce
    const json = {
      ...explanation,
      findings: findings.effects.map(judgedEffect),
      reasons: findings.rules,
      instead,
      inForce: { mode, posture, suspended },
      answers: findings.answers,
    }
    await this.result(flags, json, () => explanationLines(explained, this.terminal))
  }

  /** The script's path, absolute; it is this process's own working directory that it is relative to. */
  private async script(file: string, words: ReadonlyArray<string>): Promise<string> {
    if (words.length > 0)
      throw usage('either a command, or --script', 'isonapse hook explain --script FILE')
    const { absolute } = await import('../oneShot/judge.ts')
    return absolute(file, currentDir(), '/')
  }

  private async place(flags: {
    readonly cwd: string | undefined
    readonly home: string | undefined
  }) {
    const [{ homedir }, { absolute }] = await Promise.all([
      import('node:os'),
      import('../oneShot/judge.ts'),
    ])
    const home = absolute(flags.home ?? homedir(), currentDirIfAny() ?? '/', homedir())
    return { home, cwd: absolute(flags.cwd ?? currentDir(), currentDirIfAny() ?? home, home) }
  }

  private async batch(
    flags: { readonly policy: string | undefined; readonly template: string | undefined },
    place: { readonly cwd: string; readonly home: string },
  ): Promise<void> {
    const [{ answerLine, linesOf }, { compiledPolicy }] = await Promise.all([
      import('../oneShot/batch.ts'),
      import('../oneShot/explain.ts'),
    ])
    const policy = compiledPolicy(flags)
    for await (const line of linesOf(process.stdin)) {
      const answer =
        line === undefined
          ? { error: 'not a line of UTF-8 text of at most 64 MiB' }
          : answerLine(line, policy, place)
      if ('error' in answer) process.exitCode = 1
      await this.terminal.out(`${safeJson(answer)}\n`)
    }
  }
}
