// What the model is told of the policy when a session starts: what will be denied and asked about, so
// that it need not find out by trying. Short, the same for the same state, and nothing in it that anybody
// wrote but ids of rules and names of guards.
import { EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import { BUDGETS, type BudgetOf, type Limits } from '../cost/budget.ts'
import { inDollars } from '../cost/money.ts'
import { defaultIn } from './differences.ts'
import { type Policy, rulesOf } from './policy.ts'
import type { Verdict } from './verdict.ts'

export interface Summarised {
  readonly policy: Policy
  readonly limits: Limits
  /** Names of guards, sorted. */
  readonly guards: ReadonlyArray<string>
  /** Whether values take tokens in what the model reads. */
  readonly tokens: boolean
  /** Whether there is a stored secret. */
  readonly secrets: boolean
}

/** UTF-16 units. */
export const MOST_SUMMARY = 1200
/** Of rules of one verdict, and of guards. */
const MOST_NAMES = 8

/** Of a policy that is enforced. As many names as there is room for. */
export const policySummary = (of: Summarised): string => {
  for (let names = MOST_NAMES; names > 0; names--) {
    const text = summaryWith(of, names)
    if (text.length <= MOST_SUMMARY) return text
  }
  return summaryWith(of, 0)
}

const summaryWith = (
  { policy, limits, guards, tokens, secrets }: Summarised,
  names: number,
): string =>
  [
    'Isonapse gates the tool calls of this session (mode enforce). Where no rule says otherwise:',
    ...line('denied', kindsThat(policy, 'deny')),
    ...line('asked about', kindsThat(policy, 'defer')),
    ...line('permitted', kindsThat(policy, 'permit')),
    ...line('rules that deny', some(idsThat(policy, 'deny'), names)),
    ...line('rules that ask', some(idsThat(policy, 'defer'), names)),
    ...line('rules that permit more', some(idsThat(policy, 'permit'), names)),
    ...line('guards', some(guards, names)),
    ...line('budgets', budgets(limits)),
    ...(tokens ? [TOKENS] : []),
    ...(secrets ? [SECRETS] : []),
    'When a call is denied, do not work around it: tell the user the reason, or take the way it names.',
  ].join('\n')

const TOKENS =
  'Tokens such as [PII_<32 hex digits>] stand for sensitive values: use one as it stands wherever you mean its value.'
const SECRETS =
  'Stored secrets are written {{ secret.NAME }} and put in where the user declared that they may go; their values are never shown.'

const line = (what: string, items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : [`- ${what}: ${items.join(', ')}`]

/** Kinds by what their default says, a class of them together where all of it is the same. */
const kindsThat = (policy: Policy, verdict: Verdict): ReadonlyArray<string> => {
  const kinds = EFFECT_KINDS.filter((kind) => defaultIn(policy, kind) === verdict)
  const shown = new Set<string>()
  for (const kind of kinds) {
    const family = EFFECT_KINDS.filter((other) => classOf(other) === classOf(kind))
    const isWhole = family.length > 1 && family.every((other) => kinds.includes(other))
    shown.add(isWhole ? `${classOf(kind)}.*` : kind === 'opaque' ? 'what cannot be read' : kind)
  }
  return [...shown]
}

const classOf = (kind: EffectKind): string => kind.split('.', 1)[0]!

const idsThat = (policy: Policy, verdict: Verdict): ReadonlyArray<string> => {
  const ids = rulesOf(policy).flatMap((rule) => (rule.verdict === verdict ? [rule.id] : []))
  return [...new Set(ids)].sort()
}

/** An id is at most 64 characters. */
const LONGEST_ID = 40

const some = (names: ReadonlyArray<string>, most: number): ReadonlyArray<string> => {
  const shown = names
    .slice(0, most)
    .map((name) => (name.length > LONGEST_ID ? `${name.slice(0, LONGEST_ID - 1)}…` : name))
  return names.length > most ? [...shown, `${names.length - most} more`] : shown
}

const WINDOW: Readonly<Record<BudgetOf, string>> = {
  session: 'for this session',
  hour: 'in 60 minutes',
  day: 'in 24 hours',
}

const budgets = (limits: Limits): ReadonlyArray<string> =>
  BUDGETS.flatMap((of) => (limits[of] > 0 ? [`${inDollars(limits[of])} ${WINDOW[of]}`] : []))
