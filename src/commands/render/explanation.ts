// `hook explain` for a person: the verdict, which words of the command do what and what each of it
// weighs, the rules behind it, and what would change it.
import type { Explanation } from '../../domain/control/methods.ts'
import type { EffectFinding, Findings, InForceNow } from '../oneShot/findings.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo, widthOf, wrapped } from '../terminal/width.ts'
import { whatWouldChange } from './remedy.ts'
import { verdictTitle, verdictWord } from './verdict.ts'

export interface Explained {
  readonly tool: string
  /** The text that spans are offsets into, where there is one. */
  readonly text: string | undefined
  readonly explanation: Explanation
  readonly findings: Findings
  readonly inForce: InForceNow
}

type Look = Pick<Terminal, 'style' | 'width'>

/** Effects shown for one part of a command; the rest is counted. */
const MOST_EFFECTS = 40

export const explanationLines = (explained: Explained, look: Look): ReadonlyArray<string> => {
  const { explanation, findings } = explained
  return [
    ...titleLines(explained, look),
    '',
    ...partsOf(explained).flatMap((part) => partLines(part, explanation.verdict, findings, look)),
    ...factLines(explained, look),
  ]
}

const titleLines = ({ explanation }: Explained, { style, width }: Look): ReadonlyArray<string> => {
  const { verdict, reason } = explanation
  const title = verdictTitle(verdict, style)
  const room = width === Infinity ? Infinity : width - widthOf(title) - 2
  const lines = room === Infinity ? [printed(reason)] : wrapped(printed(reason), room)
  return lines.map((line, i) =>
    i === 0 ? `${title}  ${line}` : `${' '.repeat(widthOf(title) + 2)}${line}`,
  )
}

interface Part {
  /** The words of the command, or the tool's name for what it does by itself. */
  readonly heading: string
  readonly effects: ReadonlyArray<EffectFinding>
}

/** Effects by the words they come from, in the order of the text. */
const partsOf = ({ tool, text, findings }: Explained): ReadonlyArray<Part> => {
  const parts = new Map<string, { start: number; heading: string; effects: Array<EffectFinding> }>()
  for (const finding of findings.effects) {
    const { span } = finding.effect
    const inText = span !== undefined && text !== undefined && span.end <= text.length
    const key = inText ? `${span.start}-${span.end}` : ''
    const part = parts.get(key) ?? {
      start: inText ? span.start : -1,
      heading: printed(inText ? oneLine(text.slice(span.start, span.end)) : tool),
      effects: [],
    }
    part.effects.push(finding)
    parts.set(key, part)
  }
  return [...parts.values()].sort((a, b) => a.start - b.start)
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ')

const partLines = (
  { heading, effects }: Part,
  decided: Explanation['verdict'],
  { call }: Findings,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const shown = effects.slice(0, MOST_EFFECTS)
  const room = width === Infinity ? Infinity : width - 2
  const rows = shown.map(({ verdict, words, rules }) => [
    verdictWord(verdict, style, { width: 6 }),
    verdict === decided && decided !== 'permit' ? style.bold(words) : words,
    style.dim(rules.map((id) => printed(id)).join(', ') || call.rules.join(', ')),
  ])
  const wordsWidth = Math.max(...rows.map(([, words]) => widthOf(words!)))
  const oneEach =
    room === Infinity || rows.every((row) => 4 + 6 + 2 + wordsWidth + 2 + widthOf(row[2]!) <= room)
  const lines = rows.flatMap(([verdict, words, rules]) =>
    oneEach
      ? [`    ${verdict}  ${padTo(words!, wordsWidth)}  ${rules}`.trimEnd()]
      : [...hanging(`    ${verdict}  `, words!, width), `            ${rules}`],
  )
  const more = effects.length - shown.length
  return [
    `  ${style.cyan(room === Infinity ? heading : fitted(heading, room - 2))}`,
    ...lines,
    ...(more > 0 ? [`    ${style.dim(`and ${more} more`)}`] : []),
    '',
  ]
}

/** Styled words are wrapped only where they are plain: a styled line may run over. */
const hanging = (head: string, words: string, width: number): ReadonlyArray<string> => {
  const indent = widthOf(head)
  if (words.includes('\u001b') || indent + widthOf(words) <= width) return [head + words]
  return wrapped(words, width - indent).map((line, i) =>
    i === 0 ? head + line : ' '.repeat(indent) + line,
  )
}

const factLines = (explained: Explained, { style, width }: Look): ReadonlyArray<string> => {
  const { tool, explanation, findings, inForce } = explained
  const rows: Array<readonly [string, string]> = []
  for (const [i, rule] of findings.rules.entries())
    rows.push([i === 0 ? 'rules' : '', `${printed(rule.id)}: ${printed(rule.reason)}`])
  rows.push(['capabilities', explanation.capabilities.map((one) => printed(one)).join(', ')])
  rows.push(['answer', answerOf(explanation.verdict, inForce)])
  for (const [i, line] of whatWouldChange(printed(tool, 60), explanation.verdict, findings).entries())
    rows.push([i === 0 ? 'changed by' : '', printed(line)])
  return table(
    rows.map(([name, value]) => [style.dim(name), value]),
    { width },
  )
}

const answerOf = (verdict: Explanation['verdict'], { mode, posture, suspended }: InForceNow): string => {
  if (suspended || posture === 'locked') return 'blocked: everything is denied now'
  const wouldBe =
    verdict === 'permit'
      ? 'the client’s own permission flow goes on'
      : verdict === 'deny' || posture === 'autonomous'
        ? 'the call is blocked, and the agent is told the reason'
        : 'the client asks you'
  return mode === 'enforce' || verdict === 'permit'
    ? wouldBe
    : `in profile mode the call proceeds; in enforce: ${wouldBe}`
}
