// What of a call a human agreed to beforehand, and how a decision knows it again.
import type { Action } from '../action/action.ts'
import type { ActionEffect } from '../action/effect.ts'
import { absoluteOf, refOf } from '../action/paths.ts'
import { pathKey } from '../action/pathKey.ts'
import type { PathRef, Place } from '../action/place.ts'
import { CHANGES } from '../policy/monitored.ts'
import { segmentsOf } from '../policy/pattern.ts'
import { type Approved, covers } from './approval.ts'

export interface ApprovedChanges {
  /** Targets of the action that a human agreed to, as facts have them: no path twice. */
  readonly paths: ReadonlyArray<PathRef>
  /** The approvals it took. */
  readonly ids: ReadonlyArray<string>
}

const NONE: ApprovedChanges = { paths: [], ids: [] }

/**
 * What of the action is agreed to. `masked`: the same action, as it is decided on. Where several cover a
 * path, one that stays is taken before one that is used up.
 */
export const approvedChanges = (
  action: Action,
  masked: Action,
  approvals: ReadonlyArray<Approved>,
  place: Place,
): ApprovedChanges => {
  if (approvals.length === 0) return NONE
  const inOrder = approvals
    .flatMap((one) => {
      const absolute = absoluteOf(one.path, place)
      const key = absolute === undefined ? undefined : pathKey(refOf(absolute, place))
      return key === undefined ? [] : [{ ...one, key }]
    })
    .sort((a, b) => Number(a.once) - Number(b.once) || (a.id < b.id ? -1 : 1))
  const paths = new Map<string, PathRef>()
  const ids = new Set<string>()
  /** Two files may go by one name where a value in it is masked: then neither is agreed to. */
  const others = new Set<string>()
  const by = action.effects.map((effect, i) => {
    const key = changedKey(effect)
    const shown = masked.effects[i]?.target
    if (key === undefined || shown === undefined || !('path' in shown)) return undefined
    const one = inOrder.find((held) => covers(held, key))
    if (one === undefined) others.add(nameOf(shown.path))
    return one === undefined ? undefined : { id: one.id, path: shown.path }
  })
  for (const one of by) {
    if (one === undefined || others.has(nameOf(one.path))) continue
    paths.set(nameOf(one.path), one.path)
    ids.add(one.id)
  }
  return paths.size === 0 ? NONE : { paths: [...paths.values()], ids: [...ids] }
}

/** By its real path: where a link leads is what is agreed to, not the link. */
const changedKey = ({ kind, target }: ActionEffect): string | undefined =>
  CHANGES.includes(kind) && target !== undefined && 'path' in target
    ? pathKey(target.path)
    : undefined

const nameOf = (path: PathRef): string => segmentsOf(path).join('/')

/** Whether an effect of a decided action is one of those agreed to. */
export const approvesEffect = (
  approved: ReadonlyArray<PathRef> | undefined,
): ((effect: ActionEffect) => boolean) => {
  if (approved === undefined || approved.length === 0) return () => false
  const names = new Set(approved.map(nameOf))
  return ({ kind, target }) =>
    CHANGES.includes(kind) &&
    target !== undefined &&
    'path' in target &&
    names.has(nameOf(target.path))
}
