// What a call would do and what was decided on it, as explain tells it: whoever asks, and whether or
// not a control plane answers.
import type { Action } from '../action/action.ts'
import type { Place } from '../action/place.ts'
import type { Sources } from '../action/sources.ts'
import type { Explanation } from '../control/methods.ts'
import type { Decision } from '../policy/decide.ts'
import { sitesOf } from './sites.ts'

/** `sources`: the texts that the action was read from, which sites are told by. */
export const explanationOf = (
  { capabilities, effects, flags }: Action,
  { verdict, rules, reason }: Decision,
  sources: Sources,
  place: Place,
): Explanation => {
  const sites = sitesOf(effects, sources, place)
  return {
    verdict,
    capabilities,
    effects,
    rules,
    reason,
    ...(flags === undefined ? {} : { flags }),
    ...(sites.length === 0 ? {} : { sites }),
  }
}
