// An observation as the action it would be if a call did nothing else: what the live policy and a
// candidate are asked about.
import type { Action, Capability } from '../action/action.ts'
import { refOfKey } from '../action/pathKey.ts'
import type { Circumstances } from '../policy/decide.ts'
import type { Observation } from '../profile/profile.ts'

export const aloneAction = ({ tool, origin, capability, effect, flags }: Observation): Action => ({
  tool,
  origin,
  capabilities: capability === '' ? [] : [capability as Capability],
  effects: effect === undefined ? [] : [capability === '' ? effect : { ...effect, of: 0 }],
  ...(flags.length === 0 || capability === '' ? {} : { flags: [flags] }),
})

/** The same for each target that was learned, where it is one of several in a folder. */
export const aloneActions = (one: Observation): ReadonlyArray<Action> => {
  const { effect, learned } = one
  const { target } = effect ?? {}
  if (effect === undefined || target === undefined || !('path' in target)) return [aloneAction(one)]
  const { targets = [] } = learned ?? {}
  if (targets.length === 0) return [aloneAction(one)]
  return targets.map((key) =>
    aloneAction({
      ...one,
      effect: { ...effect, target: { path: refOfKey(key), zone: target.zone } },
    }),
  )
}

/** Somebody is there to ask, nothing is suspended, no rate is used up. */
export const USUAL: Circumstances = {
  mode: 'enforce',
  posture: 'interactive',
  state: { suspended: false },
}
