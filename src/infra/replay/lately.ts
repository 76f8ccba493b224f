// What a projection said of a session when a decision was recorded, and whether the receipt says the same.
// As with what is in force, a decision is made by the states that are committed: one that was made while
// a change was on its way stands behind it in the log.
import type { Entry } from '../../domain/event/envelope.ts'
import { type Difference, firstDifference } from '../../domain/replay/difference.ts'
import { OVERTAKES_WITHIN_MS } from './inForce.ts'

/** Changes of all sessions that are remembered: more than are on their way at once. */
const MOST_REMEMBERED = 64

export interface LatelyOptions<S, T> {
  /** Of the receipt. */
  readonly path: string
  readonly of: (state: S, session: string) => T | undefined
  /** Whether two states say the same of every session. */
  readonly isSame: (a: S, b: S) => boolean
}

export class Lately<S, T> {
  readonly #options: LatelyOptions<S, T>
  #now: S | undefined
  readonly #before: Array<{ readonly time: number; readonly held: S }> = []

  constructor(options: LatelyOptions<S, T>) {
    this.#options = options
  }

  /** Told of the state after every entry that was folded; the projection changes none in place. */
  folded(state: S, { time }: Entry): void {
    const now = this.#now
    if (now === state) return
    this.#now = state
    if (now === undefined || this.#options.isSame(now, state)) return
    this.#before.unshift({ time, held: now })
    this.#before.splice(MOST_REMEMBERED)
  }

  /** What a decision of the session recorded at `time` may have known: the latest first. */
  possible(session: string | null, time: number): ReadonlyArray<T | undefined> {
    if (session === null || this.#now === undefined) return [undefined]
    const { of } = this.#options
    const all = [of(this.#now, session)]
    for (const change of this.#before) {
      if (time - change.time > OVERTAKES_WITHIN_MS) break
      all.push(of(change.held, session))
    }
    return all
  }

  /** `overtaken`: the receipt is by what held just before. */
  compare(
    recorded: T | undefined,
    session: string | null,
    time: number,
  ): Difference | 'same' | 'overtaken' {
    let first: Difference | undefined
    for (const [at, possible] of this.possible(session, time).entries()) {
      const difference = firstDifference(recorded, possible, this.#options.path)
      if (difference === undefined) return at === 0 ? 'same' : 'overtaken'
      first ??= difference
    }
    return first!
  }
}
