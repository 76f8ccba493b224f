import { integer, string } from '@oclif/core/flags'
import { HookCommand } from '../../terminal/command.ts'
import { fromHere } from '../../terminal/currentDir.ts'
import { usage } from '../../terminal/failure.ts'
import { counted } from '../../render/comparison.ts'
import { printed } from '../../terminal/printed.ts'
import { progressOn } from '../../terminal/progress.ts'
import { momentIn } from '../../control/queryFlags.ts'
import { writeReceipts } from '../../control/receipts.ts'

export default class WitnessReceipts extends HookCommand {
  static override summary = 'write the receipts of decisions into a folder'
  static override description = `A receipt is all that a decision rested on and what was decided, without time, host, user, home directory or session. Each is a file DIGEST.json, canonical JSON whose SHA-256 is its name; order.jsonl lists the decisions, one a line. The same session decided on another machine gives the same bytes: witness compare says where two folders part.

A folder that has the receipts of earlier decisions is added to. One that holds anything else is left alone.`
  static override examples = [
    '<%= config.bin %> hook witness receipts --out ./receipts',
    '<%= config.bin %> hook witness receipts --out ./today --since 1d --session 5f0e1c1a',
    '<%= config.bin %> hook witness receipts --out ./a && <%= config.bin %> hook witness compare ./a ./b',
  ]
  static override flags = {
    out: string({
      char: 'o',
      required: true,
      description: 'The folder to fill.',
      helpValue: 'DIR',
    }),
    from: integer({ description: 'Not before this entry.', helpValue: 'INDEX', min: 0 }),
    to: integer({ description: 'Not after this entry.', helpValue: 'INDEX', min: 0 }),
    session: string({
      description: 'Of this session, by its id or the beginning of it.',
      helpValue: 'ID',
    }),
    since: string({
      description: 'Not before this: a date, a time, or how long ago: 2026-03-01, 2h, 3d.',
      helpValue: 'TIME',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WitnessReceipts)
    const { from, to, session } = flags
    if (from !== undefined && to !== undefined && from > to)
      throw usage(`--from ${from} is after --to ${to}`, 'isonapse hook witness receipts --help')
    const progress = progressOn(this.terminal)
    const made = await writeReceipts(
      { name: flags.out, path: fromHere(flags.out) },
      {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(session === undefined ? {} : { session }),
        ...momentIn('since', flags.since, this.terminal.now(), false),
      },
      progress.update,
    ).finally(progress.end)
    await this.result(flags, made, () => [
      `Wrote ${counted(made.receipts, 'receipt')} of ${counted(made.decisions, 'decision')} to ${printed(made.dir)}`,
    ])
  }
}
