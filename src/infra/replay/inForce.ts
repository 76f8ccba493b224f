// What the folded log says was in force when a decision was recorded, and whether the receipt says the
// same. A decision is made by the states that are committed and is queued behind what is not: one that
// was made while a change was on its way stands behind it in the log, judged by what held before.
import type { Entry } from '../../domain/event/envelope.ts'
import type { Digest } from '../../domain/hash.ts'
import { postureFor } from '../../domain/policy/posture.ts'
import type { Mode, Posture } from '../../domain/policy/verdict.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { type Difference, firstDifference } from '../../domain/replay/difference.ts'
import type { GateState } from '../../projections/gateState.ts'

/** As the gate's state has it. */
export interface Circumstances {
  readonly mode: Mode
  readonly posture: Posture | null
  readonly suspended: boolean
  readonly policy: Digest | null
}

/**
 * A batch lands within this even where the store fails and is opened again; the client has given its
 * hook up by then. Milliseconds.
 */
export const OVERTAKES_WITHIN_MS = 10_000
/** Changes that are remembered; nobody makes so many within that time. */
const MOST_REMEMBERED = 16

export class InForce {
  #now: Circumstances = { mode: 'profile', posture: null, suspended: false, policy: null }
  readonly #before: Array<{ readonly time: number; readonly held: Circumstances }> = []

  /** Told of the state after every entry that was folded. */
  folded({ mode, posture, suspended, policy }: GateState, { time }: Entry): void {
    const now = this.#now
    const digest = policy?.digest ?? null
    const same =
      now.mode === mode &&
      now.posture === posture &&
      now.suspended === suspended &&
      now.policy === digest
    if (same) return
    this.#before.unshift({ time, held: now })
    this.#before.splice(MOST_REMEMBERED)
    this.#now = { mode, posture, suspended, policy: digest }
  }

  /** What a decision recorded at `time` may have been made by: the latest first. */
  possible(time: number): ReadonlyArray<Circumstances> {
    const all = [this.#now]
    for (const change of this.#before) {
      if (time - change.time > OVERTAKES_WITHIN_MS) break
      all.push(change.held)
    }
    return all
  }

  /** `overtaken`: the receipt is by what held just before. `permissionMode` is the client's. */
  compare(
    { mode, posture, policy, state }: Receipt,
    time: number,
    permissionMode: string | undefined,
  ): Difference | 'same' | 'overtaken' {
    const recorded = { mode, policy, posture, suspended: state.suspended }
    const computed = this.possible(time).map((held) => ({
      mode: held.mode,
      policy: held.policy,
      posture: postureFor(held.posture, held.suspended, permissionMode),
      suspended: held.suspended,
    }))
    const at = computed.findIndex(
      (one) =>
        one.mode === mode &&
        one.policy === policy &&
        one.posture === posture &&
        one.suspended === state.suspended,
    )
    if (at < 0) return firstDifference(recorded, computed[0])!
    return at === 0 ? 'same' : 'overtaken'
  }
}
