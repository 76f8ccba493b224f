// What the client's status line shows of a session. Asked many times a minute: nothing here waits for
// anything.
import * as Schema from 'effect/Schema'
import type { BudgetFigure } from '../cost/budget.ts'
import type { Mode, Posture } from '../policy/verdict.ts'

export const STATUS_LINE_PARAMS = {
  'statusline.show': Schema.Struct({
    /** The client's id of the session that shows it. */
    session: Schema.optionalKey(Schema.String),
    /** What the session cost by the client's own count, in US dollars. */
    clientUsd: Schema.optionalKey(Schema.Finite),
  }),
} as const

export interface StatusLine {
  readonly mode: Mode
  readonly posture: Posture | null
  readonly suspended: boolean
  /** What was charged of the session, nano-dollars. */
  readonly spent: number
  /** Of the budgets that are set the one that is used up most. */
  readonly budget: BudgetFigure | null
  /** Calls and prompts of the session that were held back. */
  readonly denied: number
  readonly tainted: boolean
  /** Things that are wrong with the log or the gate, as `status` lists them. */
  readonly faults: number
}

export interface StatusLineResults {
  'statusline.show': StatusLine
}
