// What a session was tainted by when a decision was recorded, and whether the receipt says the same. As
// with what is in force, a decision is made by the states that are committed: one that was made while a
// hit or a clearing was on its way stands behind it in the log.
import type { Entry } from '../../domain/event/envelope.ts'
import type { Tainted } from '../../domain/policy/taint.ts'
import { type Difference, firstDifference } from '../../domain/replay/difference.ts'
import { type Taint, taintedIn } from '../../projections/taint.ts'
import { OVERTAKES_WITHIN_MS } from './inForce.ts'

/** Changes of all sessions that are remembered: more than are on their way at once. */
const MOST_REMEMBERED = 64

export class Taints {
  #now: Taint | undefined
  readonly #before: Array<{ readonly time: number; readonly held: Taint }> = []

  /** Told of the state after every entry that was folded; the projection changes none in place. */
  folded(taint: Taint, { time }: Entry): void {
    const now = this.#now
    if (now === taint) return
    this.#now = taint
    if (now === undefined || now.sessions === taint.sessions) return
    this.#before.unshift({ time, held: now })
    this.#before.splice(MOST_REMEMBERED)
  }

  /** What a decision of the session recorded at `time` may have known: the latest first. */
  possible(session: string | null, time: number): ReadonlyArray<Tainted | undefined> {
    if (session === null || this.#now === undefined) return [undefined]
    const all = [taintedIn(this.#now, session)]
    for (const change of this.#before) {
      if (time - change.time > OVERTAKES_WITHIN_MS) break
      all.push(taintedIn(change.held, session))
    }
    return all
  }

  /** `overtaken`: the receipt is by what held just before. */
  compare(
    recorded: Tainted | undefined,
    session: string | null,
    time: number,
  ): Difference | 'same' | 'overtaken' {
    let first: Difference | undefined
    for (const [at, possible] of this.possible(session, time).entries()) {
      const difference = firstDifference(recorded, possible, 'state.tainted')
      if (difference === undefined) return at === 0 ? 'same' : 'overtaken'
      first ??= difference
    }
    return first!
  }
}
