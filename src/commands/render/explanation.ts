// `hook explain` for a person: the verdict, which words of the command do what and what each of it
// weighs, the rules behind it, and what would change it.
import type { Explanation } from '../../domain/control/methods.ts'
import type { NearestWay } from '../../domain/explain/nearest.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import type { EffectFinding, Findings, InForceNow } from '../oneShot/findings.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo, widthOf, wrapped } from '../terminal/width.ts'
import { unreadParts, whatWouldChange } from './remedy.ts'
import { verdictTitle, verdictWord } from './verdict.ts'

export interface Explained {
  readonly tool: string
  /** The text that spans are offsets into, where there is one. */
  readonly text: string | undefined
  readonly explanation: Explanation
  readonly findings: Findings
  /** Rewritings of the command that are judged more mildly. */
  readonly instead: ReadonlyArray<NearestWay>
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
  /** The words of the command or of a line of a script, or the tool's name for what it does itself. */
  readonly heading: string
  readonly effects: ReadonlyArray<EffectFinding>
}

/** Effects by the words they come from: those of the command in its order, then those of scripts. */
const partsOf = ({ tool, text, explanation, findings }: Explained): ReadonlyArray<Part> => {
  const sites = new Map((explanation.sites ?? []).map((site) => [site.effect, site]))
  const files: Array<string> = []
  const parts = new Map<
    string,
    { at: readonly [file: number, start: number]; heading: string; effects: Array<EffectFinding> }
  >()
  for (const [index, finding] of findings.effects.entries()) {
    const { span, in: file } = finding.effect
    const name = file === undefined ? '' : pathInWords(file)
    if (!files.includes(name)) files.push(name)
    const at = name === '' ? 0 : 1 + files.indexOf(name)
    const site = sites.get(index)
    const inText =
      name === '' && span !== undefined && text !== undefined && span.end <= text.length
    const [key, start, heading] = inText
      ? [`${span.start}-${span.end}`, span.start, oneLine(text.slice(span.start, span.end))]
      : name === ''
        ? ['', -1, tool]
        : site === undefined
          ? [name, -1, name]
          : [`${name}:${site.line}`, site.line, `${name}:${site.line}  ${site.text}`]
    const part = parts.get(key) ?? { at: [at, start], heading: printed(heading), effects: [] }
    part.effects.push(finding)
    parts.set(key, part)
  }
  return [...parts.values()].sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1])
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ')

/** `    defer   ` before the words of an effect. */
const VERDICT_WIDTH = 6
const MARGIN = 4 + VERDICT_WIDTH + 2

/**
 * Each effect with its verdict and the rule behind it: on one line, in columns, where that fits; the
 * rule below its effect where it does not.
 */
const partLines = (
  { heading, effects }: Part,
  decided: Explanation['verdict'],
  { call }: Findings,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const rows = effects.slice(0, MOST_EFFECTS).map(({ verdict, words, rules }) => ({
    verdict,
    words: words.startsWith(' ') ? `it${words}` : words,
    rules: (rules.length > 0 ? rules : call.rules).map((id) => printed(id)).join(', '),
  }))
  const widest = (fits: (words: number, rules: number) => boolean) =>
    Math.max(
      0,
      ...rows
        .filter(({ words, rules }) => fits(widthOf(words), widthOf(rules)))
        .map(({ words }) => widthOf(words)),
    )
  const column = widest((words, rules) => MARGIN + words + 2 + rules <= width)
  const lines = rows.flatMap(({ verdict, words, rules }) => {
    const head = `    ${verdictWord(verdict, style, { width: VERDICT_WIDTH })}  `
    const look = verdict === decided && decided !== 'permit' ? style.bold : (text: string) => text
    if (widthOf(words) <= column && MARGIN + column + 2 + widthOf(rules) <= width)
      return [`${head}${look(padTo(words, column))}  ${style.dim(rules)}`]
    const [first = '', ...rest] = wrapped(words, Math.max(20, width - MARGIN))
    const below = ' '.repeat(MARGIN)
    return [head + look(first), ...rest.map((line) => below + look(line)), below + style.dim(rules)]
  })
  const more = effects.length - rows.length
  return [
    `  ${style.cyan(width === Infinity ? heading : fitted(heading, width - 2))}`,
    ...lines,
    ...(more > 0 ? [`    ${style.dim(`and ${more} more`)}`] : []),
    '',
  ]
}

const factLines = (explained: Explained, { style, width }: Look): ReadonlyArray<string> => {
  const { tool, explanation, findings, inForce } = explained
  const rows: Array<readonly [string, string]> = []
  for (const [i, rule] of findings.rules.entries())
    rows.push([i === 0 ? 'rules' : '', `${printed(rule.id)}: ${printed(rule.reason)}`])
  for (const [i, line] of unreadParts(findings).entries())
    rows.push([i === 0 ? 'unread' : '', printed(line)])
  rows.push(['capabilities', explanation.capabilities.map((one) => printed(one)).join(', ')])
  rows.push(['answer', answerOf(explanation.verdict, inForce)])
  for (const [i, way] of explained.instead.entries())
    rows.push([
      i === 0 ? 'instead' : '',
      `${printed(oneLine(way.command))}  (${way.how}: ${way.verdict === 'permit' ? 'permitted' : 'asks you'})`,
    ])
  if (explanation.verdict !== 'permit')
    for (const [i, way] of waysOf(findings).entries())
      rows.push([i === 0 && explained.instead.length === 0 ? 'instead' : '', printed(way)])
  for (const [i, line] of whatWouldChange(
    printed(tool, 60),
    explanation.verdict,
    findings,
  ).entries())
    rows.push([i === 0 ? 'changed by' : '', printed(line)])
  return table(
    rows.map(([name, value]) => [style.dim(name), value]),
    { width },
  )
}

/** What the rules themselves name as the nearest permitted way. */
const waysOf = ({ rules }: Findings): ReadonlyArray<string> =>
  rules.flatMap(({ instead }) => (instead === undefined ? [] : [instead]))

const answerOf = (
  verdict: Explanation['verdict'],
  { mode, posture, suspended }: InForceNow,
): string => {
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
