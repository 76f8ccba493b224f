// The policies that come with the program. They are data, read when first asked for; a template that
// does not load is a defect of ours, found by the tests, and throws.
import * as Result from 'effect/Result'
import { parsePolicy, type Policy } from '../domain/policy/policy.ts'
import defaultPolicy from './default.json' with { type: 'json' }
import hardenedPolicy from './hardened.json' with { type: 'json' }

const TEMPLATES = { default: defaultPolicy, hardened: hardenedPolicy }

export type TemplateName = keyof typeof TEMPLATES
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as ReadonlyArray<TemplateName>

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(TEMPLATES, name)

const read = new Map<TemplateName, Policy>()

/** `default` is what `init` applies; `hardened` defers or denies more, and permits nothing more. */
export const template = (name: TemplateName): Policy => {
  const held = read.get(name)
  if (held !== undefined) return held
  const policy = Result.getOrThrowWith(parsePolicy(TEMPLATES[name]), (invalid) => invalid)
  read.set(name, policy)
  return policy
}
