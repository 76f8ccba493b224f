// What a candidate policy would have decided: a fold over the log's decisions that is thrown away
// afterwards. It judges the recorded facts again, in the mode, posture and suspension of their time;
// the counters of the candidate's own rates are counted anew, by what the candidate would let through.
import type { Entry } from '../domain/event/envelope.ts'
import type { DecisionMade } from '../domain/event/event.ts'
import { type CompiledPolicy, decide } from '../domain/policy/decide.ts'
import type { Verdict } from '../domain/policy/verdict.ts'
import type { DecisionState } from '../domain/receipt/receipt.ts'
import type { BacktestReport, ChangedCall } from '../domain/suggest/backtestReport.ts'
import type { FoldCrypto } from './projection.ts'
import { rates, ratesAt } from './rates.ts'

/** Kept of a long history: a person reads no more, and a log may hold a million. */
export const MOST_CHANGED = 10_000

export interface Backtest {
  readonly see: (entry: Entry) => void
  readonly report: () => BacktestReport
}

type Row = Record<Verdict, number>
const row = (): Row => ({ permit: 0, defer: 0, deny: 0 })

interface Judged {
  readonly to: Verdict
  readonly changed: { outcome: ChangedCall['outcome'] } | undefined
}

export const backtest = (candidate: CompiledPolicy, crypto: FoldCrypto): Backtest => {
  const matrix = { permit: row(), defer: row(), deny: row() }
  const finished = row()
  const sessions = new Set<string>()
  let changed: Array<ChangedCall & { outcome: ChangedCall['outcome'] }> = []
  let changedInAll = 0
  let calls = 0
  let first: number | null = null
  let last: number | null = null
  let counters = rates.initial()
  const underWay = new Map<string, Judged>()

  const stateOf = ({ receipt }: DecisionMade, time: number): DecisionState => ({
    suspended: receipt.state.suspended,
    ...(receipt.state.budgets === undefined ? {} : { budgets: receipt.state.budgets }),
    ...(receipt.state.approved === undefined ? {} : { approved: receipt.state.approved }),
    ...(receipt.state.tainted === undefined ? {} : { tainted: receipt.state.tainted }),
    ...(candidate.rated.length === 0 ? {} : { rates: ratesAt(counters, candidate.rated, time) }),
  })

  const decided = (entry: Entry, event: DecisionMade, useId: string): void => {
    const { receipt } = event
    const { action, mode, posture } = receipt
    const state = stateOf(event, entry.time)
    const decision = decide(action, candidate, { mode, posture, state })
    const { verdict: to, rules, reason, rated } = decision
    if (rated !== undefined) {
      const counted = { ...receipt, state: { ...state, rates: pick(rated, state.rates) } }
      // Whether a call is let through is the candidate's own word here.
      const asIf = { ...event, verdict: to, enforced: true, receipt: counted } as DecisionMade
      counters = rates.step(counters, { ...entry, event: asIf }, crypto)
    }
    calls += 1
    if (entry.session !== null) sessions.add(entry.session)
    first ??= entry.time
    last = entry.time
    matrix[event.verdict][to] += 1
    const change =
      to === event.verdict
        ? undefined
        : {
            index: entry.index,
            time: entry.time,
            session: entry.session,
            tool: action.tool,
            capabilities: action.capabilities,
            from: event.verdict,
            to,
            fromRules: receipt.rules,
            rules,
            reason,
            outcome: null,
          }
    if (change !== undefined) {
      changedInAll += 1
      changed.push(change)
      if (changed.length >= 2 * MOST_CHANGED) changed = changed.slice(-MOST_CHANGED)
    }
    underWay.set(`${entry.session ?? ''}/${useId}`, { to, changed: change })
    if (underWay.size > MOST_UNDER_WAY) underWay.delete(underWay.keys().next().value!)
  }

  return {
    see: (entry) => {
      const { event, session } = entry
      if (event._tag === 'DecisionMade') {
        if (event.toolUseId !== undefined) decided(entry, event, event.toolUseId)
        return
      }
      if (event._tag !== 'ToolFinished') return
      const key = `${session ?? ''}/${event.toolUseId}`
      const call = underWay.get(key)
      if (call === undefined) return
      underWay.delete(key)
      if (call.changed !== undefined) call.changed.outcome = event.outcome
      if (event.outcome === 'finished') finished[call.to] += 1
    },
    report: () => ({
      calls,
      sessions: sessions.size,
      first,
      last,
      matrix,
      finished,
      changed: changed.slice(-MOST_CHANGED),
      changedInAll,
    }),
  }
}

const MOST_UNDER_WAY = 4096

const pick = (ids: ReadonlyArray<string>, all: DecisionState['rates']): Record<string, number> =>
  Object.fromEntries(ids.map((id) => [id, all?.[id] ?? 0]))
