// What a search found, one line an entry, with its opened payload below where that was asked for.
import type { QueryItem } from '../../domain/control/methods.ts'
import { printedLines } from '../terminal/printed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { dateAndClock } from '../terminal/time.ts'
import { fitted } from '../terminal/width.ts'
import { factsOf } from './entry.ts'
import { liveLine } from './live.ts'

type Look = Pick<Terminal, 'style' | 'width'>

/** Lines of one payload that are shown; `--json` has it whole. */
const MOST_LINES = 40
const INDEX = 7

/** Turns items into lines, with a heading where a new day begins. */
export const foundLines = (look: Look): ((item: QueryItem) => ReadonlyArray<string>) => {
  let day = ''
  return (item) => {
    const today = dateAndClock(item.time).slice(0, 10)
    const heading = today === day ? [] : [look.style.bold(today)]
    day = today
    const line = liveLine(factsOf(item), { ...look, width: look.width - INDEX - 1 })
    const index = look.style.dim(String(item.index).padStart(INDEX))
    return [...heading, `${index} ${line}`, ...payloadLines(item, look)]
  }
}

const SEALED: Record<NonNullable<QueryItem['sealed']>, string> = {
  'no-key': 'sealed: its key is gone',
  damaged: 'sealed: it does not open, its bytes are damaged',
}

export const payloadLines = (
  { payload, sealed }: QueryItem,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const margin = ' '.repeat(INDEX + 3)
  if (sealed !== undefined) return [`${margin}${style.yellow(SEALED[sealed])}`]
  if (payload === undefined) return []
  const text = typeof payload === 'string' ? payload : (JSON.stringify(payload, null, 2) ?? '')
  return printedLines(text, MOST_LINES).map((line) =>
    style.dim(margin + (width === Infinity ? line : fitted(line, width - margin.length))),
  )
}
