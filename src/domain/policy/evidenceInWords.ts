// What a rule was learned from, as its reason, the policy file and the preview say it.
import type { Evidence } from './rule.ts'

const times = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`

/** `34 calls in 5 sessions on 4 days`. */
export const evidenceInWords = ({
  calls,
  sessions,
  days,
}: Pick<Evidence, 'calls' | 'sessions' | 'days'>): string =>
  `${times(calls, 'call')} in ${times(sessions, 'session')} on ${times(days, 'day')}`
