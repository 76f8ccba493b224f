// Several policies made into one that holds all of them: each is judged for itself and the strictest
// verdict counts, so that together they never permit what one of them denies. What a policy's
// `defaults` leave out is left to the others; where none names it, a human decides.
import * as Result from 'effect/Result'
import { canonicalJson } from '../canonical.ts'
import { PolicyInvalid } from './invalid.ts'
import { isSameRule, type Layer, parsePolicy, type Policy } from './policy.ts'
import type { Rule } from './rule.ts'

const LONGEST_NAME = 64
const LONGEST_ID = 64

/**
 * The same policies in the same order make the same policy, and one given twice counts once. Rules
 * keep their ids; one whose id another rule has is prefixed by its policy's name.
 */
export const composePolicies = (
  policies: ReadonlyArray<Policy>,
): Result.Result<Policy, PolicyInvalid> => {
  const parts = distinct(policies.flatMap(partsOf))
  const [first, ...others] = withOwnIds(parts)
  if (first === undefined)
    return Result.fail(
      new PolicyInvalid({ problems: [{ path: '', problem: 'no policies to compose' }] }),
    )
  const { name: _, ...own } = first
  return parsePolicy({
    version: 1,
    name: joined(policies.map((policy) => policy.name)),
    ...own,
    ...(others.length === 0 ? {} : { layers: others }),
  })
}

/** A policy's own part, by its name, and its layers. */
const partsOf = (policy: Policy): ReadonlyArray<Layer> => {
  const { $schema: _, version: __, layers = [], ...own } = policy
  return [own, ...layers]
}

const distinct = (parts: ReadonlyArray<Layer>): ReadonlyArray<Layer> => [
  ...new Map(parts.map(({ name, ...rest }) => [canonicalJson(rest), { name, ...rest }])).values(),
]

const joined = (names: ReadonlyArray<string>): string => {
  const name = [...new Set(names.flatMap((one) => one.split('+')))].join('+')
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…`
}

const withOwnIds = (parts: ReadonlyArray<Layer>): ReadonlyArray<Layer> => {
  const known = new Map<string, Rule>()
  return parts.map((part) => ({
    ...part,
    rules: part.rules.map((rule) => {
      let own = rule
      for (let i = 0; ; i++) {
        const other = known.get(own.id)
        if (other === undefined || isSameRule(other, own)) break
        own = { ...rule, id: prefixed(part.name, rule.id, i) }
      }
      known.set(own.id, own)
      return own
    }),
  }))
}

/** `web-dev.own-ground`; a number is added where that is taken too. */
const prefixed = (name: string, id: string, again: number): string => {
  const prefix =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replace(/^-+/, '') || 'policy'
  const suffix = again === 0 ? '' : `.${again + 1}`
  return `${prefix}.${id}`.slice(0, LONGEST_ID - suffix.length) + suffix
}
