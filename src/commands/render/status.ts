// `hook status` for a person: what is wrong first, each with what to run; then the facts.
import type { StatusReport } from '../../domain/control/methods.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrapped } from '../terminal/width.ts'
import { ago } from '../terminal/time.ts'

export interface Warning {
  readonly text: string
  readonly remedy: string
  /** Something is wrong now; otherwise it happened, or is as somebody wanted it. */
  readonly wrong: boolean
}

export const warningsOf = (report: StatusReport): ReadonlyArray<Warning> => {
  const { running, suspended, mode, wiring, drift, faults, gaps, ungated, swaps, tainted } = report
  const warnings: Array<Warning> = []
  const warn = (wrong: boolean, text: string, remedy: string) =>
    warnings.push({ text, remedy, wrong })
  if (!running)
    warn(
      true,
      mode === 'profile' && !suspended
        ? 'no control plane runs: calls proceed and are not seen'
        : 'no control plane runs: the client’s calls are blocked until one does',
      'isonapse hook start',
    )
  if (suspended) warn(false, 'the gate is suspended: everything is denied', 'isonapse hook resume')
  if (!wiring.loaded) {
    const choice = CHOICES.find(({ begins }) => wiring.detail.startsWith(begins))
    warn(
      choice === undefined,
      `Claude Code does not load the hooks: ${choice?.text ?? wiring.detail}`,
      choice?.remedy ??
        (report.off === undefined
          ? 'isonapse hook install, then restart Claude Code'
          : REMEDIES['hardened']!),
    )
  }
  for (const { message, remedy } of faults) warn(true, message, remedy)
  for (const { subject, detail } of drift)
    warn(true, `${subject} has drifted: ${detail}`, REMEDIES[subject] ?? 'isonapse hook enable')
  if (gaps > 0)
    warn(
      false,
      `${count(gaps)} ${gaps === 1 ? 'call' : 'calls'} ran that the gate never decided on`,
      'isonapse hook witness gaps',
    )
  if (ungated > 0)
    warn(
      false,
      `${count(ungated)} ${ungated === 1 ? 'session' : 'sessions'} ran without the gate: hooks off, disabled, or not asked for`,
      'isonapse hook witness gaps, then isonapse hook doctor',
    )
  if (swaps > 0)
    warn(
      false,
      `${count(swaps)} ${swaps === 1 ? 'call' : 'calls'} ran with another input than was decided on`,
      'isonapse hook witness query --kind InputSwapped',
    )
  if (tainted > 0)
    warn(
      false,
      `${count(tainted)} ${tainted === 1 ? 'session' : 'sessions'} read text that tries to instruct the agent, and ${tainted === 1 ? 'is' : 'are'} judged more strictly`,
      'isonapse hook taint',
    )
  return warnings
}

/** A step not taken yet, or undone on purpose; anything else is a gate that somebody counts on. */
const CHOICES = [
  {
    begins: 'not installed',
    text: 'they are not installed',
    remedy: 'isonapse hook install, then restart Claude Code',
  },
  {
    begins: 'disabled',
    text: 'they are disabled',
    remedy: 'isonapse hook enable, then restart Claude Code',
  },
] as const

const REMEDIES: Readonly<Record<string, string>> = {
  policy:
    'isonapse hook policy import FILE to adopt it; to have what is in force again: rm it, then isonapse hook stop and start',
  config:
    'isonapse hook config set KEY VALUE to adopt a value; it writes the file anew from what is in force',
  script: 'isonapse hook enable',
  'hooks.json': 'isonapse hook enable',
  marker: 'isonapse hook enable',
  plugin: 'isonapse hook install',
  identity: 'isonapse hook witness verify',
  hardened: 'sudo isonapse hook harden, which lays down what is not right',
  authority: 'isonapse hook witness query --kind IntegrityViolated',
}

/** True where nothing is wrong: the exit status. */
export const isWell = (report: StatusReport): boolean =>
  warningsOf(report).every((warning) => !warning.wrong)

export const statusLines = (
  report: StatusReport,
  { style, width, now }: Pick<Terminal, 'style' | 'width' | 'now'>,
): ReadonlyArray<string> => {
  const at = now()
  const warnings = warningsOf(report).flatMap(({ text, remedy, wrong }) => {
    const lines = width === Infinity ? [printed(text)] : wrapped(printed(text), width - 2)
    const colour = wrong ? style.red : style.yellow
    return [
      ...lines.map((line, i) => `${colour(i === 0 ? '!' : ' ')} ${line}`),
      `  ${style.dim('→')} ${remedy}`,
    ]
  })
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['gate', gateText(report, at)],
    ['mode', report.mode],
    ['posture', postureText(report)],
    ['assurance', report.level],
    ...(report.off === undefined ? [] : [['off here', report.off.join(', ')] as const]),
    [
      'policy',
      report.policy === null
        ? 'none'
        : `${shortDigest(report.policy.digest)}, in force since ${ago(report.policy.since, at)}`,
    ],
    ['client', clientText(report)],
    ['last hook', lastHookText(report, at)],
    [
      'witness',
      `${count(report.log.size)} ${report.log.size === 1 ? 'entry' : 'entries'}, root ${shortDigest(report.log.root)}`,
    ],
    ['log', printed(report.log.origin)],
    [
      'found',
      `${count(report.gaps)} gaps, ${count(report.swaps)} swapped inputs, ${count(report.rejected)} unreadable payloads`,
    ],
    ['socket', printed(report.hookSocket)],
    ['data', printed(report.dataDir)],
  ]
  return [
    ...warnings,
    ...(warnings.length > 0 ? [''] : []),
    ...facts(rows, { width, dim: style.dim, indent: 0 }),
  ]
}

const gateText = ({ running, pid, since }: StatusReport, now: number): string =>
  running
    ? `running (pid ${pid ?? '?'}${since === null ? '' : `, started ${ago(since, now)}`})`
    : 'not running'

const postureText = ({ posture, suspended }: StatusReport): string =>
  suspended ? 'locked (suspended)' : (posture ?? 'auto (the client’s permission mode decides)')

const clientText = ({ clientVersion, wiring }: StatusReport): string => {
  const client = `Claude Code ${clientVersion === null ? '(version unknown)' : printed(clientVersion, 40)}`
  return wiring.loaded
    ? `${client} loads the hooks (${wiring.scope ?? 'unknown'} settings)${wiring.detail === '' ? '' : `; ${printed(wiring.detail)}`}`
    : `${client} does not load the hooks`
}

const lastHookText = ({ lastHook }: StatusReport, now: number): string =>
  lastHook === null
    ? 'none yet'
    : `${printed(lastHook.name, 40)} ${ago(lastHook.time, now)}${lastHook.session === null ? '' : `, session ${printed(lastHook.session, 40)}`}`

/** Enough of a digest to tell two apart; `--json` has it whole. */
export const shortDigest = (digest: string): string => digest.slice(0, 16)
