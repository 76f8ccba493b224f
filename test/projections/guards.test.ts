import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import {
  GuardAdded,
  GuardRemoved,
  LogCreated,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import { type Guard, MOST_GUARDS } from '../../src/domain/guard/guard.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'
import { type Guards, guards, guardsOf, registeredGuards } from '../../src/projections/guards.ts'

const authority = ed25519Signer(sha256(utf8('authority')))
const inForce: GateState = {
  ...gateState.initial(),
  policy: { digest: 'd'.repeat(64) as Digest, entry: 0, chunks: 1, time: 0, source: 'init' },
}
const created = (key: string | null) =>
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: key, engine: '1' })

const guard = (name: string, more: Partial<Guard> = {}): Guard => ({
  name,
  program: '/opt/guards/one',
  hash: '0'.repeat(64) as Digest,
  tools: ['Bash'],
  timeoutMs: 1000,
  cases: { deny: '/opt/guards/deny.json', allow: '/opt/guards/allow.json' },
  ...more,
})
const add = (name: string, more: Partial<Guard> = {}) => new GuardAdded(guard(name, more))
const remove = (name: string) => new GuardRemoved({ name })

const fold = (...events: ReadonlyArray<WitnessEvent>) =>
  events.reduce<Guards>(
    (state, event, index) =>
      guards.step(
        state,
        { index, time: 1000 + index, session: null, event },
        { sha256, verifyEd25519 },
      ),
    { ...guards.initial(), gate: inForce },
  )
const names = (...events: ReadonlyArray<WitnessEvent>) =>
  registeredGuards(fold(created(null), ...events)).map(({ name }) => name)

describe('the guards that are registered', () => {
  it('are in the order of their names, and by tool', () => {
    const state = fold(created(null), add('b'), add('a', { tools: ['Write', 'mcp__*'] }))
    expect(registeredGuards(state).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(guardsOf(state, 'Bash').map(({ name }) => name)).toEqual(['b'])
    expect(guardsOf(state, 'mcp__x__y').map(({ name }) => name)).toEqual(['a'])
    expect(guards.isState(state)).toBe(true)
  })

  it('are removed, and never replaced by adding another of the name', () => {
    expect(names(add('a'), remove('b'), remove('a'))).toEqual([])
    const state = fold(created(null), add('a'), add('a', { program: '/tmp/evil' }))
    expect(registeredGuards(state)).toMatchObject([{ program: '/opt/guards/one' }])
  })

  it('are so many at most, and none that could not have been added', () => {
    expect(names(...Array.from({ length: 40 }, (_, i) => add(`g${i}`)))).toHaveLength(MOST_GUARDS)
    expect(
      names(
        add('__proto__'),
        add('a', { tools: [] }),
        add('b', { timeoutMs: 60_000 }),
        add('c', { program: 'relative' }),
      ),
    ).toEqual([])
  })

  it('change only with the signature that the log demands', () => {
    const key = toBase64(authority.publicKey)
    const expires = 61_000
    const signed = (event: GuardAdded | GuardRemoved, after: number): WitnessEvent => {
      const bytes = authorisedBytes('log.test/1', { after, expires }, { ...event })
      const signature = toBase64(authority.sign(bytes))
      return Object.assign(Object.create(Object.getPrototypeOf(event) as object) as GuardAdded, {
        ...event,
        authorisation: { after, expires, signature },
      })
    }
    const with1 = fold(created(key), add('a'))
    expect(registeredGuards(with1)).toEqual([])
    const with2 = fold(created(key), signed(add('a'), 1), remove('a'))
    expect(registeredGuards(with2)).toHaveLength(1)
    const with3 = fold(created(key), signed(add('a'), 1), signed(remove('a'), 2))
    expect(registeredGuards(with3)).toEqual([])
  })

  it('count without a signature before the first policy alone, as a log that goes on has them', () => {
    const before = { ...guards.initial() }
    const step = (state: Guards, event: WitnessEvent, index: number): Guards =>
      guards.step(state, { index, time: 1, session: null, event }, { sha256, verifyEd25519 })
    const key = toBase64(authority.publicKey)
    const begun = step(step(before, created(key), 0), add('a'), 1)
    expect(registeredGuards(begun).map(({ name }) => name)).toEqual(['a'])
    const inForceNow = { ...begun, gate: { ...begun.gate, policy: inForce.policy } }
    expect(registeredGuards(step(inForceNow, add('b'), 2))).toHaveLength(1)
  })
})
