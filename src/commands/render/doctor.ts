// `hook doctor` for a person: one table, what is to be done below each line that needs it.
import type { Check } from '../../domain/control/doctor.ts'
import { printed } from '../terminal/printed.ts'
import { plural } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

export const isHealthy = (checks: ReadonlyArray<Check>): boolean =>
  checks.every(({ state }) => state !== 'bad')

export const doctorLines = (
  checks: ReadonlyArray<Check>,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const colours = { ok: style.green, warn: style.yellow, bad: style.red }
  const rows = checks.flatMap(({ check, state, detail, remedy }) => [
    [colours[state](state), check, printed(detail)],
    ...(remedy === null ? [] : [['', '', `→ ${printed(remedy)}`]]),
  ])
  const count = (state: Check['state']) => checks.filter((one) => one.state === state).length
  const verdict = isHealthy(checks)
    ? count('warn') === 0
      ? style.green('All is well.')
      : style.yellow(`Works; ${plural(count('warn'), 'thing')} to look at.`)
    : style.red(`${plural(count('bad'), 'thing')} to mend.`)
  return [...table(rows, { width, indent: 0 }), '', verdict]
}
