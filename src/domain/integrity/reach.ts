// What a call may change of files that are watched over: nothing, what it names, or anything, where what it
// runs is not all read.
import type { Action } from '../action/action.ts'
import type { EffectKind } from '../action/effect.ts'
import { absoluteOf } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import { CHANGES } from '../policy/monitored.ts'

/** Absolute paths, by every name they go by. */
export type Reach = 'nothing' | 'anything' | ReadonlyArray<string>

const LOOKS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'fs.read',
  'net.fetch',
  'net.send',
  'secret.read',
  'secret.send',
])

/** `action`: unmasked facts; a target that is masked may be anything. */
export const reachOf = ({ effects }: Action, place: Place): Reach => {
  const targets = new Set<string>()
  for (const { kind, target, reach } of effects) {
    if (LOOKS.has(kind)) continue
    if (!CHANGES.includes(kind) || target === undefined || !('path' in target)) return 'anything'
    if (reach !== undefined) return 'anything'
    for (const ref of [target.path, target.as]) {
      const file = ref === undefined ? undefined : absoluteOf(ref, place)
      if (ref !== undefined && file === undefined) return 'anything'
      if (file !== undefined) targets.add(file)
    }
  }
  return targets.size === 0 ? 'nothing' : [...targets]
}
