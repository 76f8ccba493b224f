// The policy that a command is about: the one in force, a template by its name, or a file.
import { type Policy, policyDigest } from '../../domain/policy/policy.ts'
import { sha256 } from '../../infra/crypto/nodeCrypto.ts'
import { isTemplateName, template } from '../../templates/templates.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import { policyFromFile, policyOfTemplate, uncheckedPolicy } from './policyFile.ts'

export interface ChosenPolicy {
  readonly policy: Policy
  readonly digest: string
}

const digested = (policy: Policy): ChosenPolicy => ({
  policy,
  digest: policyDigest(policy, sha256),
})

const inForce = async (): Promise<ChosenPolicy> => {
  const { policy, digest } = await withControlPlane((control) => control.call('policy.show', {}))
  return { policy: policy as Policy, digest }
}

/** A bare word that looks like no file is taken for a misspelt template. */
const isFile = (name: string): boolean => name === '-' || /[./\\]/.test(name)

export const shownPolicy = async (name: string | undefined): Promise<ChosenPolicy> => {
  if (name === undefined) return inForce()
  if (isTemplateName(name)) return digested(template(name))
  return digested(isFile(name) ? policyFromFile(name) : policyOfTemplate(name))
}

/** The same, of which the examples have not been run. */
export const testedPolicy = async (name: string | undefined): Promise<ChosenPolicy> =>
  name !== undefined && !isTemplateName(name) && isFile(name)
    ? digested(uncheckedPolicy(name))
    : shownPolicy(name)
