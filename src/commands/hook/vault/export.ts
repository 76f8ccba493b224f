import { string } from '@oclif/core/flags'
import { exportChange } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { beginPrivate } from '../../terminal/outFile.ts'
import { plural } from '../../terminal/progress.ts'

export default class VaultExport extends LooseningCommand {
  static override summary = 'write the values of the vault to a file, in the clear'
  static override description = `An array of {"session", "token", "type", "plaintext"} in JSON, in a new file that only you can read (mode 0600); one that is there already is left alone. The log says that they left the vault before any does.

It counts as loosening: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook vault export --out ~/vault.json',
    '<%= config.bin %> hook vault export --session 3f2a --out ~/session.json --yes',
  ]
  static override flags = {
    session: string({
      description: 'Only this session, by its id or the beginning of it.',
      helpValue: 'ID',
    }),
    out: string({ required: true, description: 'The file to write.', helpValue: 'FILE' }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(VaultExport)
    // Before anything leaves the vault it is certain where it goes.
    const file = beginPrivate(flags.out)
    let written = false
    try {
      let before = '[\n'
      let failed: unknown
      const done = await this.change(exportChange(flags.session, flags.out), flags, (one) => {
        if (!('row' in one) || failed !== undefined) return
        try {
          file.write(`${before}${JSON.stringify(one.row)}`)
          before = ',\n'
        } catch (error) {
          // Nothing may be thrown out of this callback: the disk is full, say.
          failed = error
        }
      })
      if (failed !== undefined) throw failed
      if (done === null) return
      file.write('\n]\n')
      file.finish()
      written = true
      await this.result(flags, { ...done, file: flags.out }, () => [
        `${plural(done.rows, 'value')} of ${plural(done.sessions, 'session')} written to ${flags.out}, in the clear.`,
        this.terminal.style.dim(`entry ${done.index} says so; remove the file when it has served`),
      ])
    } finally {
      if (!written) file.abandon()
    }
  }
}
