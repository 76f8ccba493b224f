// Which rows DELETE and UPDATE take: some, or all where no condition says which.
import type { SqlDeed } from './reading.ts'
import type { SqlToken } from './tokens.ts'

/** Words of one condition that are looked at. */
const LONGEST_CONDITION = 512

/** The deed of the verb that stands there; undefined for a condition that is too long to say. */
export const deedOn = (tokens: ReadonlyArray<SqlToken>, at: number): SqlDeed | undefined => {
  const { depth } = tokens[at]!
  const from = tokens.findIndex(
    (token, index) =>
      index > at && token.is === 'word' && token.text === 'where' && token.depth === depth,
  )
  const ended = tokens.findIndex((token, index) => index > at && token.depth < depth)
  if (from < 0 || (ended >= 0 && from > ended)) return 'destroys'
  const condition: Array<string> = []
  for (const token of tokens.slice(from + 1, from + 1 + LONGEST_CONDITION)) {
    if (
      token.depth < depth ||
      (token.is === 'word' && /^(?:returning|limit|order|option)$/.test(token.text))
    )
      break
    condition.push(`${token.is === 'text' ? "'" : ''}${token.text}`)
  }
  if (alwaysTrue(condition)) return 'destroys'
  return condition.length === LONGEST_CONDITION ? undefined : 'changes'
}

/** `1=1`, `true`, `'a'='a'`, and anything with `or` one of them. */
const alwaysTrue = (condition: ReadonlyArray<string>): boolean => {
  const alternatives: Array<Array<string>> = [[]]
  for (const token of condition) {
    if (token === '(' || token === ')') continue
    if (token === 'or') alternatives.push([])
    else alternatives.at(-1)!.push(token)
  }
  return alternatives.some((one) => {
    if (one.includes('and')) return false
    const [left, sign, right] = one
    if (one.length === 1) return left === 'true' || /^0*[1-9]\d*$/.test(left!)
    return one.length === 3 && sign === '=' && left === right
  })
}
