// What a guard said, by the plain hook protocol: status 0 has no objection and 2 denies, with the reason
// on standard output or error. JSON as the client's hooks answer is read too, so that a hook which works
// with the client works here. Nothing it says permits: that is the policy's.
import type { Verdict } from '../policy/verdict.ts'
import type { GuardCode } from './guard.ts'

export interface GuardSaid {
  readonly verdict: Verdict
  readonly code: GuardCode
  /** The guard's own words; '' where it gave none. */
  readonly reason: string
}

/** `status` null: it was killed. */
export const guardSaid = (status: number | null, stdout: string, stderr: string): GuardSaid => {
  if (status !== 0 && status !== 2)
    return { verdict: 'deny', code: 'status', reason: firstText(stderr, stdout) }
  const text = stdout.trim()
  const json = text.startsWith('{') ? spoken(text) : NOTHING_SAID
  if (status === 2)
    return {
      verdict: 'deny',
      code: 'answered',
      reason: (json !== 'unreadable' && json.reason) || firstText(stderr, stdout),
    }
  if (json === 'unreadable') return { verdict: 'deny', code: 'unreadable', reason: '' }
  return { ...json, code: 'answered' }
}

const firstText = (...texts: ReadonlyArray<string>): string =>
  texts.map((text) => text.trim()).find((text) => text !== '') ?? ''

const NOTHING_SAID = { verdict: 'permit', reason: '' } as const

type Spoken = { readonly verdict: Verdict; readonly reason: string }

/** A decision that is not one of the client's words is a guard that means something unknown. */
const spoken = (text: string): Spoken | 'unreadable' => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'unreadable'
  }
  const specific = fieldOf(json, 'hookSpecificOutput')
  const own = fieldOf(specific, 'permissionDecision')
  const legacy = fieldOf(json, 'decision')
  const reason = [fieldOf(specific, 'permissionDecisionReason'), fieldOf(json, 'reason')].find(
    (one) => typeof one === 'string',
  )
  const verdicts = [own, legacy].flatMap((word) => (word === undefined ? [] : [VERDICTS.get(word)]))
  if (fieldOf(json, 'continue') === false) verdicts.push('deny')
  if (verdicts.includes(undefined)) return 'unreadable'
  const verdict = (['deny', 'defer'] as const).find((one) => verdicts.includes(one)) ?? 'permit'
  return { verdict, reason: typeof reason === 'string' ? reason : '' }
}

const VERDICTS: ReadonlyMap<unknown, Verdict> = new Map<unknown, Verdict>([
  ['allow', 'permit'],
  ['approve', 'permit'],
  ['ask', 'defer'],
  ['defer', 'defer'],
  ['deny', 'deny'],
  ['block', 'deny'],
])

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
