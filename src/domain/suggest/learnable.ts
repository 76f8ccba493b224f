// What is never made a rule of, however often it was seen. In profile mode nobody is asked, so that a
// call which went through is no consent to what cannot be taken back.
import { type ActionEffect, isConsequential } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { Zone } from '../action/place.ts'
import type { Observation } from '../profile/profile.ts'
import { isBoundToOptions, MASKED, needsDoer } from '../profile/scope.ts'

/** Why an observation stays with a human. */
export const LEFT_BECAUSE = {
  consequential: 'it cannot be taken back, or reaches outside the project',
  place:
    'it lies outside the project and the home directory, or where secrets and start-up files lie',
  unread: 'what it does is not known from its name: each call may be another',
  origin: 'it runs code that came from the network or that the agent wrote in the same session',
  target: 'its target is not known exactly',
  options: 'it was used with more options than are kept',
  doer: 'it is not known which command of the call does it',
  'too-few': 'it was not seen in enough sessions, or on enough days',
  unfinished: 'no such call finished',
  rule: 'a rule of the policy says so',
  denied: 'the policy denies it',
  room: 'a policy has no room for so many rules',
} as const
export type LeftBecause = keyof typeof LEFT_BECAUSE

/** Codes whose capability says what runs: a tool of a known name, a program, what is installed here. */
const NAMED_CODE: ReadonlySet<string> = new Set<OpaqueCode>([
  'mcp-tool',
  'unknown-tool',
  'unknown-program',
  'unknown-subcommand',
  'project-code',
  'package-code',
])

const CHANGED_GROUND: ReadonlySet<Zone> = new Set<Zone>(['project', 'worktree', 'tmp', 'home'])
const NEVER_READ: ReadonlySet<Zone> = new Set<Zone>(['secret', 'gate', 'persist'])

/** Undefined where a rule may be made of it. */
export const whyNotLearnable = (one: Observation): LeftBecause | undefined => {
  const { tool, effect, capability, scope, lost } = one
  if (effect === undefined) return undefined
  const { kind, target, why, origin } = effect
  const zone = target !== undefined && 'path' in target ? target.zone : undefined
  if (isConsequential(kind) && !isOwnLoss(effect)) return 'consequential'
  if (origin !== undefined) return 'origin'
  if (scope === MASKED) return 'target'
  if (kind === 'opaque' && !NAMED_CODE.has(why ?? '')) return 'unread'
  if (kind === 'fs.write' || kind === 'fs.delete' || isConsequential(kind)) {
    if (zone === undefined) return 'target'
    if (!CHANGED_GROUND.has(zone)) return 'place'
  }
  if (kind === 'fs.read' && zone !== undefined && NEVER_READ.has(zone)) return 'place'
  if (capability === '' && needsDoer(kind)) return 'doer'
  if (lost === true && isBoundToOptions(tool, kind)) return 'options'
  return undefined
}

/** Work in the project that is thrown away, at a place that is known. */
const isOwnLoss = ({ kind, target }: ActionEffect): boolean =>
  (kind === 'destroy.data' || kind === 'destroy.vcs') &&
  target !== undefined &&
  'path' in target &&
  'project' in target.path &&
  target.zone === 'project'
