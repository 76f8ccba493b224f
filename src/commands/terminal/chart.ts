// Numbers as pictures in text: bars beside each other, and a row of small columns.

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const COLUMNS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A bar of at most `width` cells, to an eighth of a cell; something that is not nothing shows. */
export const bar = (value: number, most: number, width: number): string => {
  if (value <= 0 || most <= 0) return ''
  const eighths = Math.max(1, Math.round((Math.min(value, most) / most) * width * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!
}

/** One column for each number, as high as it is beside the largest; nothing is a dot. */
export const sparkline = (values: ReadonlyArray<number>): string => {
  const most = Math.max(0, ...values)
  return values
    .map((value) =>
      value <= 0 ? '·' : COLUMNS[Math.min(7, Math.ceil((value / most) * COLUMNS.length) - 1)]!,
    )
    .join('')
}
