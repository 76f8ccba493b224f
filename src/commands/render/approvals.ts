// `hook approve` and `hook approvals` for a person.
import type { ApprovalResults, ListedApproval } from '../../domain/control/approvals.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago, clock, duration } from '../terminal/time.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export const approvedLines = (
  { id, until }: ApprovalResults['approval.grant'],
  { style }: Look,
): ReadonlyArray<string> => [
  `Approved until ${clock(until)}.`,
  `${style.dim('→')} isonapse hook approvals revoke ${id}   ${style.dim('to end it before')}`,
]

const MOST_OVER = 20

export const approvalLines = (
  { approvals, now }: ApprovalResults['approval.list'],
  { style, width }: Look,
): ReadonlyArray<string> => {
  if (approvals.length === 0)
    return ['Nothing was approved.', `  ${style.dim('→')} isonapse hook approve PATH`]
  const active = approvals.filter((one) => one.active)
  const over = approvals.filter((one) => !one.active)
  const row = (one: ListedApproval): ReadonlyArray<string> => [
    one.active ? style.green(one.id) : style.dim(one.id),
    stateOf(one, now),
    one.uses === 1 ? '1 call' : `${count(one.uses)} calls`,
    printed(`${one.file}${one.below ? '/' : ''}`, 200),
  ]
  return [
    ...(active.length === 0 ? ['Nothing is approved now.'] : []),
    ...table([...active, ...over.slice(0, MOST_OVER)].map(row), { width, indent: 0 }),
    ...(over.length > MOST_OVER
      ? [style.dim(`and ${count(over.length - MOST_OVER)} more that are over: --json lists them`)]
      : []),
  ]
}

const stateOf = ({ active, over, once, until, granted }: ListedApproval, now: number): string =>
  active
    ? `${duration(until - now)} left${once ? ', once' : ''}`
    : over === 'expired'
      ? `ended ${ago(Math.max(granted, until), now)}`
      : `${over === 'used' ? 'used up' : 'taken back'}, given ${ago(granted, now)}`
