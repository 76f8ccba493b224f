// The policies that come with the program. They are data, read when first asked for; a template that
// does not load is a defect of ours, found by the tests, and throws.
import * as Result from 'effect/Result'
import { parsePolicy, type Policy } from '../domain/policy/policy.ts'
import dataSciencePolicy from './data-science.json' with { type: 'json' }
import defaultPolicy from './default.json' with { type: 'json' }
import hardenedPolicy from './hardened.json' with { type: 'json' }
import infraPolicy from './infra.json' with { type: 'json' }
import securityAuditPolicy from './security-audit.json' with { type: 'json' }
import webDevPolicy from './web-dev.json' with { type: 'json' }

interface Template {
  readonly policy: object
  /** What it is for, in one line. */
  readonly about: string
}

const TEMPLATES = {
  default: {
    policy: defaultPolicy,
    about: 'everyday work in a project: asks about what leaves it, denies what cannot be undone',
  },
  'web-dev': {
    policy: webDevPolicy,
    about: 'Node, git, docker, npm: no production database, installs limited by the hour',
  },
  'data-science': {
    policy: dataSciencePolicy,
    about: 'Python, Jupyter, SQL: no destructive SQL, network to known hosts only',
  },
  infra: {
    policy: infraPolicy,
    about: 'kubectl, terraform, aws, docker: no destruction in production, dry runs first',
  },
  'security-audit': {
    policy: securityAuditPolicy,
    about: 'reading only: no change, no network, nothing destructive',
  },
  hardened: {
    policy: hardenedPolicy,
    about: "the gate's own files, the client's settings and records; pairs with any other",
  },
} as const satisfies Record<string, Template>

export type TemplateName = keyof typeof TEMPLATES
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as ReadonlyArray<TemplateName>

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(TEMPLATES, name)

export const aboutTemplate = (name: TemplateName): string => TEMPLATES[name].about

const read = new Map<TemplateName, Policy>()

/** `default` is what `init` applies. */
export const template = (name: TemplateName): Policy => {
  const held = read.get(name)
  if (held !== undefined) return held
  const policy = Result.getOrThrowWith(parsePolicy(TEMPLATES[name].policy), (invalid) => invalid)
  const { $schema: _, ...bare } = policy
  read.set(name, bare)
  return bare
}
