import { string } from '@oclif/core/args'
import { option, string as text } from '@oclif/core/flags'
import type { HookError } from '../../domain/oneShot/errors.ts'
import { POSTURES } from '../control/words.ts'
import { HookCommand } from '../terminal/command.ts'
import { usage } from '../terminal/failure.ts'

export default class Gate extends HookCommand {
  static override summary = 'judge one hook payload from standard input'
  static override description = `Without --policy and --manifest: sends the payload to the control plane as the installed hook does, starting it when it is down, and answers with its bytes and its exit status. What has no answer is blocked, except in profile mode.

With --policy or --manifest: a pure one-shot. No control plane, state, clock or network, and no look at the machine; it always prints a JSON decision:
  {"verdict", "decided", "capabilities", "effects", "rules", "reason", "posture", "receipt"}
Exit status: 0 permit or defer, 2 deny. In posture autonomous a defer is a deny.

The payload of a one-shot is the client's, or the short form, where "args" may be called "input":
  {"tool", "args", "cwd"?, "home"?, "project"?, "session"?, "permission_mode"?}
Personal data and secrets that rules find in it are in no decision and no receipt: {"pii": TYPE} stands for them.
What is absent is fixed: "home" is the one that "cwd" lies in by its form, else /home/unknown; "cwd" and "project" are each other, else <home>/project.

A denial that rests on no rule also says why on standard error: one JSON object in one line, with "error", a "message", a "remedy", and
  HookError: reason, field. The payload cannot be read.
  ManifestError: kind (undeclared-tool, undeclared-effect), tool, effects, needs. The manifest does not declare it.
  ManifestError, PolicyError: kind (unreadable, invalid), file, line, at. The file does not load.
  PostureError: kind (not-allowed, locked, dry-run, nobody-to-ask), tool, posture, allowed, permission_mode.
  ReceiptError: folder. The receipt cannot be written.`
  static override examples = [
    '<%= config.bin %> hook gate PreToolUse < payload.json',
    '<%= config.bin %> hook gate --policy policy.json --posture autonomous --receipt-dir receipts < payload.json',
    `echo '{"tool":"Bash","args":{"command":"ls"}}' | <%= config.bin %> hook gate --manifest tools.toml`,
  ]
  static override args = {
    event: string({
      ignoreStdin: true,
      description: 'the event it is registered for; that of the payload when absent',
    }),
  }
  static override flags = {
    policy: text({
      description: 'Judge by this policy.',
      helpValue: 'FILE',
      exclusive: ['manifest'],
    }),
    manifest: text({
      description: 'Judge by this manifest of tools (TOML or JSON).',
      helpValue: 'FILE',
    }),
    posture: option({
      options: POSTURES,
      description: 'Posture of the one-shot; the payload’s permission mode can make it stricter.',
    })(),
    'receipt-dir': text({
      description: 'Write the receipt of the one-shot into this folder, by its digest.',
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Gate)
    const { readPayload, readStream } = await import('../oneShot/readStream.ts')
    if (args.event !== undefined && !/^[A-Za-z]{1,40}$/.test(args.event))
      throw usage(`"${args.event}" is no event`, 'isonapse hook gate PreToolUse < payload.json')
    if (flags.policy !== undefined || flags.manifest !== undefined) {
      return this.once(await readPayload(process.stdin), args.event, flags)
    }
    for (const flag of ['posture', 'receipt-dir'] as const)
      if (flags[flag] !== undefined)
        throw usage(
          `--${flag} needs --policy or --manifest`,
          `isonapse hook gate --policy policy.json --${flag} … < payload.json`,
        )
    await this.relay(await readStream(process.stdin), args.event)
  }

  private async relay(payload: Uint8Array, named: string | undefined): Promise<void> {
    const [{ relay }, { ownPlace }, { eventNamedIn }] = await Promise.all([
      import('../control/relay.ts'),
      import('../control/ownPlace.ts'),
      import('../oneShot/readStream.ts'),
    ])
    const event = named ?? eventNamedIn(payload)
    if (event === undefined)
      throw usage(
        'the payload does not say which event it is',
        'isonapse hook gate PreToolUse < payload.json',
      )
    const { answer, problem } = await relay(ownPlace(), event, payload)
    if (problem !== undefined)
      this.terminal.err(`isonapse: ${problem}; the mode marker decided\n  → isonapse hook status\n`)
    await this.terminal.out(answer.stdout)
    process.exitCode = answer.exit
  }

  private async once(
    payload: Uint8Array | HookError,
    event: string | undefined,
    flags: {
      readonly policy: string | undefined
      readonly manifest: string | undefined
      readonly posture: (typeof POSTURES)[number] | undefined
      readonly 'receipt-dir': string | undefined
    },
  ): Promise<void> {
    const [{ errorLine, gateOnce, kept }, { judgedBy }] = await Promise.all([
      import('../oneShot/gate.ts'),
      import('../oneShot/judgedBy.ts'),
    ])
    const by =
      flags.policy === undefined
        ? judgedBy('manifest', flags.manifest!)
        : judgedBy('policy', flags.policy)
    const judged = await gateOnce(payload, by, { event, posture: flags.posture })
    const { decision, error } = kept(judged, flags['receipt-dir'])
    if (error !== null) this.terminal.err(errorLine(error))
    await this.printJson(decision)
    process.exitCode = decision.verdict === 'deny' ? 2 : 0
  }
}
