import { string } from '@oclif/core/args'
import { boolean, string as text } from '@oclif/core/flags'
import type { Installed } from '../../../infra/intel/download/downloadModel.ts'
import { processAsker } from '../../terminal/ask.ts'
import { HookCommand } from '../../terminal/command.ts'
import { usage } from '../../terminal/failure.ts'

export default class IntelDownload extends HookCommand {
  static override summary = 'download the models that find what rules cannot'
  static override description = `Without a MODEL: the two defaults, one for personal data and one for prompt injection. It shows what comes, how large it is and under which licence, and asks. It needs no control plane and sends nothing but requests for the files.

Every file is checked before it is used: against the hash that this program knows, or, where it knows none, against the one of the first download, which is pinned. A download that is broken off goes on where it ended.

--mirror URL (or HF_ENDPOINT) names another server with the hub's routes, --from DIR a folder for machines without a network: DIR/MODEL/ with the files, or a copy of the hub's cache. HF_TOKEN is sent to that server alone, for models that need one.`
  static override examples = [
    '<%= config.bin %> hook intel download',
    '<%= config.bin %> hook intel download --list',
    '<%= config.bin %> hook intel download deberta-injection --yes',
    '<%= config.bin %> hook intel download --mirror https://models.example.com',
    '<%= config.bin %> hook intel download --from ./models',
    '<%= config.bin %> hook intel download --remove prompt-guard-2-22m',
  ]
  static override strict = false
  static override args = {
    model: string({ ignoreStdin: true, description: 'models, as --list names them' }),
  }
  static override flags = {
    mirror: text({
      description: 'Another server with the same routes; https only.',
      helpValue: 'URL',
      exclusive: ['from'],
    }),
    from: text({ description: 'Take the files from this folder.', helpValue: 'DIR' }),
    list: boolean({
      description: 'List the models, and what is there of each.',
      exclusive: ['mirror', 'from', 'remove', 'repin', 'yes'],
    }),
    remove: text({
      description: 'Remove a model. What was pinned of it stays so.',
      helpValue: 'MODEL',
      exclusive: ['mirror', 'from', 'repin'],
    }),
    repin: boolean({
      description: 'Download anew, and pin what comes in the place of what was pinned.',
    }),
    yes: boolean({ char: 'y', description: 'Do not ask; agrees to the licences.' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(IntelDownload)
    const ids = argv as ReadonlyArray<string>
    const unknown = ids.find((id) => id.startsWith('-'))
    if (unknown !== undefined)
      throw usage(`unknown flag: ${unknown}`, 'isonapse hook intel download --help')
    if (ids.length > 0 && (flags.list || flags.remove !== undefined))
      throw usage(
        `--${flags.list ? 'list' : 'remove'} goes without other models`,
        'isonapse hook intel download --help',
      )
    if (flags.list) return this.list(flags)
    if (flags.remove !== undefined) return this.remove(flags.remove, flags)
    const [{ downloadModels }, { installedLine }] = await Promise.all([
      import('../../control/downloads.ts'),
      import('../../render/downloads.ts'),
    ])
    const models: Array<Installed> = []
    const agreed = await downloadModels(ids, flags, this.person(), (installed) => {
      models.push(installed)
      if (!flags.json) void this.print([installedLine(installed, this.terminal)])
    })
    if (!agreed) return this.declined(flags)
    if (flags.json) await this.printJson({ models })
  }

  private async list(flags: { readonly json: boolean }): Promise<void> {
    const [{ listedModels }, { modelLines }] = await Promise.all([
      import('../../control/downloads.ts'),
      import('../../render/downloads.ts'),
    ])
    const listed = await listedModels()
    const models = listed.map(({ model, state, installed, pinned }) => ({
      ...model,
      state,
      pinned,
      installed: installed ?? null,
    }))
    await this.result(flags, { models }, () => modelLines(listed, this.terminal))
  }

  private async remove(
    id: string,
    flags: { readonly json: boolean; readonly yes: boolean },
  ): Promise<void> {
    const { removeDownloaded } = await import('../../control/downloads.ts')
    const removed = await removeDownloaded(id, flags, this.person())
    if (removed === null) return this.declined(flags)
    await this.result(flags, { id, removed }, () => [
      removed ? `${id} is removed.` : `${id} was not there.`,
    ])
  }

  private async declined(flags: { readonly json: boolean }): Promise<void> {
    process.exitCode = 2
    if (flags.json) await this.printJson({ changed: false, declined: true })
    else this.terminal.err('Nothing was changed.\n')
  }

  private person() {
    return { terminal: this.terminal, asker: processAsker(this.terminal) }
  }
}
