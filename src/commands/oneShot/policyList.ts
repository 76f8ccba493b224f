// The templates, and which of them make up the policy in force.
import { canonicalJson } from '../../domain/canonical.ts'
import { layersOf, type Policy } from '../../domain/policy/policy.ts'
import { aboutTemplate, template, TEMPLATE_NAMES } from '../../templates/templates.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import { CommandFailure } from '../terminal/failure.ts'

export interface ListedTemplate {
  readonly name: string
  readonly about: string
  readonly rules: number
  /** `changed`: the policy in force is named after it, but is not the template as it is now. */
  readonly inForce: 'yes' | 'changed' | 'no'
}

export interface PolicyInForce {
  readonly policy: Policy
  readonly digest: string
}

/** Undefined before `hook init`: the templates can be looked at all the same. */
export const policyInForce = async (): Promise<PolicyInForce | undefined> => {
  try {
    const { policy, digest } = await withControlPlane((control) => control.call('policy.show', {}))
    return { policy: policy as Policy, digest }
  } catch (error) {
    if (error instanceof CommandFailure && error.kind === 'not-initialised') return undefined
    throw error
  }
}

export const listedTemplates = (inForce: Policy | undefined): ReadonlyArray<ListedTemplate> => {
  const names = inForce?.name.split('+') ?? []
  const parts = inForce === undefined ? [] : layersOf(inForce).map(contentOf)
  return TEMPLATE_NAMES.map((name) => {
    const policy = template(name)
    const isThere = parts.includes(contentOf(policy))
    return {
      name,
      about: aboutTemplate(name),
      rules: policy.rules.length,
      inForce: isThere ? 'yes' : names.includes(name) ? 'changed' : 'no',
    }
  })
}

/** What a part says, whatever it and its rules are called: a composed policy may rename rules. */
const contentOf = (part: ReturnType<typeof layersOf>[number]): string => {
  const { rules, defaults, tools, unknown_tool, monitored, taint, validators } = part
  return canonicalJson({
    rules: rules.map((rule) => ({ ...rule, id: '' })),
    defaults,
    ...(tools === undefined ? {} : { tools }),
    ...(unknown_tool === undefined ? {} : { unknown_tool }),
    ...(monitored === undefined ? {} : { monitored }),
    ...(taint === undefined ? {} : { taint }),
    ...(validators === undefined ? {} : { validators }),
  })
}
