import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postureFor } from '../../../src/domain/policy/posture.ts'
import { isStricterPosture, postureOfPermissionMode } from '../../../src/domain/policy/verdict.ts'
import { posture } from './generators.ts'

describe('postureFor', () => {
  it.each([
    [null, false, undefined, 'interactive'],
    [null, false, 'default', 'interactive'],
    [null, false, 'acceptEdits', 'interactive'],
    [null, false, 'plan', 'dry_run'],
    [null, false, 'bypassPermissions', 'autonomous'],
    [null, false, 'a-mode-of-tomorrow', 'autonomous'],
    ['interactive', false, 'bypassPermissions', 'autonomous'],
    ['dry_run', false, 'default', 'dry_run'],
    ['autonomous', false, 'plan', 'dry_run'],
    ['interactive', true, 'default', 'locked'],
    [null, true, undefined, 'locked'],
  ] as const)('explicit %s, suspended %s, client %s: %s', (explicit, suspended, mode, expected) => {
    expect(postureFor(explicit, suspended, mode)).toBe(expected)
  })

  it('is never looser than what was set, nor than what the client implies', () => {
    const mode = fc.constantFrom(undefined, 'default', 'plan', 'auto', 'dontAsk', 'x')
    fc.assert(
      fc.property(posture, fc.boolean(), mode, (explicit, suspended, permissionMode) => {
        const result = postureFor(explicit, suspended, permissionMode)
        expect(isStricterPosture(explicit, result)).toBe(false)
        expect(isStricterPosture(postureOfPermissionMode(permissionMode), result)).toBe(false)
      }),
    )
  })
})
