// `hook explain` for a person: the verdict, which words of the command do what and what each of it
// weighs, the rules behind it, and what would change it.
import type { Explanation } from '../../domain/control/methods.ts'
import type { NearestWay } from '../../domain/explain/nearest.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import type { Answer, EffectFinding, Findings, InForceNow } from '../oneShot/findings.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo, widthOf, wrapped } from '../terminal/width.ts'
import { unreadParts, whatWouldChange } from './remedy.ts'
import { learnedInWords } from './habit.ts'
import { verdictTitle, verdictWord } from './verdict.ts'

export interface Explained {
  readonly tool: string
  /** The text that spans are offsets into, where there is one. */
  readonly text: string | undefined
  /** The file that is explained as if it were run, as the person named it. */
  readonly script: string | undefined
  readonly explanation: Explanation
  readonly findings: Findings
  /** Rewritings of the command that are judged more mildly. */
  readonly instead: ReadonlyArray<NearestWay>
  readonly inForce: InForceNow
}

type Look = Pick<Terminal, 'style' | 'width'>

/** Effects shown for one part of a command; the rest is counted. */
const MOST_EFFECTS = 40
/** Parts shown: those that decided before the others; the rest is counted. */
const MOST_PARTS = 24
const MOST_CAPABILITIES = 16

export const explanationLines = (explained: Explained, look: Look): ReadonlyArray<string> => {
  const { explanation, findings } = explained
  return [
    ...titleLines(explained, look),
    '',
    ...partsLines(partsOf(explained), explanation.verdict, findings, look),
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
  /**
   * The words of the command or of a line of a script; for what is done by no word of it the whole
   * command, the script's name or the tool's.
   */
  readonly heading: string
  readonly effects: ReadonlyArray<EffectFinding>
}

/** Effects by the words they come from: those of the command in its order, then those of scripts. */
const partsOf = (explained: Explained): ReadonlyArray<Part> => {
  const { tool, text, script, explanation, findings } = explained
  const whole = script ?? (text === undefined ? tool : oneLine(text))
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
        ? ['', -1, whole]
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

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

const strictest = ({ effects }: Part): number =>
  Math.max(0, ...effects.map(({ verdict }) => RANK[verdict]))

/** In their order, as many as there is room for: the strictest are kept. */
const partsLines = (
  parts: ReadonlyArray<Part>,
  decided: Verdict,
  findings: Findings,
  look: Look,
): ReadonlyArray<string> => {
  const kept = new Set([...parts].sort((a, b) => strictest(b) - strictest(a)).slice(0, MOST_PARTS))
  const left = parts.filter((part) => !kept.has(part))
  const effects = left.reduce((sum, part) => sum + part.effects.length, 0)
  return [
    ...parts
      .filter((part) => kept.has(part))
      .flatMap((part) => partLines(part, decided, findings, look)),
    ...(left.length === 0
      ? []
      : [
          `  ${look.style.dim(`and ${left.length} more parts with ${effects} effects, no stricter; --json has them all`)}`,
          '',
        ]),
  ]
}

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
  for (const [i, line] of rulesInWords(findings).entries())
    rows.push([i === 0 ? 'rules' : '', printed(line)])
  for (const [i, line] of unreadParts(findings).entries())
    rows.push([i === 0 ? 'unread' : '', printed(line)])
  rows.push(['capabilities', someOf(explanation.capabilities.map((one) => printed(one)))])
  if (explanation.guards !== undefined)
    rows.push([
      'guards',
      `${someOf(explanation.guards.map((one) => printed(one, 40)))}: asked beside the policy when the call is made`,
    ])
  rows.push(['answer', answerOf(findings.answers, inForce)])
  for (const [i, line] of learnedInWords(explanation).entries())
    rows.push([i === 0 ? 'learned' : '', printed(line)])
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

/** Rules with one reason share a line, and so do defaults. */
const rulesInWords = ({ rules }: Findings): ReadonlyArray<string> => {
  const defaults = rules.filter(({ source }) => source === 'default').length
  const ids = new Map<string, Array<string>>()
  for (const { id, source, reason } of rules) {
    const why = source === 'default' && defaults > 1 ? NO_RULE : reason
    ids.set(why, [...(ids.get(why) ?? []), id])
  }
  return [...ids].map(([why, of]) => `${of.join(', ')}: ${why}`)
}

const NO_RULE = 'no rule matches, so the default of each kind holds'

const someOf = (all: ReadonlyArray<string>): string =>
  all.length <= MOST_CAPABILITIES
    ? all.join(', ')
    : `${all.slice(0, MOST_CAPABILITIES).join(', ')} and ${all.length - MOST_CAPABILITIES} more`

const IN_WORDS: Record<Answer, string> = {
  runs: 'the client’s own permission flow goes on',
  asks: 'the client asks you',
  blocked: 'the call is blocked, and the agent is told the reason',
}

/** What the agent would meet now, and in which other postures it would be blocked. */
const answerOf = (
  answers: Findings['answers'],
  { mode, posture, suspended }: InForceNow,
): string => {
  if (suspended || posture === 'locked') return 'blocked: everything is denied now'
  const now = answers[posture ?? 'interactive']
  const stricter = (['autonomous', 'dry_run'] as const).filter(
    (other) => now !== 'blocked' && other !== posture && answers[other] === 'blocked',
  )
  const wouldBe =
    now === 'blocked' && posture !== null && answers.interactive !== 'blocked'
      ? `${IN_WORDS[now]}; in posture interactive: ${IN_WORDS[answers.interactive]}`
      : stricter.length === 0
        ? IN_WORDS[now]
        : `${IN_WORDS[now]}; in posture ${stricter.join(' or ')}: blocked`
  return mode === 'enforce' || now === 'runs'
    ? wouldBe
    : `in profile mode the call proceeds; in enforce: ${wouldBe}`
}
