// An observation as the action it would be if a call did nothing else: what the live policy and a
// candidate are asked about.
import type { Action, Capability } from '../action/action.ts'
import type { Circumstances } from '../policy/decide.ts'
import type { Observation } from '../profile/profile.ts'

export const aloneAction = ({ tool, origin, capability, effect, flags }: Observation): Action => ({
  tool,
  origin,
  capabilities: capability === '' ? [] : [capability as Capability],
  effects: effect === undefined ? [] : [capability === '' ? effect : { ...effect, of: 0 }],
  ...(flags.length === 0 || capability === '' ? {} : { flags: [flags] }),
})

/** Somebody is there to ask, nothing is suspended, no rate is used up. */
export const USUAL: Circumstances = {
  mode: 'enforce',
  posture: 'interactive',
  state: { suspended: false },
}
