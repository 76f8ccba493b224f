// The live line of `hook serve` and `witness monitor`: one for each event of the client, with what was
// decided on it, and one for each change of the gate's own state.
import { clock } from '../terminal/time.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo, widthOf } from '../terminal/width.ts'
import { type EntryFacts, factsOf, type ShownEntry } from './entry.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

/** Pieces of larger things and bookkeeping: nothing to watch. */
const QUIET: ReadonlySet<string> = new Set(['Chunk', 'SnapshotTaken'])

/** Events whose HookReceived is directly followed by a DecisionMade. */
const DECIDED: ReadonlySet<unknown> = new Set([
  'tool.before',
  'permission.asked',
  'prompt',
  'prompt.expanded',
  'config.changed',
])
/** Events whose HookReceived is directly followed by a ToolFinished, where a call ended with them. */
const ENDED: ReadonlySet<unknown> = new Set(['tool.after', 'tool.failed', 'tool.batch'])

export interface LiveLines {
  /** What the next entry gives to show. */
  readonly next: (entry: ShownEntry) => ReadonlyArray<EntryFacts>
  /** What was held back to be shown with its decision and got none. */
  readonly flush: () => ReadonlyArray<EntryFacts>
}

/** Entries of one event come directly one after the other: they are shown as one. */
export const liveLines = (): LiveLines => {
  let held:
    { readonly facts: EntryFacts; readonly awaits: 'DecisionMade' | 'ToolFinished' } | undefined
  const flush = () => {
    const facts = held === undefined ? [] : [held.facts]
    held = undefined
    return facts
  }
  return {
    flush,
    next: (entry) => {
      const { _tag, kind } = entry.event
      if (QUIET.has(_tag)) return []
      const facts = factsOf(entry)
      if (_tag === held?.awaits) {
        const { what, tool } = held.facts
        held = undefined
        return [
          { ...facts, what: _tag === 'ToolFinished' ? what : facts.what, tool: tool || facts.tool },
        ]
      }
      const before = flush()
      if (_tag === 'HookReceived' && (DECIDED.has(kind) || ENDED.has(kind))) {
        held = { facts, awaits: DECIDED.has(kind) ? 'DecisionMade' : 'ToolFinished' }
        return before
      }
      return [...before, facts]
    },
  }
}

/** Below this many columns the fields are narrower. */
const WIDE = 100

interface Columns {
  readonly gap: string
  readonly session: number
  readonly what: number
  readonly tool: number
  readonly verdict: number
}

const columnsFor = (width: number): Columns =>
  width >= WIDE
    ? { gap: '  ', session: 8, what: 19, tool: 14, verdict: 14 }
    : { gap: ' ', session: 4, what: 17, tool: 8, verdict: 14 }

/** One line, cut to the terminal: time, session, event, tool, verdict, detail. */
export const liveLine = (facts: EntryFacts, { style, width }: Look): string => {
  const { gap, ...columns } = columnsFor(width)
  const cells: ReadonlyArray<readonly [text: string, width: number, style?: 'dim']> = [
    [clock(facts.time), 8, 'dim'],
    [(facts.session ?? '-').slice(0, columns.session), columns.session, 'dim'],
    [facts.what, columns.what],
    [facts.tool, columns.tool],
  ]
  const head = cells.map(([text, width, look]) => {
    const cell = padTo(fitted(text, width), width) + gap
    return look === undefined ? cell : style[look](cell)
  })
  head.push(padTo(verdictCell(facts, style), columns.verdict) + gap)
  const room = width - head.reduce((sum, cell) => sum + widthOf(cell), 0)
  const detail = room === Infinity ? facts.detail : fitted(facts.detail, Math.max(10, room))
  return `${head.join('')}${detailStyle(facts, style)(detail)}`.trimEnd()
}

const detailStyle = ({ alarming, verdict }: EntryFacts, style: Look['style']) =>
  alarming ? style.red : verdict === 'permit' ? style.dim : (text: string) => text

const verdictCell = ({ verdict, enforced }: EntryFacts, style: Look['style']): string => {
  if (verdict === undefined) return ''
  const word = verdictWord(verdict, style)
  if (verdict === 'permit') return word
  return enforced ? style.bold(`${word} enforced`) : `${word} ${style.dim('shadow')}`
}
