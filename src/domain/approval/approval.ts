// A human's agreement, given beforehand, to a change that the policy would ask about: of one file, or of
// what lies in one folder, for some minutes. It answers a deferral and nothing else: what is denied stays
// denied, and a session that read an injection is asked about all the same.
import * as Schema from 'effect/Schema'
import type { Action } from '../action/action.ts'
import type { ActionEffect } from '../action/effect.ts'
import { absoluteOf, refOf } from '../action/paths.ts'
import { pathKey } from '../action/pathKey.ts'
import { PathRef, type Place } from '../action/place.ts'
import { CHANGES } from '../policy/monitored.ts'
import { segmentsOf } from '../policy/pattern.ts'

export const Approval = Schema.Struct({
  /** The token: 12 hex digits. */
  id: Schema.String,
  /** The file or folder by its real path, below the home directory or from the root. */
  path: PathRef,
  /** It was a folder when this was given: all that lies in it. */
  below: Schema.optionalKey(Schema.Literal(true)),
  /** Epoch milliseconds, exclusive. */
  until: Schema.Finite,
  /** It ends with the first call that goes by it. */
  once: Schema.Boolean,
})
export type Approval = typeof Approval.Type

/** What a decision has of one. */
export type Approved = Pick<Approval, 'id' | 'path' | 'below' | 'once'>

export const isApprovalId = (text: string): boolean => /^[0-9a-f]{12}$/.test(text)

/** Longer than that nobody remembers what was agreed to. Milliseconds. */
export const MOST_TTL_MS = 24 * 60 * 60 * 1000
export const DEFAULT_TTL_MS = 10 * 60 * 1000

/** Named in decisions that it let through; no rule of a policy can have it. */
export const APPROVAL_ID = 'approval'

/** For whom nobody will answer. */
export const APPROVAL_REMEDY =
  'Tell the user, who can agree beforehand with: isonapse hook approve PATH'

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

/** Whether a path is what was agreed to. Both by their keys, told from the same place. */
export const covers = (
  approval: { readonly key: string; readonly below?: true | undefined },
  key: string,
): boolean => key === approval.key || (approval.below === true && isBelow(key, approval.key))

const isBelow = (key: string, folder: string): boolean =>
  key.startsWith(folder === '/' ? '/' : `${folder}/`)

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
