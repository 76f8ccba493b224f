// The live line of `hook serve` and `witness monitor`: one for each event of the client, with what was
// decided on it, and one for each change of the gate's own state.
import { clock } from '../terminal/time.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo } from '../terminal/width.ts'
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
const ENDED: ReadonlySet<unknown> = new Set(['tool.after', 'tool.failed'])

export interface LiveLines {
  /** What the next entry gives to show. */
  readonly next: (entry: ShownEntry) => ReadonlyArray<EntryFacts>
  /** What was held back to be shown with its decision and got none. */
  readonly flush: () => ReadonlyArray<EntryFacts>
}

/** Entries of one event come directly one after the other: they are shown as one. */
export const liveLines = (): LiveLines => {
  let held: { readonly facts: EntryFacts; readonly awaits: 'DecisionMade' | 'ToolFinished' } | undefined
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
        return [{ ...facts, what: _tag === 'ToolFinished' ? what : facts.what, tool: tool || facts.tool }]
      }
      const before = flush()
      // A call that ended without being shown to a hook of its own: the batch only reports it.
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

/** One line, cut to the terminal: time, session, event, tool, verdict, detail. */
export const liveLine = (facts: EntryFacts, { style, width }: Look): string => {
  const wide = width >= WIDE
  const gap = wide ? '  ' : ' '
  const session = (facts.session ?? '-').slice(0, wide ? 8 : 6)
  const head = [
    style.dim(clock(facts.time)),
    style.dim(padTo(session, wide ? 8 : 6)),
    padTo(fitted(facts.what, wide ? 19 : 18), wide ? 19 : 18),
    padTo(fitted(facts.tool, wide ? 14 : 9), wide ? 14 : 9),
    verdictCell(facts, style),
  ].join(gap)
  const used = wide ? 8 + 8 + 19 + 14 + 13 + 10 : 8 + 6 + 18 + 9 + 13 + 5
  const room = width === Infinity ? Infinity : Math.max(10, width - used)
  const detail = room === Infinity ? facts.detail : fitted(facts.detail, room)
  const shown = facts.alarming ? style.red(detail) : facts.verdict === 'permit' ? style.dim(detail) : detail
  return `${head}${gap}${shown}`.trimEnd()
}

const CELL = 13

const verdictCell = ({ verdict, enforced }: EntryFacts, style: Look['style']): string => {
  if (verdict === undefined) return ' '.repeat(CELL)
  const word = verdictWord(verdict, style)
  if (verdict === 'permit') return padTo(word, CELL)
  return padTo(enforced ? `${style.bold(word)} enforced` : `${word} ${style.dim('shadow')}`, CELL)
}
