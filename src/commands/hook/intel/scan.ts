import { string } from '@oclif/core/args'
import { boolean, string as text } from '@oclif/core/flags'
import type { Detection } from '../../../domain/sensitive/span.ts'
import type { ScanOptions } from '../../oneShot/scan.ts'
import type { Tier } from '../../oneShot/scanTier.ts'
import { HookCommand } from '../../terminal/command.ts'
import { usage } from '../../terminal/failure.ts'
import { safeJson } from '../../terminal/json.ts'
import { printed } from '../../terminal/printed.ts'

export default class IntelScan extends HookCommand {
  static override summary = 'find personal data, secrets and prompt injection in a text'
  static override description = `Looks through a file or standard input, on this machine alone; nothing is recorded or sent. It needs no control plane.

On a terminal it shows each value's place and kind, the value masked. With --json, or when the output is no terminal, it prints one line of JSON:
  {"spans": [{"start", "end", "type", "score", "detector"}], "injection": {"label", "score", "detector"}}
Offsets are UTF-16 code units, half open; label is injection or benign.

With --batch it reads JSON lines {"text"} from standard input and prints one such line for each, in order, or {"error"} for a line that cannot be read, which exits with 1 at the end.

With --patterns, what of a long text they did not see is counted in "ownCut".

With --tier model, installed models look as well: for personal data in prose, and for injection. Where there is none, or it does not answer, the rules alone look, and a note on standard error says so; detector says rules: or model:. See isonapse hook intel status.

Injection is a soft signal: where a text came from decides what follows from it.`
  static override examples = [
    '<%= config.bin %> hook intel scan notes.md',
    'git diff | <%= config.bin %> hook intel scan',
    '<%= config.bin %> hook intel scan --batch < texts.jsonl',
    '<%= config.bin %> hook intel scan --tier model notes.md',
    `<%= config.bin %> hook intel scan --patterns 'STAFF_ID = \\bE-[0-9]{6}\\b' notes.md`,
    `echo 'call +44 20 8341 0958' | <%= config.bin %> hook intel scan --json`,
  ]
  static override args = {
    file: string({
      ignoreStdin: true,
      description: 'a file of UTF-8 text; standard input when absent or -',
    }),
  }
  static override flags = {
    batch: boolean({ description: 'JSON lines on standard input.' }),
    tier: text({
      description:
        'How to look: by rules, or with the installed models as well. No embedded model comes with this version.',
      options: ['rules', 'embedded', 'model'],
      default: 'rules',
    }),
    patterns: text({
      description:
        "Also patterns of your own: 'NAME = regex ; NAME = regex', in RE2's syntax. A semicolon in a regex is written \\;",
      helpValue: 'TEXT',
    }),
    weak: boolean({
      description: 'Also kinds too weak to be on by themselves: US passports and driving licences.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IntelScan)
    const options = { tier: flags.tier, weak: flags.weak, own: await this.own(flags.patterns) }
    if (flags.batch) {
      if (args.file !== undefined)
        throw usage(
          '--batch takes its texts from standard input',
          'isonapse hook intel scan --batch < texts.jsonl',
        )
      return this.withTier(options, (scan) => this.batch(scan))
    }
    if (args.file === undefined && process.stdin.isTTY === true)
      throw usage('nothing to scan', 'isonapse hook intel scan FILE, or pipe a text into it')
    const { scanJson, textOf } = await import('../../oneShot/scan.ts')
    const source = textOf(args.file ?? '-')
    const detection = await this.withTier(options, (scan) => scan(source))
    this.sayCut(detection)
    if (flags.json || this.terminal.width === Infinity)
      return this.terminal.out(`${safeJson(scanJson(detection))}\n`)
    const { scanLines } = await import('../../render/scan.ts')
    await this.print(scanLines(source, detection, this.terminal))
  }

  private async withTier<A>(
    { tier, ...options }: ScanOptions & { readonly tier: string },
    use: (scan: (text: string) => Promise<Detection>) => Promise<A>,
  ): Promise<A> {
    const { openTier } = await import('../../oneShot/scanTier.ts')
    const note = (text: string): void =>
      this.terminal.err(`${this.terminal.errStyle.yellow('note:')} ${printed(text)}\n`)
    const { scan, close } = await openTier(tier as Tier, options, note)
    try {
      return await use(scan)
    } finally {
      await close()
    }
  }

  private async batch(scan: (text: string) => Promise<Detection>): Promise<void> {
    const [{ linesOf }, { scanLine }] = await Promise.all([
      import('../../oneShot/batch.ts'),
      import('../../oneShot/scan.ts'),
    ])
    for await (const line of linesOf(process.stdin)) {
      const answer =
        line === undefined
          ? { error: 'not a line of UTF-8 text of at most 64 MiB' }
          : await scanLine(line, scan)
      if ('error' in answer) process.exitCode = 1
      await this.terminal.out(`${safeJson(answer)}\n`)
    }
  }

  /** Their engine is loaded where there are some. */
  private async own(patterns: string | undefined): Promise<ScanOptions['own']> {
    if (patterns === undefined) return undefined
    const { patternsOf } = await import('../../oneShot/ownPatterns.ts')
    return patternsOf(patterns)
  }

  /** Nobody should believe that all was looked at. */
  private sayCut({ ownCut }: Detection): void {
    if (ownCut !== undefined)
      this.terminal.err(
        `${this.terminal.errStyle.yellow('note:')} your patterns did not see the last ${ownCut} characters: they would take too long\n`,
      )
  }
}
