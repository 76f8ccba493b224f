import { HookCommand } from './terminal/command.ts'
export default class Completion extends HookCommand {
  static override summary = 'print a completion script for a shell'
  async run(): Promise<void> { await this.parse(Completion) }
}
