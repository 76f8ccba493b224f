// Recorded calls decided by another policy, and how its verdicts compare. Rules of the candidate with
// a rate count by what was recorded of a rule of the same id, and as never seen where nothing was.
import type { DecisionMade } from '../event/event.ts'
import { type CompiledPolicy, decide } from '../policy/decide.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { CandidateCall, CandidateReplay } from './report.ts'

/** Calls of each kind that are listed; the rest is in the counts. */
const MOST_LISTED = 1000

type Tally = Omit<CandidateReplay, 'digest' | 'name'>

export const candidateTally = (
  policy: CompiledPolicy,
): {
  readonly add: (entry: number, session: string | null, made: DecisionMade) => void
  readonly tally: () => Tally
} => {
  const row = (): Record<Verdict, number> => ({ permit: 0, defer: 0, deny: 0 })
  const matrix: Record<Verdict, Record<Verdict, number>> = {
    permit: row(),
    defer: row(),
    deny: row(),
  }
  const newlyDenied: Array<CandidateCall> = []
  const newlyPermitted: Array<CandidateCall> = []
  let changed = 0
  return {
    add: (entry, session, { verdict: from, receipt }) => {
      const { action, mode, posture, state } = receipt
      const { verdict: to, rules } = decide(action, policy, { mode, posture, state })
      matrix[from][to] += 1
      if (from === to) return
      changed += 1
      const list = to === 'deny' ? newlyDenied : to === 'permit' ? newlyPermitted : undefined
      if (list === undefined || list.length >= MOST_LISTED) return
      const { tool, capabilities } = action
      list.push({ entry, session, tool, capabilities, from, to, rules })
    },
    tally: () => ({ changed, matrix, newlyDenied, newlyPermitted }),
  }
}
