// What installing, starting and their opposites did, as a checklist.
import type { StatusReport } from '../../domain/control/methods.ts'
import type { LifecycleReport, Step } from '../../infra/client/report.ts'
import type { Initialised } from '../../infra/control/initialise.ts'
import type { AppPaths } from '../../infra/paths.ts'
import { printed } from '../terminal/printed.ts'
import type { Style } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const MARKS: Record<Step['outcome'], (style: Style) => string> = {
  done: (style) => style.green('✓'),
  kept: (style) => style.dim('='),
  skipped: (style) => style.yellow('-'),
  failed: (style) => style.red('✗'),
}

export const stepLines = (
  steps: ReadonlyArray<Step>,
  { style, width }: Look,
): ReadonlyArray<string> =>
  table(
    steps.map(({ what, path, outcome, detail }) => [
      MARKS[outcome](style),
      printed(what),
      printed(path === null ? detail : `${detail}  (${path})`),
    ]),
    { width },
  )

/** The steps, then what the person must know or do. */
export const reportLines = (report: LifecycleReport, look: Look): ReadonlyArray<string> => [
  ...stepLines(report.steps, look),
  ...nextLines(report.next, look),
]

export const nextLines = (
  next: ReadonlyArray<string>,
  { style, width }: Look,
): ReadonlyArray<string> =>
  next.length === 0
    ? []
    : [
        '',
        ...table(
          next.map((line) => [style.yellow('→'), printed(line)]),
          { width },
        ),
      ]

export const initialisedLines = (
  { created, origin, verifierKey, level }: Initialised,
  { configDir, dataDir }: AppPaths,
  { style, width }: Look,
): ReadonlyArray<string> => [
  created ? style.bold('Created.') : 'Everything was there already; nothing was changed.',
  ...table(
    [
      [style.dim('assurance'), level],
      [style.dim('log'), printed(origin)],
      ...(verifierKey === '' ? [] : [[style.dim('key'), printed(verifierKey)]]),
      [style.dim('config'), printed(configDir)],
      [style.dim('data'), printed(dataDir)],
    ],
    { width },
  ),
  ...(created
    ? nextLines(['isonapse hook install and isonapse hook start, or isonapse hook up for both'], {
        style,
        width,
      })
    : []),
]

export const startedLine = (
  begun: boolean,
  { pid, mode, hookSocket }: StatusReport,
  { style }: Look,
): string =>
  `${begun ? 'Started' : 'Running already'} (pid ${pid ?? '?'}), ${style.bold(mode)} mode, ${style.dim(printed(hookSocket))}`
