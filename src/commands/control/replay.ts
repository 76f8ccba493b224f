// Replaying, as a command asks for it: the log through the control plane, or a recorded session into a
// home of its own, for which no control plane may be there.
import type { Entry } from '../../domain/event/envelope.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Mode, Verdict } from '../../domain/policy/verdict.ts'
import type { Replay } from '../../domain/replay/report.ts'
import type { RecordedLine } from '../../domain/replay/sessionFile.ts'
import { replaySession } from '../../infra/control/replaySession.ts'
import { policyFromFile, policyOfTemplate } from '../oneShot/policyFile.ts'
import { readNamedFile } from '../oneShot/readFile.ts'
import { progressTo } from '../terminal/progress.ts'
import { ownPlace } from './ownPlace.ts'
import { runEffect } from './runEffect.ts'
import { withControlPlane } from './withControlPlane.ts'

interface PolicyFlags {
  readonly policy: string | undefined
  readonly template: string | undefined
}

const chosenPolicy = ({ policy, template }: PolicyFlags): Policy | undefined =>
  policy !== undefined
    ? policyFromFile(policy)
    : template === undefined
      ? undefined
      : policyOfTemplate(template)

export const replayed = (
  asked: PolicyFlags & {
    readonly from: number | undefined
    readonly to: number | undefined
    readonly payloads: boolean
  },
  report: (done: number, total: number, what: string) => void,
): Promise<Replay> => {
  const policy = chosenPolicy(asked)
  const { from, to, payloads } = asked
  const params = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(payloads ? {} : { payloads }),
    ...(policy === undefined ? {} : { policy }),
  }
  return withControlPlane((control) => control.call('witness.replay', params, progressTo(report)))
}

/** One tool call of a session as it was decided. */
export interface SessionCall {
  readonly line: number
  readonly tool: string
  /** What of the input says most: a command, a file, an address. */
  readonly subject: string
  readonly verdict: Verdict
  readonly rules: ReadonlyArray<string>
}

export interface SessionReport {
  readonly home: string
  /** Whether the home was chosen by ISONAPSE_HOME. */
  readonly chosen: boolean
  readonly origin: string
  readonly mode: Mode
  readonly policy: string
  readonly lines: number
  readonly entries: number
  readonly decisions: Record<Verdict, number>
  readonly calls: ReadonlyArray<SessionCall>
  readonly broken: ReadonlyArray<{ readonly line: number; readonly reason: string }>
}

const MOST_BYTES = 256 * 1024 * 1024

export const sessionReplayed = async (
  asked: PolicyFlags & { readonly session: string; readonly mode: Mode },
): Promise<SessionReport> => {
  const { paths } = ownPlace()
  const chosen = (process.env['ISONAPSE_HOME'] ?? '') !== ''
  const policy = chosenPolicy(asked)
  const file = readNamedFile(asked.session, MOST_BYTES)
  const report = reportOf()
  const made = await runEffect(
    replaySession({
      paths,
      file,
      mode: asked.mode,
      apart: chosen,
      onLine: report.line,
      ...(policy === undefined ? {} : { policy }),
    }),
  )
  return { home: paths.dataDir, chosen, mode: asked.mode, ...made, ...report.done() }
}

const reportOf = () => {
  const calls: Array<SessionCall> = []
  const broken: Array<{ readonly line: number; readonly reason: string }> = []
  const decisions: Record<Verdict, number> = { permit: 0, defer: 0, deny: 0 }
  let lines = 0
  return {
    line: (recorded: RecordedLine, entries: ReadonlyArray<Entry>): void => {
      lines += 1
      for (const { event } of entries) {
        if (event._tag === 'HookRejected')
          broken.push({ line: recorded.line, reason: event.reason })
        if (event._tag !== 'DecisionMade') continue
        decisions[event.verdict] += 1
        const { receipt, verdict } = event
        if (receipt.event !== 'PreToolUse') continue
        const { action, rules } = receipt
        const subject = subjectOf(recorded.bytes)
        calls.push({ line: recorded.line, tool: action.tool, subject, verdict, rules })
      }
    },
    done: () => ({ lines, decisions, calls, broken }),
  }
}

const TELLING = ['command', 'file_path', 'url', 'subagent_type', 'pattern', 'query'] as const
const LONGEST = 400

const subjectOf = (payload: Uint8Array): string => {
  // The gate has read it already.
  const { tool_input: input } = JSON.parse(Buffer.from(payload).toString()) as {
    readonly tool_input?: Readonly<Record<string, unknown>>
  }
  const telling = TELLING.map((name) => input?.[name]).find((one) => typeof one === 'string')
  return ((telling as string | undefined) ?? '').slice(0, LONGEST)
}
