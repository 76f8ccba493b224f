import { boolean, string } from '@oclif/core/flags'
import { taintClearing } from '../../control/change.ts'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'
import { withControlPlane } from '../../control/withControlPlane.ts'

export default class TaintClear extends LooseningCommand {
  static override summary = 'judge a session that read an injection as any other again'
  static override description = `Look first at what it read: isonapse hook witness query --session ID --payloads. What is in its context stays there, and may still be followed.

Without a flag the tainted session is cleared, where there is only one. It loosens the gate: it asks, is refused from inside Claude Code, and at assurance level authority takes the passphrase.`
  static override examples = [
    '<%= config.bin %> hook taint clear',
    '<%= config.bin %> hook taint clear --session 3f2a',
    '<%= config.bin %> hook taint clear --all --yes',
  ]
  static override flags = {
    session: string({
      description: 'The session, by its id or the beginning of it.',
      helpValue: 'ID',
      exclusive: ['all'],
    }),
    all: boolean({
      description: 'Every session, those too that ended and may be resumed.',
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(TaintClear)
    const { sessionToClear } = await import('../../control/taintedSession.ts')
    const list = await withControlPlane((control) => control.call('taint.list', {}))
    const session = flags.all ? null : sessionToClear(list.sessions, flags.session)
    if (session === undefined)
      return this.result(flags, { session: null, index: null }, () => ['No session is tainted.'])
    const result = await this.change(taintClearing(session), flags)
    if (result === null) return
    await this.result(flags, result, () => [
      result.index === null
        ? 'Nothing was tainted.'
        : `${session === null ? 'Every session is' : 'The session is'} judged as any other again, from the next call on.`,
    ])
  }
}
