import { string } from '@oclif/core/args'
import { string as text } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

const sink = (description: string, helpValue: string) =>
  text({ description, helpValue, multiple: true, multipleNonGreedy: true })

export default class SecretSet extends LooseningCommand {
  static override summary = 'store a secret that the agent can use and never sees'
  static override description = `The agent writes {{ secret.NAME }} where the value belongs. A Bash command, a file or an MCP call that is declared here gets it; any other is refused. The value is asked for without being shown, or read from standard input when that is piped (one line end is dropped).

What is declared now takes the place of what was. A secret with no --program, --path or --server can be used by nothing. A command that gets it may reach the --host named and no other. Storing one loosens the gate: it asks, is refused from inside Claude Code, and takes the passphrase at assurance level authority.`
  static override examples = [
    '<%= config.bin %> hook secret set GITHUB_TOKEN --program curl --host api.github.com',
    'pass show npm | <%= config.bin %> hook secret set NPM_TOKEN --program npm --host "*" --yes',
    '<%= config.bin %> hook secret set DB_URL --from-env DATABASE_URL --path .env',
    '<%= config.bin %> hook secret set CRM_KEY --server crm',
  ]
  static override args = {
    name: string({ required: true, ignoreStdin: true, description: 'what it is called' }),
  }
  static override flags = {
    program: sink('A program that may be given it, by its name or absolute path.', 'PROGRAM'),
    host: sink('A host that such a command may reach: api.example.com, *.example.com, *.', 'HOST'),
    path: sink('A file that it may be written to: .env, config/*.env, ~/.netrc.', 'GLOB'),
    server: sink(
      'An MCP server that may be given it. The client writes what it is given to its transcript.',
      'SERVER',
    ),
    'from-env': text({ description: 'Take the value from this variable.', helpValue: 'VAR' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretSet)
    const [{ declaresNothing, nameFault, sinksFault, valueFault }, { usage }, { processAsker }] =
      await Promise.all([
        import('../../../domain/secret/declared.ts'),
        import('../../terminal/failure.ts'),
        import('../../terminal/ask.ts'),
      ])
    const { name } = args
    const sinks = {
      programs: flags.program ?? [],
      hosts: flags.host ?? [],
      paths: flags.path ?? [],
      servers: flags.server ?? [],
    }
    // Before the value is asked for.
    const early = nameFault(name) ?? sinksFault(sinks)
    if (early !== undefined) throw usage(early)
    const [{ secretValue }, { secretChange }] = await Promise.all([
      import('../../terminal/secretValue.ts'),
      import('../../control/change.ts'),
    ])
    const value = await secretValue(name, flags['from-env'], processAsker(this.terminal))
    const fault = valueFault(value)
    if (fault !== undefined) throw usage(fault)
    const result = await this.change(secretChange(name, value, sinks), flags)
    if (result === null) return
    const { sinksInWords } = await import('../../control/words.ts')
    await this.result(flags, result, () => [
      `Stored. {{ secret.${name} }} may go to ${sinksInWords(sinks)}.`,
      ...(declaresNothing(sinks)
        ? ['  → nothing can use it yet: declare a --program, --path or --server']
        : []),
    ])
  }
}
