// A policy for replays to be tried on: the default's rules, and one that counts.
import { template } from '../../../src/templates/templates.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'

const base = template('default')

export const countingPolicy: Policy = {
  ...base,
  name: 'counting',
  rules: [
    ...base.rules,
    {
      id: 'installs',
      verdict: 'deny',
      match: { capability: 'tool:Bash:npm:install' },
      rate: { max: 2, per: 'hour' },
      reason: 'too many packages at once',
    },
  ],
}
