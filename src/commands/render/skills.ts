// `hook skill` for a person: what is not as it was trusted first, and why it counts. Names are a
// repository's own, and are made printable here.
import type { SkillLine, SkillReport } from '../../domain/control/skills.ts'
import { ACCEPT_COMMAND, codeInWords } from '../../domain/skills/words.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import type { StyleName } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

const MOST_LISTED = 200

const COLOUR: Readonly<Record<SkillLine['status'], StyleName>> = {
  matched: 'green',
  modified: 'red',
  unknown: 'yellow',
  missing: 'dim',
}

/** `most`: lines of what is as it was trusted; 0 for a report of what is not. */
export const skillLines = (
  report: SkillReport,
  { all }: { readonly all: boolean },
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const shown = report.skills.filter(({ status }) => all || status !== 'matched')
  const left = shown.length - MOST_LISTED
  const rows = shown
    .slice(0, MOST_LISTED)
    .map((line) => [
      style[COLOUR[line.status]](line.status),
      line.item.kind,
      line.item.level,
      line.status === 'missing' ? '' : line.item.hash.slice(0, 12),
      [printed(line.file, 300), ...whyOf(line)].join(' · '),
    ])
  return [
    ...(rows.length === 0
      ? []
      : [
          ...table([['status', 'kind', 'level', 'hash', 'file'].map(style.bold), ...rows], {
            width,
            indent: 0,
          }),
          ...(left > 0 ? [style.dim(`and ${count(left)} more: --json lists them`)] : []),
          '',
        ]),
    summary(report, style),
    ...firstLine(report),
    ...heldUp(report, style),
  ]
}

const whyOf = ({ code, unreadable, injection }: SkillLine): ReadonlyArray<string> => [
  ...(code === undefined ? [] : [codeInWords(code)]),
  ...(unreadable === undefined ? [] : [printed(unreadable, 80)]),
  ...(injection === undefined
    ? []
    : [`reads like an attempt to instruct the agent (${injection.toFixed(2)})`]),
]

const summary = ({ counts, project, tookMs }: SkillReport, style: Terminal['style']): string => {
  const { matched, modified, unknown, missing } = counts
  const paint = (name: SkillLine['status'], many: number): string => {
    const text = `${count(many)} ${name}`
    return many === 0 ? style.dim(text) : style[COLOUR[name]](text)
  }
  const where = project === null ? '' : ` for ${printed(project, 120)} and the user`
  return `${[paint('matched', matched), paint('modified', modified), paint('unknown', unknown), paint('missing', missing)].join('  ')}${style.dim(`${where}, ${tookMs} ms`)}`
}

const firstLine = ({ first }: SkillReport): ReadonlyArray<string> =>
  first === 0
    ? []
    : [`${count(first)} of the user’s own were taken as they are: this was the first look at them.`]

const heldUp = (
  { skills, enforced }: SkillReport,
  style: Terminal['style'],
): ReadonlyArray<string> => {
  const held = skills.filter(({ code }) => code !== undefined).length
  if (held === 0) return []
  const what = held === 1 ? 'One of them holds' : `${count(held)} of them hold`
  return [
    style.red(
      enforced
        ? `${what} sessions up here: prompts and tool calls are denied.`
        : `${what} sessions up here in enforce mode; profile mode only warns.`,
    ),
    `${style.dim('→')} ${ACCEPT_COMMAND}   ${style.dim('when you have looked at them')}`,
    `${style.dim('→')} isonapse hook skill trust FILE   ${style.dim('one of them')}`,
  ]
}
