// What can be asked about approvals: the parameters and answers of those methods.
import * as Schema from 'effect/Schema'
import type { PathRef } from '../action/place.ts'
import { Approval } from '../approval/approval.ts'
import { Authorisation } from '../authority/authorisation.ts'

export const APPROVAL_PARAMS = {
  /** What is approved is worked out by who asks, so that what is signed is what was shown. */
  'approval.grant': Schema.Struct({
    ...Approval.fields,
    /** The project's root, absolute: patterns of the policy are relative to it. */
    project: Schema.String,
    pid: Schema.optionalKey(Schema.Int),
    authorisation: Schema.optionalKey(Authorisation),
  }),
  'approval.revoke': Schema.Struct({ id: Schema.String }),
  'approval.list': Schema.Struct({}),
} as const

export interface ListedApproval {
  readonly id: string
  readonly path: PathRef
  readonly file: string
  readonly below: boolean
  readonly once: boolean
  /** Epoch milliseconds. */
  readonly granted: number
  readonly until: number
  readonly uses: number
  /** Calls go by it now. */
  readonly active: boolean
  /** Why they do no longer. */
  readonly over: 'expired' | 'used' | 'revoked' | null
}

export interface ApprovalResults {
  'approval.grant': { readonly id: string; readonly until: number; readonly index: number | null }
  'approval.revoke': { readonly id: string; readonly index: number | null }
  'approval.list': { readonly approvals: ReadonlyArray<ListedApproval>; readonly now: number }
}
