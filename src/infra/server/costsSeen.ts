// The client's own cost figures as its status line tells them, beside what was charged. Its transcripts
// lag behind its count, so a figure is compared once it has stood still for a while; only a difference
// that is worth telling becomes an entry, and the same one once.
import { isReported } from '../../domain/cost/reconcile.ts'
import { CostReconciled } from '../../domain/event/event.ts'
import { spendOf } from '../../projections/budgets.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'

export interface CostsSeen {
  /** Nano-dollars. Of a session that nothing was charged of it is passed over. */
  readonly seen: (session: string, client: number) => void
  readonly stop: () => void
}

/** Transcripts are read within a fraction of it. Milliseconds. */
export const SETTLED_MS = 2000
/** Sessions at once: whoever can reach the control socket can name any. */
const MOST_SESSIONS = 64

export const makeCostsSeen = (options: {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly catchUp: (session: string) => Promise<void>
  readonly onNotice: (line: string) => void
}): CostsSeen => {
  const { log, catchUp, onNotice } = options
  const waiting = new Map<string, { readonly client: number; readonly timer: NodeJS.Timeout }>()

  const compare = async (session: string, client: number): Promise<void> => {
    await catchUp(session)
    const spend = spendOf(log.projected().budgets, session)
    if (spend === undefined || !isReported(client, spend.sum)) return
    if (spend.client?.sum === client && spend.client.charged === spend.sum) return
    await log.append([{ session, event: new CostReconciled({ client, charged: spend.sum }) }])
  }

  return {
    seen: (session, client) => {
      const before = waiting.get(session)
      if (before?.client === client) return
      if (before !== undefined) clearTimeout(before.timer)
      waiting.delete(session)
      const spend = spendOf(log.projected().budgets, session)
      if (spend === undefined || spend.messages === 0 || waiting.size >= MOST_SESSIONS) return
      const timer = setTimeout(() => {
        waiting.delete(session)
        void compare(session, client).catch((error: unknown) => onNotice(String(error)))
      }, SETTLED_MS)
      timer.unref()
      waiting.set(session, { client, timer })
    },
    stop: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
