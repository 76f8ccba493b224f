// One call explained: by the policy in force, asked of the control plane, or by a policy of the
// person's choice with nothing else.
import { type CompiledPolicy, compilePolicy } from '../../domain/policy/decide.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import type { Explained } from '../render/explanation.ts'
import type { NamedCall } from './call.ts'
import { findingsOf, type InForceNow } from './findings.ts'
import { judgeCall } from './judge.ts'
import { policyFromFile, policyOfTemplate } from './policyFile.ts'

interface PolicyChoice {
  readonly policy?: string | undefined
  readonly template?: string | undefined
}

const chosenPolicy = ({ policy, template }: PolicyChoice): Policy =>
  policy === undefined ? policyOfTemplate(template ?? 'default') : policyFromFile(policy)

export const compiledPolicy = (choice: PolicyChoice): CompiledPolicy =>
  compilePolicy(chosenPolicy(choice))

export const explainByPolicy = (
  { tool, input, text }: NamedCall,
  choice: PolicyChoice,
  place: { readonly cwd: string; readonly home: string },
): Explained => {
  const policy = chosenPolicy(choice)
  const inForce: InForceNow = { policy, mode: 'enforce', posture: null, suspended: false }
  const explanation = judgeCall({ tool, input, ...place }, compilePolicy(policy))
  return { tool, text, explanation, findings: findingsOf(tool, explanation, inForce), inForce }
}

export const explainByControlPlane = (
  { tool, input, text }: NamedCall,
  { cwd, home }: { readonly cwd: string; readonly home: string | undefined },
): Promise<Explained> =>
  withControlPlane(async (control) => {
    const explanation = await control.call('explain', {
      tool,
      input,
      cwd,
      ...(home === undefined ? {} : { home }),
    })
    const { policy } = await control.call('policy.show', {})
    const { mode, posture, suspended } = await control.call('status', {})
    const inForce: InForceNow = { policy: policy as Policy, mode, posture, suspended }
    return { tool, text, explanation, findings: findingsOf(tool, explanation, inForce), inForce }
  })
