// The status line: one line, the most important first; what does not fit is left out from the end.
import type { StatusLine } from '../../domain/control/statusLine.ts'
import { inDollars } from '../../domain/cost/money.ts'
import type { Asked } from '../control/statusLineAnswer.ts'
import { bar } from '../terminal/chart.ts'
import type { Style } from '../terminal/style.ts'
import { padTo, widthOf } from '../terminal/width.ts'

const BAR_CELLS = 8

/** `width`: columns; Infinity where they are not known. */
export const statusLineText = (
  asked: Asked,
  { style, width }: { readonly style: Style; readonly width: number },
): string => {
  const name = style.bold('isonapse')
  if (typeof asked === 'string')
    return fitting(
      [name, style.red(asked), ...(asked === 'not running' ? ['isonapse hook start'] : [])],
      style,
      width,
    )
  return fitting([name, ...partsOf(asked, style)], style, width)
}

const partsOf = (line: StatusLine, style: Style): ReadonlyArray<string> => {
  const { mode, posture, suspended, denied, tainted, faults } = line
  return [
    mode === 'enforce' ? style.green(mode) : style.yellow(mode),
    ...(suspended ? [style.red('suspended')] : posture === null ? [] : [posture]),
    ...(tainted ? [style.red('tainted')] : []),
    spendOf(line, style),
    ...(denied === 0 ? [] : [style.yellow(`${denied} denied`)]),
    faults === 0 ? style.dim('log ok') : style.red(faults === 1 ? '1 fault' : `${faults} faults`),
  ]
}

const OF: Readonly<Record<'session' | 'hour' | 'day', string>> = {
  session: '',
  hour: ' this hour',
  day: ' today',
}

const spendOf = ({ spent, budget }: StatusLine, style: Style): string => {
  if (budget === null) return inDollars(spent)
  const share = budget.spent / budget.limit
  const colour = share >= 1 ? style.red : share >= 0.8 ? style.yellow : style.green
  const cells = colour(padTo(bar(budget.spent, budget.limit, BAR_CELLS), BAR_CELLS))
  return `${inDollars(budget.spent)} of ${inDollars(budget.limit)}${OF[budget.of]} ${cells}`.trimEnd()
}

const fitting = (parts: ReadonlyArray<string>, style: Style, width: number): string => {
  const separator = ` ${style.dim('·')} `
  let line = parts[0] ?? ''
  for (const part of parts.slice(1)) {
    const longer = `${line}${separator}${part}`
    if (widthOf(longer) > width) break
    line = longer
  }
  return line
}
