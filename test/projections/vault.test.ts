import { describe, expect, it } from 'vitest'
import type { WitnessEvent } from '../../src/domain/event/event.ts'
import {
  PiiDetected,
  VaultCollected,
  type VaultRow,
  VaultStored,
  VaultUsed,
} from '../../src/domain/event/event.ts'
import { sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import {
  MOST_SESSIONS,
  vault,
  vaultSession,
  vaultSessions,
  type VaultState,
} from '../../src/projections/vault.ts'

const row = (type: string, used?: number): VaultRow => ({
  token: `[PII_${'a'.repeat(32)}]`,
  type,
  index: 'b'.repeat(32),
  nonce: '',
  data: '',
  ...(used === undefined ? {} : { used }),
})
const stored = (generation: number, ...types: ReadonlyArray<string>) =>
  new VaultStored({ generation, rows: types.map((type) => row(type)) })
const detected = (values: number, cached: number) =>
  new PiiDetected({ seenIn: 'PostToolUse', types: {}, tier: 'rules', values, cached })

/** Entry n is written at 1000 · n. */
const fold = (
  events: ReadonlyArray<readonly [session: string | null, WitnessEvent]>,
  from: VaultState = vault.initial(),
  first = 0,
): VaultState =>
  events.reduce(
    (state, [session, event], i) =>
      vault.step(
        state,
        { index: first + i, time: 1000 * (first + i), session, event },
        { sha256, verifyEd25519 },
      ),
    from,
  )

describe('the vault projection', () => {
  it('says where a session’s rows are, of which types, and how often they served', () => {
    const state = fold([
      [null, stored(0, 'A')],
      ['s', stored(0, 'A', 'B')],
      ['s', detected(2, 0)],
      ['t', stored(0, 'A')],
      ['s', stored(0, 'A')],
      ['s', new VaultUsed({ tokens: ['x'] })],
      ['s', detected(3, 2)],
    ])
    expect(vaultSession(state, 's')).toEqual({
      generation: 0,
      first: 1,
      last: 5,
      rows: 3,
      types: { A: 2, B: 1 },
      lookups: 5,
      hits: 2,
      used: 6000,
      seen: 6,
    })
    expect(vaultSessions(state).map(([id]) => id)).toEqual(['s', 't'])
    expect(vaultSession(state, 'toString')).toBeUndefined()
  })

  it('forgets the rows of a generation when it is collected, and takes late ones for nothing', () => {
    const state = fold([
      ['s', stored(0, 'A', 'A')],
      ['s', new VaultCollected({ generation: 1, collected: 1, kept: 1 })],
      ['s', new VaultStored({ generation: 1, rows: [row('A', 500)] })],
      ['s', stored(0, 'B')],
      ['s', new VaultCollected({ generation: 1, collected: 9, kept: 9 })],
    ])
    expect(vaultSession(state, 's')).toMatchObject({
      generation: 1,
      first: 1,
      last: 2,
      rows: 1,
      types: { A: 1 },
    })
  })

  it('does not take being stored anew for a use', () => {
    const state = fold([
      ['s', stored(0, 'A')],
      ['s', new VaultCollected({ generation: 1, collected: 0, kept: 1 })],
      ['s', new VaultStored({ generation: 1, rows: [row('A', 0)] })],
    ])
    expect(vaultSession(state, 's')!.used).toBe(0)
  })

  it('does not claim to know where the rows are of one that it may have dropped', () => {
    const many = Array.from(
      { length: MOST_SESSIONS + 1 },
      (_, i) => [`n${i}`, stored(0, 'A')] as const,
    )
    const state = fold([['s', stored(0, 'A')], ...many])
    expect(state).toMatchObject({ dropped: true, count: vaultSessions(state).length })
    expect(state.count).toBeLessThanOrEqual(MOST_SESSIONS)
    expect(vaultSession(state, 's')).toBeUndefined()
    const met = fold([['s', detected(1, 1)]], state, 2000)
    expect(vaultSession(met, 's')).toMatchObject({ generation: -1, first: -1 })
    const again = fold([['s', stored(3, 'A')]], met, 2001)
    expect(vaultSession(again, 's')).toMatchObject({ generation: 3, first: 2001, rows: 1 })
  })

  it('stays bounded and storable whatever an entry says', () => {
    const types = Array.from({ length: 500 }, (_, i) => `T${i}`.repeat(200))
    const state = fold([
      ['__proto__', stored(0, '__proto__', 'constructor', ...types)],
      ['__proto__', detected(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
      ['__proto__', detected(Number.MAX_SAFE_INTEGER, -5)],
      ['s', new VaultCollected({ generation: -7, collected: -1, kept: -1 })],
    ])
    const one = vaultSession(state, '__proto__')!
    expect(Object.keys(one.types).length).toBeLessThanOrEqual(65)
    expect(JSON.stringify(one).length).toBeLessThan(20_000)
    expect(one.hits).toBeLessThanOrEqual(one.lookups)
    expect(vault.isState(JSON.parse(JSON.stringify(state)))).toBe(true)
  })
})
