// Which posture a call is judged in, and what each posture allows. Where two sources disagree the
// stricter one holds: the client's permission mode can tighten an explicit posture, never loosen it.
import type { ActionEffect, EffectKind } from '../action/effect.ts'
import { pathMatches, segmentsOf } from './pattern.ts'
import { type Posture, postureOfPermissionMode, stricter } from './verdict.ts'

/**
 * `explicit`: set by a human, null when left to the client. `suspended` locks whatever else holds.
 * `permissionMode` is the client's, absent on events that carry none.
 */
export const postureFor = (
  explicit: Posture | null,
  suspended: boolean,
  permissionMode?: string,
): Posture => {
  if (suspended) return 'locked'
  const implied = postureOfPermissionMode(permissionMode)
  return explicit === null ? implied : stricter(explicit, implied)
}

/**
 * What `dry_run` lets through, as far as the policy does: reading files and the network, and running
 * a program whose other effects are judged beside it (a program nobody knows is `opaque`, and not
 * let through). A secret.read stays as strict as the policy has it.
 */
export const READS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'fs.read',
  'secret.read',
  'net.fetch',
  'exec',
])

/** In its plan mode the client has the model write the plan itself here. */
export const PLANS = ['~', '.claude', 'plans', '**']

/** A subagent's own calls come through the gate in the same posture; nothing else that starts does. */
export const isAllowedInDryRun = (tool: string, effect: ActionEffect): boolean => {
  if (READS.has(effect.kind)) return true
  if (effect.kind === 'spawn') return tool === 'Agent'
  return (
    effect.kind === 'fs.write' &&
    effect.target !== undefined &&
    'path' in effect.target &&
    effect.target.zone === 'home' &&
    pathMatches(PLANS, segmentsOf(effect.target.path))
  )
}
