// What `intel scan` found, for a person: where, what kind, and the value masked. Never a value whole:
// the terminal's scrollback, or the agent, may be reading.
import type { Detection, InjectionHit, Span } from '../../domain/sensitive/span.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>

/** Of a value, at most this many characters and never more than a fifth are shown. */
const MOST_SHOWN = 4
const MOST_ROWS = 200
const MOST_QUOTED = 48

export const masked = (value: string): string => {
  const shown = Math.min(MOST_SHOWN, Math.floor(value.length / 5))
  return `${printed(value.slice(0, shown))}… (${value.length} characters)`
}

export const scanLines = (
  text: string,
  { spans, injection }: Detection,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const place = placesOf(text)
  const { label, score, hits } = injection
  const found = label === 'injection' ? style.red(label) : style.green(label)
  return [
    ...table(
      spans
        .slice(0, MOST_ROWS)
        .map(({ start, end, type, detector }) => [
          style.dim(place(start)),
          type === 'SECRET' ? style.red(type) : style.yellow(type),
          style.dim(detector.replace('rules:', '')),
          masked(text.slice(start, end)),
        ]),
      { width },
    ),
    ...(spans.length > MOST_ROWS ? [style.dim(`  … ${spans.length - MOST_ROWS} more`)] : []),
    ...(spans.length > 0 ? [''] : []),
    `${style.bold('values')}     ${spans.length === 0 ? 'none found' : countsOf(spans)}`,
    `${style.bold('injection')}  ${found} (${score.toFixed(2)})`,
    ...table(
      hits
        .slice(0, MOST_ROWS)
        .map((hit) => [style.dim(place(hit.start)), style.dim(hit.rule), quoted(text, hit, spans)]),
      { width },
    ),
  ]
}

const countsOf = (spans: ReadonlyArray<Span>): string =>
  [...Map.groupBy(spans, ({ type }) => type)]
    .map(([type, of]) => `${of.length} ${type}`)
    .sort()
    .join(', ')

/** The words that were taken for a sign, unless a value stands in them. */
const quoted = (text: string, { start, end }: InjectionHit, spans: ReadonlyArray<Span>): string =>
  spans.some((span) => span.start < end && span.end > start)
    ? '…'
    : printed(text.slice(start, end).replaceAll(/\s+/g, ' '), MOST_QUOTED)

/** Offsets as `line:column`, both from 1; asked in any order. */
const placesOf = (text: string): ((offset: number) => string) => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return `${low + 1}:${offset - starts[low]! + 1}`
  }
}
