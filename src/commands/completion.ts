import { string } from '@oclif/core/args'
import { HookCommand } from './terminal/command.ts'
import { completionScript, wordsOf } from './render/completion.ts'

export default class Completion extends HookCommand {
  static override summary = 'print a completion script for a shell'
  static override description =
    'Completes commands, flags, their fixed values, and the names of templates.'
  static override examples = [
    '<%= config.bin %> completion bash > ~/.local/share/bash-completion/completions/isonapse',
    '<%= config.bin %> completion zsh > ~/.zfunc/_isonapse',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/isonapse.fish',
  ]
  static override args = {
    shell: string({
      required: true,
      ignoreStdin: true,
      options: ['bash', 'zsh', 'fish'],
      description: 'the shell',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion)
    const { TEMPLATE_NAMES } = await import('../templates/templates.ts')
    const script = completionScript(
      args.shell as 'bash' | 'zsh' | 'fish',
      wordsOf(this.config.commands, TEMPLATE_NAMES),
    )
    await (flags.json ? this.printJson({ shell: args.shell, script }) : this.terminal.out(script))
  }
}
