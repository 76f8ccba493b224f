import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import {
  LogCreated,
  Resumed,
  SecretDeleted,
  SecretInjected,
  SecretStored,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import type { Sinks } from '../../src/domain/secret/sinkList.ts'
import { MOST_SECRETS } from '../../src/domain/secret/declared.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'
import {
  secrets,
  type SecretsState,
  storedNames,
  storedSecret,
} from '../../src/projections/secrets.ts'

const crypto = { sha256, verifyEd25519 }
const authority = ed25519Signer(sha256(utf8('authority')))
const inForce: GateState = {
  ...gateState.initial(),
  policy: { digest: 'd'.repeat(64) as Digest, entry: 0, chunks: 1, time: 0, source: 'init' },
}
const created = (key: string | null) =>
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: key, engine: '1' })
const sinks: Sinks = { programs: ['curl'], hosts: [], paths: [], servers: [] }
const wide = { ...sinks, hosts: ['*'] }
const stored = (name: string, to = sinks) => new SecretStored({ name, sinks: to })

const fold = (events: ReadonlyArray<WitnessEvent>): SecretsState =>
  events.reduce<SecretsState>(
    (state, event, index) =>
      secrets.step(state, { index, time: 1000 + index, session: null, event }, crypto),
    { ...secrets.initial(), gate: inForce },
  )

const signed = <E extends WitnessEvent>(event: E, after: number): E => {
  const bytes = authorisedBytes('log.test/1', { after, expires: 61_000 }, { ...event })
  const signature = toBase64(authority.sign(bytes))
  return { ...event, authorisation: { after, expires: 61_000, signature } }
}

describe('the stored secrets', () => {
  it('follow the log', () => {
    const state = fold([
      created(null),
      stored('A'),
      stored('__proto__'),
      new SecretInjected({ name: 'A', toolUseId: 't', by: 'run' }),
      stored('A', wide),
      stored('B'),
      new SecretDeleted({ name: 'B' }),
      new SecretDeleted({ name: 'C' }),
      new SecretInjected({ name: 'C', by: 'file' }),
    ])
    expect(storedNames(state)).toEqual(['A', '__proto__'])
    expect(storedSecret(state, 'A')).toEqual({ sinks: wide, since: 1004, lastUsed: 1003 })
    expect(storedSecret(state, 'B')).toBeUndefined()
    expect(storedSecret(state, 'toString')).toBeUndefined()
    expect(secrets.isState(JSON.parse(JSON.stringify(state)))).toBe(true)
  })

  it('are not stored, nor sent elsewhere, by an entry without the authority’s signature', () => {
    const key = toBase64(authority.publicKey)
    const state = fold([
      created(key),
      signed(stored('A'), 1),
      stored('A', wide),
      stored('B'),
      // Signed for other sinks; and once more, after another loosening.
      { ...signed(stored('C'), 4), sinks: wide },
      signed(new Resumed({}), 5),
      signed(stored('D'), 3),
      signed(stored('E'), 7),
    ])
    expect(storedNames(state)).toEqual(['A', 'E'])
    expect(storedSecret(state, 'A')?.sinks).toEqual(sinks)
    expect(state.gate.unsigned).toEqual([2, 3, 4, 6])
  })

  it('have names that are names, and are bounded', () => {
    const names = Array.from({ length: MOST_SECRETS + 5 }, (_, i) => `N${i}`)
    const state = fold([
      created(null),
      stored('a b'),
      stored(''),
      ...names.map((one) => stored(one)),
    ])
    expect(storedNames(state)).toHaveLength(MOST_SECRETS)
    expect(storedSecret(state, `N${MOST_SECRETS}`)).toBeUndefined()
    expect(
      storedSecret(fold([created(null), stored('N1'), stored('N1', wide)]), 'N1')?.sinks,
    ).toEqual(wide)
  })
})
