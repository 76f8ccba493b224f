// Two policies as their exported JSON, compared line by line in unified form.
import { createTwoFilesPatch } from 'diff'
import type { Policy } from '../../domain/policy/policy.ts'

export const exportedText = (policy: Policy): string => `${JSON.stringify(policy, null, 2)}\n`

/** Without a trailing newline; empty where both say the same. */
export const policyDiff = (from: Policy, to: Policy): string => {
  const [before, after] = [exportedText(from), exportedText(to)]
  if (before === after) return ''
  return createTwoFilesPatch(
    `policy ${from.name}`,
    `policy ${to.name}`,
    before,
    after,
    undefined,
    undefined,
    { context: 3 },
  )
    .replace(/^=+\n/, '')
    .trimEnd()
}
