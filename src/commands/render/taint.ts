// `hook taint` for a person: the sessions that read an injection, since when, and what that changes.
import type { TaintLine, TaintList } from '../../domain/control/taint.ts'
import { sourceInWords } from '../../domain/sensitive/injection/told.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'

const MOST_LISTED = 50

const ACTION_WORDS: Readonly<Record<TaintList['action'], string>> = {
  off: 'injection.action is off: nothing is looked for',
  report: 'injection.action is report: hits are recorded, the model is not told',
  warn: 'injection.action is warn: the model is told of hits',
  withhold: 'injection.action is withhold: what is sure and from elsewhere is kept from the model',
}

export const taintLines = (
  { sessions, action, now }: TaintList,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const how = style.dim(ACTION_WORDS[action])
  if (sessions.length === 0) return ['No session is tainted.', how]
  const left = sessions.length - MOST_LISTED
  return [
    ...table(
      [
        ['session', 'since', 'score', 'hits', 'from'].map((name) => style.bold(name)),
        ...sessions
          .slice(0, MOST_LISTED)
          .map((one) => [
            style.yellow(printed(one.session, 64)),
            ago(one.time, now),
            one.score.toFixed(2),
            count(one.hits),
            fromText(one),
          ]),
      ],
      { width, indent: 0 },
    ),
    ...(left > 0 ? [style.dim(`and ${count(left)} more: --json lists them`)] : []),
    '',
    ...stricterLines(sessions),
    `${style.dim('→')} isonapse hook witness query --kind InjectionDetected   ${style.dim('what was found')}`,
    `${style.dim('→')} isonapse hook taint clear --session ID   ${style.dim('when you have looked')}`,
    how,
  ]
}

const fromText = ({ source, project, since }: TaintLine): string =>
  [
    sourceInWords(source ?? undefined),
    ...(project === null ? [] : [`in ${printed(project, 60)}`]),
    `entry ${since}`,
  ].join(', ')

/** Mostly the same for all: said once for each set of kinds. */
const stricterLines = (sessions: ReadonlyArray<TaintLine>): ReadonlyArray<string> => {
  const sets = new Set(sessions.map(({ stricter }) => stricter.join(', ')))
  return [...sets].map((kinds) =>
    kinds === ''
      ? 'The policy makes nothing stricter.'
      : `One verdict stricter: ${printed(kinds, 200)}`,
  )
}
