// What every command shares: the flags that all have, its terminal, and one way to print a result.
// It must stay cheap to load: whatever a command needs beyond it is imported when it runs.
import { Command } from '@oclif/core/command'
import { boolean } from '@oclif/core/flags'
import { safeJson } from './json.ts'
import { processTerminal, type Terminal } from './terminal.ts'

export abstract class HookCommand extends Command {
  static override baseFlags = {
    json: boolean({ description: 'Print the result as JSON.', helpGroup: 'GLOBAL' }),
    debug: boolean({ description: 'Explain a failure in detail.', helpGroup: 'GLOBAL' }),
  }

  protected readonly terminal: Terminal = processTerminal()

  /** Lines for a person on standard output. */
  protected async print(lines: ReadonlyArray<string>): Promise<void> {
    if (lines.length > 0) await this.terminal.out(`${lines.join('\n')}\n`)
  }

  protected async printJson(value: unknown): Promise<void> {
    await this.terminal.out(`${safeJson(value, 2)}\n`)
  }

  /** JSON where it was asked for, else the lines. */
  protected async result(
    flags: { readonly json: boolean },
    value: unknown,
    lines: () => ReadonlyArray<string>,
  ): Promise<void> {
    await (flags.json ? this.printJson(value) : this.print(lines()))
  }

  // oclif's own would look at deprecations and print errors; main.ts shows every failure.
  protected override async init(): Promise<void> {}
  protected override async catch(error: Error): Promise<void> {
    throw error
  }
}
