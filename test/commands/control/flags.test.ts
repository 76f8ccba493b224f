import { describe, expect, it } from 'vitest'
import { ownPosture } from '../../../src/commands/control/ownPosture.ts'
import { queryOf } from '../../../src/commands/control/queryFlags.ts'

const NONE = {
  since: undefined,
  until: undefined,
  session: undefined,
  tool: undefined,
  capability: undefined,
  verdict: undefined,
  kind: undefined,
  text: undefined,
  payloads: false,
  limit: 50,
  follow: false,
}

describe('a query from flags', () => {
  it('holds what was given and nothing else', () => {
    expect(queryOf(NONE, 0)).toEqual({ limit: 50 })
    expect(
      queryOf(
        { ...NONE, since: '1h', tool: 'Bash', verdict: 'deny', follow: true, limit: 0 },
        7_200_000,
      ),
    ).toEqual({ since: 3_600_000, tool: 'Bash', verdict: 'deny', follow: true, limit: 0 })
  })

  it('takes --until with a date as the end of that day', () => {
    const { since, until } = queryOf({ ...NONE, since: '2026-03-01', until: '2026-03-01' }, 0)
    expect(until! - since!).toBe(86_400_000 - 1)
  })

  it('refuses what is no point in time', () => {
    expect(() => queryOf({ ...NONE, until: 'soon' }, 0)).toThrow('--until is no point in time')
  })
})

describe('ISONAPSE_POSTURE', () => {
  it('is a posture, or absent', () => {
    expect(ownPosture({ ISONAPSE_POSTURE: 'dry_run' })).toEqual({ posture: 'dry_run' })
    expect(ownPosture({ ISONAPSE_POSTURE: '' })).toEqual({})
    expect(ownPosture({})).toEqual({})
  })

  it('is never taken for something looser when it is misspelt', () => {
    expect(() => ownPosture({ ISONAPSE_POSTURE: 'Locked' })).toThrow('ISONAPSE_POSTURE')
  })
})
