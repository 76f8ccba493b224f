// Searching and watching the log: one way to ask, and one to show what comes.
import type { QueryItem, QueryParams } from '../../domain/control/methods.ts'
import { HookCommand } from '../terminal/command.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { safeJson } from '../terminal/json.ts'
import { progressOn } from '../terminal/progress.ts'
import { withControlPlane } from './withControlPlane.ts'

export abstract class QueryCommand extends HookCommand {
  /** Items go to `show` as they come; returns the counts, or never where it follows. */
  protected async search(params: QueryParams, show: (item: QueryItem) => void) {
    const progress = progressOn(this.terminal)
    return withControlPlane((control) => {
      if (params.follow === true && !control.running)
        throw new CommandFailure({
          kind: 'not-running',
          message: 'no control plane is running, so nothing new will come',
          remedy: 'isonapse hook start',
          exit: 1,
        })
      return control.call('witness.query', params, (one) => {
        if ('progress' in one) {
          const { done, total, what } = one.progress
          return progress.update(done, total, what)
        }
        progress.end()
        if ('item' in one) show(one.item)
      })
    }).finally(progress.end)
  }

  protected showJson = (item: QueryItem): void => void this.terminal.out(`${safeJson(item)}\n`)
}
