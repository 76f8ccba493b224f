// Decisions that are made and not yet folded: what the log's projections cannot know while their
// entries are on the way to the store. Two calls at once must not each be decided on as if the other
// were not there: a script would be read while it is written, and a rate be passed by many at a time.
import { pathKey } from '../../domain/action/pathKey.ts'
import type { PathRef } from '../../domain/action/place.ts'
import type { Approved } from '../../domain/approval/approval.ts'
import type { InForce, Judgement } from '../../domain/gate.ts'
import { ratedBy } from '../../projections/rates.ts'
import { isIn } from '../../projections/window.ts'
import { isWrite, pathOf } from '../../projections/writing.ts'

interface Held {
  readonly session: string
  readonly useId: string | undefined
  readonly judged: Judgement
}

export interface UnderWay {
  /** Holds a decision until the function returned is called. */
  readonly begin: (session: string, useId: string | undefined, judged: Judgement) => () => void
  /** Whether another call of the session is about to write to a file of one of these names. */
  readonly writesTo: (
    session: string,
    useId: string | undefined,
    names: ReadonlyArray<PathRef>,
  ) => boolean
  /** Without those that are being used up. */
  readonly unspent: (approvals: ReadonlyArray<Approved>) => ReadonlyArray<Approved>
  /** The counters with what is under way. */
  readonly counted: (rates: InForce['rates']) => InForce['rates']
}

export const makeUnderWay = (): UnderWay => {
  const all = new Set<Held>()
  return {
    begin: (session, useId, judged) => {
      const held = { session, useId, judged }
      all.add(held)
      return () => void all.delete(held)
    },
    writesTo: (session, useId, names) => {
      const keys = names.flatMap((name) => pathKey(name) ?? [])
      for (const held of all)
        if (held.session === session && (useId === undefined || held.useId !== useId))
          if (writes(held.judged, keys)) return true
      return false
    },
    unspent: (approvals) =>
      approvals.filter(
        ({ id, once }) => !once || ![...all].some(({ judged }) => judged.approvals.includes(id)),
      ),
    counted: (rates) => {
      if (rates === undefined || all.size === 0) return rates
      const counts: Record<string, number> = { ...rates }
      for (const { useId, judged } of all) {
        const { decision, enforced, receipt } = judged
        for (const id of ratedBy({
          toolUseId: useId,
          enforced,
          verdict: decision.verdict,
          receipt,
        }))
          if (Object.hasOwn(counts, id)) counts[id] = counts[id]! + 1
      }
      return counts
    },
  }
}

/** By name, or into a folder on the way to it. */
const writes = (
  { action, enforced, decision }: Judgement,
  keys: ReadonlyArray<string>,
): boolean => {
  if (enforced && decision.verdict === 'deny') return false
  return action.effects.some((effect) => {
    const to = isWrite(effect, action) ? pathOf(effect) : undefined
    return to !== undefined && keys.some((key) => isIn(key, to))
  })
}
