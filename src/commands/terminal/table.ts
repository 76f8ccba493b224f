// Aligned columns. The last column takes what is left of the line and is wrapped below itself.
import { padTo, widthOf, wrapped } from './width.ts'

export interface TableOptions {
  /** Columns of the terminal; Infinity leaves lines as long as they are (output that is piped). */
  readonly width: number
  readonly indent?: number
  readonly gap?: number
  /** Applied to the last column's lines after they are wrapped. */
  readonly styleLast?: (line: string, row: number) => string
}

/** Narrowest last column: below it lines run over rather than become a ribbon. */
const NARROWEST = 20

/**
 * Rows of cells as lines. All cells but the last of a row may be styled; the last must not be, it is
 * broken at spaces. Rows may have different numbers of cells.
 */
export const table = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { width, indent = 2, gap = 2, styleLast = (line) => line }: TableOptions,
): ReadonlyArray<string> => {
  const widths: Array<number> = []
  for (const row of rows)
    for (const [i, cell] of row.slice(0, -1).entries())
      widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))
  const margin = ' '.repeat(indent)
  return rows.flatMap((row, at) => {
    const head = row
      .slice(0, -1)
      .map((cell, i) => padTo(cell, widths[i]!) + ' '.repeat(gap))
      .join('')
    const room = Math.max(NARROWEST, width - indent - widthOf(head))
    const last = row.at(-1) ?? ''
    const lines = width === Infinity ? [last] : wrapped(last, room)
    const below = margin + ' '.repeat(widthOf(head))
    return lines.map((line, i) =>
      `${i === 0 ? margin + head : below}${styleLast(line, at)}`.trimEnd(),
    )
  })
}

/** `name  value` lines, the names dimmed by the caller's style. */
export const facts = (
  rows: ReadonlyArray<readonly [name: string, value: string]>,
  options: TableOptions & { readonly dim?: (text: string) => string },
): ReadonlyArray<string> =>
  table(
    rows.map(([name, value]) => [(options.dim ?? ((text) => text))(name), value]),
    options,
  )
