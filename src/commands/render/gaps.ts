// `hook witness gaps` for a person: what slipped past, session by session, and how much was looked at.
import type { GapLine, GapsFound } from '../../domain/control/gaps.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago, dateAndClock } from '../terminal/time.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const MOST_SHOWN = 100

/** Whether the gate missed anything: the exit status. */
export const isWhole = ({ gapsInAll, ungated }: GapsFound): boolean =>
  gapsInAll + ungated.length === 0

export const gapLines = (found: GapsFound, look: Look): ReadonlyArray<string> => {
  const { style } = look
  const compared = `${plural(found.calls, 'new call')} compared in ${plural(found.transcripts, 'transcript')}`
  const notes = [
    ...(found.waiting > 0
      ? [`${plural(found.waiting, 'call')} ended just now: ask again in a quarter of a minute`]
      : []),
    ...(found.unread > 0 ? [`${plural(found.unread, 'line')} could not be read`] : []),
    ...(found.recorded
      ? []
      : ['no control plane runs, so nothing new was recorded: isonapse hook start']),
  ].map((note) => style.dim(note))
  if (found.since === null)
    return ['No hook was ever installed here, so nothing could slip past.', '  → isonapse hook up']
  const since = style.dim(`since ${dateAndClock(found.since)}, when log and hooks were there`)
  if (isWhole(found))
    return [
      `${style.green('No gap')}: every call that ran was seen.`,
      `${compared}, ${since}`,
      ...notes,
    ]
  return [
    ...ungatedLines(found, look),
    ...callLines(found, look),
    `${compared}, ${count(found.found)} new ${found.found === 1 ? 'gap' : 'gaps'}, ${since}`,
    ...notes,
    `${style.dim('→')} isonapse hook doctor   ${style.dim('says whether the hooks are on now')}`,
  ]
}

const ungatedLines = ({ ungated, now }: GapsFound, { style, width }: Look) =>
  ungated.length === 0
    ? []
    : [
        style.bold('Sessions that sent the gate nothing'),
        ...table(
          ungated
            .slice(0, MOST_SHOWN)
            .map(({ session, time, index }) => [
              style.red(printed(session, 64)),
              time === null ? '' : ago(time, now),
              index === null ? 'not recorded' : `entry ${index}`,
            ]),
          { width },
        ),
        '',
      ]

const callLines = ({ gaps, gapsInAll, now }: GapsFound, { style, width }: Look) => {
  if (gapsInAll === 0) return []
  const shown = gaps.slice(0, MOST_SHOWN)
  return [
    style.bold('Calls that ran and were not decided on'),
    ...table(
      shown.map((one) => [
        style.red(printed(one.tool, 40)),
        printed(one.session, 64).slice(0, 8),
        one.time === null ? '' : ago(one.time, now),
        one.index === null ? 'not recorded' : `entry ${one.index}`,
        detailOf(one),
      ]),
      { width },
    ),
    ...(gapsInAll > shown.length
      ? [`  ${style.dim(`and ${count(gapsInAll - shown.length)} more; --json lists them`)}`]
      : []),
    '',
  ]
}

const detailOf = ({ agent, seenIn, decision, toolUseId }: GapLine): string =>
  [
    printed(toolUseId, 64),
    ...(agent === null ? [] : [`subagent ${printed(agent, 40)}`]),
    ...(decision === null ? [] : [`entry ${decision} had denied it`]),
    ...(seenIn === 'transcript' ? [] : [`seen in ${printed(seenIn, 40)}`]),
  ].join(', ')
