// What is done about a value, by its type: nothing, it is counted, or a token takes its place. Some
// types are only counted unless the user says otherwise: what every log of a server is full of, and
// what models call a person or a place.
import * as Result from 'effect/Result'
import { nearest } from '../nearest.ts'

export const PII_ACTIONS = ['off', 'report', 'tokenize'] as const
export type PiiAction = (typeof PII_ACTIONS)[number]

export type ActionOf = (type: string) => PiiAction

const ONLY_COUNTED: ReadonlySet<string> = new Set([
  'AGE',
  'DATE_TIME',
  'FINANCIAL',
  'IP_ADDRESS',
  'LOCATION',
  'MAC_ADDRESS',
  'NRP',
  'ORGANIZATION',
  'PERSON',
  'TITLE',
  'URL',
])

const MOST_TYPES = 128

/** `TYPE=action` pairs, parted by commas or blanks: what differs from the usual. */
export const parseTypeActions = (
  text: string,
): Result.Result<ReadonlyMap<string, PiiAction>, string> => {
  const actions = new Map<string, PiiAction>()
  for (const pair of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const [type = '', word = '', ...more] = pair.split('=')
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(type) || more.length > 0)
      return Result.fail(`"${pair.slice(0, 80)}" is no TYPE=action, such as EMAIL_ADDRESS=report`)
    const action = PII_ACTIONS.find((one) => one === word)
    if (action === undefined) {
      const like = nearest(word, PII_ACTIONS)
      return Result.fail(
        `"${word.slice(0, 40)}" is none of ${PII_ACTIONS.join(', ')}${like === undefined ? '' : `; did you mean ${like}?`}`,
      )
    }
    if (actions.has(type)) return Result.fail(`${type} is there twice`)
    actions.set(type, action)
    if (actions.size > MOST_TYPES) return Result.fail(`more than ${MOST_TYPES} types`)
  }
  return Result.succeed(actions)
}

/** `off` in general is off for every type; in general `report`, a type may still be off. */
export const actionsBy = (general: PiiAction, byType: ReadonlyMap<string, PiiAction>): ActionOf => {
  const weaker = (a: PiiAction, b: PiiAction): PiiAction =>
    PII_ACTIONS.indexOf(a) <= PII_ACTIONS.indexOf(b) ? a : b
  return (type) =>
    weaker(general, byType.get(type) ?? (ONLY_COUNTED.has(type) ? 'report' : 'tokenize'))
}
