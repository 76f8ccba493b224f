// Benchmark rows as a table for people: the value, what it is compared with, and whether the target
// is met. Rows are data; nothing is measured here.
import type { BenchRow } from './scratch.ts'

/** A row with the same work done by something else, on the same machine in the same minutes. */
export interface ComparedRow extends BenchRow {
  readonly beside?: {
    readonly name: string
    readonly value: number
    /** The value may be at most this many times the other. */
    readonly atMost?: number
  }
}

/** Times, sizes and shares of a core, of which less is better; of all other units more is. */
const LESS_IS_BETTER = new Set(['ms', 'µs', 's', 'MB', '%'])

export const ratioOf = ({ value, beside }: ComparedRow): number | undefined =>
  beside === undefined ? undefined : value / beside.value

/** Undefined where the row has no target. */
export const isMet = (row: ComparedRow): boolean | undefined => {
  const { value, unit, target, beside } = row
  const limits: Array<boolean> = []
  if (target !== undefined)
    limits.push(LESS_IS_BETTER.has(unit) ? value <= target : value >= target)
  if (beside?.atMost !== undefined) limits.push(value / beside.value <= beside.atMost)
  return limits.length === 0 ? undefined : limits.every(Boolean)
}

const targetOf = ({ unit, target, beside }: ComparedRow): string =>
  [
    ...(target === undefined ? [] : [`${LESS_IS_BETTER.has(unit) ? '≤' : '≥'} ${number(target)}`]),
    ...(beside?.atMost === undefined ? [] : [`≤ ${beside.atMost} × ${beside.name}`]),
  ].join(', ')

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })

const comparedOf = (row: ComparedRow): string => {
  const ratio = ratioOf(row)
  return ratio === undefined ? '' : `${ratio.toFixed(2)} × ${row.beside!.name}`
}

const HEAD = ['', 'value', '', 'beside', 'target', '']

/** Lines of an aligned table. Numbers are right-aligned. */
export const tableOf = (rows: ReadonlyArray<ComparedRow>): string => {
  const cells = [
    HEAD,
    ...rows.map((row) => {
      const met = isMet(row)
      const verdict = met === undefined ? '' : met ? 'met' : 'MISSED'
      return [row.name, number(row.value), row.unit, comparedOf(row), targetOf(row), verdict]
    }),
  ]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
