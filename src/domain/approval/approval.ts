// A human's agreement, given beforehand, to a change that the policy would ask about: of one file, or of
// what lies in one folder, for some minutes. It answers a deferral and nothing else: what is denied stays
// denied, and a session that read an injection is asked about all the same.
import * as Schema from 'effect/Schema'
import { PathRef } from '../action/place.ts'

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

/** Whether a path is what was agreed to. Both by their keys, told from the same place. */
export const covers = (
  approval: { readonly key: string; readonly below?: true | undefined },
  key: string,
): boolean => key === approval.key || (approval.below === true && isBelow(key, approval.key))

const isBelow = (key: string, folder: string): boolean =>
  key.startsWith(folder === '/' ? '/' : `${folder}/`)
