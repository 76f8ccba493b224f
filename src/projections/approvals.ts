// Changes that a human agreed to beforehand: which are in force, and which were used up. One that is given
// without the signature that the log demands changes nothing.
import * as Schema from 'effect/Schema'
import { pathKey } from '../domain/action/pathKey.ts'
import { Approval, covers, isApprovalId, MOST_TTL_MS } from '../domain/approval/approval.ts'
import { withGate } from './authorised.ts'
import { dropOldest } from './dropOldest.ts'
import { GateState, gateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundName, soundTime } from './sound.ts'

const Held = Schema.Struct({
  ...Approval.fields,
  /** Epoch milliseconds. */
  granted: Schema.Finite,
  /** Index of the entry that gave it. */
  at: Schema.Int,
  uses: Schema.Int,
  /** When it was taken back, epoch milliseconds. */
  revoked: Schema.optionalKey(Schema.Finite),
  /** The latest call that went by it, until the same is decided on once more. */
  last: Schema.optionalKey(
    Schema.Struct({ session: Schema.NullOr(Schema.String), tag: Schema.String }),
  ),
})
export type HeldApproval = typeof Held.Type

const Approvals = Schema.Struct({
  gate: GateState,
  /** By `/` and the id. */
  held: Schema.Record(Schema.String, Held),
  count: Schema.Int,
})
export type Approvals = typeof Approvals.Type

export const MOST_APPROVALS = 128

export const approvals: Projection<Approvals> = {
  id: 'approvals',
  version: 2,
  initial: () => ({ gate: gateState.initial(), held: {}, count: 0 }),
  isState: Schema.is(Approvals),
  step: (before, entry, crypto) => {
    const { gate, accepted } = withGate(before.gate, entry, crypto)
    const state = gate === before.gate ? before : { ...before, gate }
    const { event, index, session, time } = entry
    switch (event._tag) {
      case 'ApprovalGranted': {
        const { id, path, below, until, once } = event
        const key = `/${id}`
        const isSound = isApprovalId(id) && pathKey(path) !== undefined
        if (!accepted || !isSound || Object.hasOwn(state.held, key)) return state
        const granted = soundTime(time)
        const held: Record<string, HeldApproval> = {
          ...state.held,
          [key]: {
            id,
            path,
            ...(below === undefined ? {} : { below }),
            // Whatever the entry says.
            until: Math.min(soundTime(until), granted + MOST_TTL_MS),
            once,
            granted,
            at: index,
            uses: 0,
          },
        }
        const count = state.count + 1
        return {
          ...state,
          held,
          count: count > MOST_APPROVALS ? dropOldest(held, MOST_APPROVALS, ({ at }) => at) : count,
        }
      }
      case 'DecisionMade': {
        const { inputTag } = event
        if (state.count === 0 || inputTag === undefined || session === null) return state
        // The same call once more: what let the one before through does not let this one through.
        const [name, tag] = [soundName(session), soundName(inputTag)]
        const over = heldApprovals(state).filter(
          ({ last }) => last?.session === name && last.tag === tag,
        )
        return over.reduce((kept, one) => {
          const { last, ...rest } = one
          return last === undefined ? kept : withHeld(kept, rest)
        }, state)
      }
      case 'ApprovalUsed': {
        const known = approvalOf(state, event.id)
        if (known === undefined) return state
        const { inputTag } = event
        return withHeld(state, {
          ...known,
          uses: Math.min(known.uses + 1, Number.MAX_SAFE_INTEGER),
          ...(inputTag === undefined
            ? {}
            : {
                last: {
                  session: session === null ? null : soundName(session),
                  tag: soundName(inputTag),
                },
              }),
        })
      }
      case 'ApprovalRevoked': {
        const known = approvalOf(state, event.id)
        return known === undefined || known.revoked !== undefined
          ? state
          : withHeld(state, { ...known, revoked: soundTime(time) })
      }
      default:
        return state
    }
  },
}

const withHeld = (state: Approvals, one: HeldApproval): Approvals => ({
  ...state,
  held: { ...state.held, [`/${one.id}`]: one },
})

export const approvalOf = ({ held }: Approvals, id: string): HeldApproval | undefined =>
  Object.hasOwn(held, `/${id}`) ? held[`/${id}`] : undefined

/** The latest first. */
export const heldApprovals = ({ held }: Approvals): ReadonlyArray<HeldApproval> =>
  Object.values(held).sort((a, b) => b.at - a.at)

/** Why no call goes by it any longer; null where one does. A clock that was set back ends it too. */
export const overBy = (one: HeldApproval, now: number): 'revoked' | 'used' | 'expired' | null => {
  if (one.revoked !== undefined) return 'revoked'
  if (one.once && one.uses > 0) return 'used'
  return now >= one.until || now < one.granted - CLOCK_MS ? 'expired' : null
}

/** Between a clock that is read for the entry and one that is read for a call. Milliseconds. */
const CLOCK_MS = 1000

export const activeApprovals = (state: Approvals, now: number): ReadonlyArray<HeldApproval> =>
  state.count === 0 ? [] : heldApprovals(state).filter((one) => overBy(one, now) === null)

/** Those that were used up by this very call: the client asks about it once more. */
export const usedByCall = (
  state: Approvals,
  session: string,
  tag: string,
): ReadonlyArray<HeldApproval> =>
  heldApprovals(state).filter(
    ({ once, revoked, last }) =>
      once && revoked === undefined && last?.session === session && last.tag === tag,
  )

/**
 * Whether what was decided on at `time` may have gone by one of them, whose path is `key`, told from outside
 * projects; undefined: nobody can tell which path it was. `slackMs`: what may lie between a decision and its
 * entry. `maySpend`: it is a call, which one that was used up lets through no more. Decisions stand in the
 * log in the order in which they were made, so that this holds to the entry.
 */
export const wasApproved = (
  state: Approvals,
  key: string | undefined,
  time: number,
  { slackMs, maySpend }: { readonly slackMs: number; readonly maySpend: boolean },
): boolean =>
  heldApprovals(state).some((one) => {
    const at = pathKey(one.path)
    return (
      at !== undefined &&
      (key === undefined || covers({ key: at, below: one.below }, key)) &&
      (!maySpend || !one.once || one.uses === 0) &&
      time < one.until + slackMs &&
      time >= one.granted - slackMs &&
      (one.revoked === undefined || time <= one.revoked + slackMs)
    )
  })
