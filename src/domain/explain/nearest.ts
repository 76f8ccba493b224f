// The nearest way that the policy minds less: a command is rewritten in the words that decided, and
// each rewriting is judged like any call. What is shown is what was judged, never a guess.
import type { Span } from '../action/effect.ts'
import type { Verdict } from '../policy/verdict.ts'
import { DROPPABLE, GENTLER, REHEARSALS } from './gentler.ts'

export interface NearestWay {
  /** The whole command with the words changed. */
  readonly command: string
  readonly verdict: Verdict
  /** What is different, in a few words. */
  readonly how: string
}

/** How a command is judged. */
export type JudgeCommand = (command: string) => Verdict | Promise<Verdict>

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }
const MOST_TRIED = 24
const MOST_SHOWN = 2
const LONGEST = 4096

interface Proposal {
  readonly words: string
  readonly how: string
}

/** Rewritings of one simple command. */
const proposalsFor = (words: string): ReadonlyArray<Proposal> => {
  const out: Array<Proposal> = []
  for (const { from, to, how } of GENTLER)
    if (from.test(words)) out.push({ words: words.replace(from, to), how })
  const known = out.length > 0
  const parts = words.split(/\s+/)
  for (const flag of new Set(parts))
    if (DROPPABLE.has(flag))
      out.push({ words: parts.filter((part) => part !== flag).join(' '), how: `without ${flag}` })
  const inner = /^(?:sudo|doas)\s+(?!-)(.+)$/s.exec(words)?.[1]
  if (inner !== undefined) out.push({ words: inner, how: `without ${parts[0]}` })
  // Where a row knows how this program does it gently, a guessed flag may be none of its own.
  if (known) return out
  for (const flag of REHEARSALS) out.push({ words: `${words} ${flag}`, how: `with ${flag}` })
  return out
}

/**
 * At most two ways with a milder verdict, the mildest first. `spans` are the words that decided, in the
 * order of the text; words that repeat count once.
 */
export const nearestWays = async (
  command: string,
  verdict: Verdict,
  spans: ReadonlyArray<Span>,
  judge: JudgeCommand,
): Promise<ReadonlyArray<NearestWay>> => {
  if (verdict === 'permit' || command.length > LONGEST) return []
  const found: Array<NearestWay> = []
  const tried = new Set<string>([command])
  const tryOut = async (text: string, how: string): Promise<void> => {
    if (text.trim() === '' || tried.has(text) || tried.size > MOST_TRIED) return
    tried.add(text)
    const milder = await judge(text)
    if (RANK[milder] < RANK[verdict]) found.push({ command: text, verdict: milder, how })
  }
  for (const { words, how } of proposalsFor(command.trim())) await tryOut(words, how)
  for (const { start, end } of distinct(spans)) {
    if (end > command.length || (start === 0 && end === command.length)) continue
    for (const { words, how } of proposalsFor(command.slice(start, end).trim()))
      await tryOut(command.slice(0, start) + words + command.slice(end), how)
  }
  return found.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]).slice(0, MOST_SHOWN)
}

const distinct = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => [
  ...new Map(spans.map((span) => [`${span.start}-${span.end}`, span])).values(),
]
