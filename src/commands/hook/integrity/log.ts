import { integer } from '@oclif/core/args'
import { boolean, integer as number, string } from '@oclif/core/flags'
import type { QueryItem } from '../../../domain/control/methods.ts'
import { QueryCommand } from '../../control/queryCommand.ts'

export default class IntegrityLog extends QueryCommand {
  static override summary = 'list changes of the files that instruct the agent'
  static override description = `Changes of CLAUDE.md, skills, agents, commands, hooks, settings and what the policy monitors that were seen while a session ran, by whatever tool, the latest last. One without a call was seen between two calls: it is the user's own, or that of something that runs on.

With INDEX, or --diff, what was changed is shown, with tokens where values are.`
  static override examples = [
    '<%= config.bin %> hook integrity log',
    '<%= config.bin %> hook integrity log 1042',
    '<%= config.bin %> hook integrity log --session 3f2a --diff',
  ]
  static override args = {
    index: integer({
      name: 'INDEX',
      ignoreStdin: true,
      description: 'of one change, as the list has it',
      min: 0,
    }),
  }
  static override flags = {
    session: string({
      description: 'Of this session, by its id or the beginning of it.',
      helpValue: 'ID',
    }),
    diff: boolean({ description: 'Show what was changed.', default: false }),
    limit: number({ description: 'At most so many. Default: 50.', helpValue: 'N', min: 1 }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IntegrityLog)
    const { session, limit } = flags
    const { index } = args
    const isShown = flags.diff || index !== undefined
    const found: Array<QueryItem> = []
    await this.search(
      {
        kind: 'SelfModified',
        ...(index === undefined ? {} : { index }),
        ...(session === undefined ? {} : { session }),
        ...(limit === undefined ? {} : { limit }),
        ...(isShown ? { payloads: true } : {}),
      },
      (item) => void found.push(item),
    )
    const { changeLines, notAChange } = await import('../../render/integrity.ts')
    if (index !== undefined && found.length === 0) throw notAChange(index)
    await this.result(flags, { changes: found }, () => changeLines(found, isShown, this.terminal))
  }
}
