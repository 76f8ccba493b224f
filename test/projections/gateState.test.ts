import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import {
  ConfigChanged,
  LogCreated,
  ModeChanged,
  PolicyApplied,
  PostureChanged,
  Resumed,
  Suspended,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'

const crypto = { sha256, verifyEd25519 }
const authority = ed25519Signer(sha256(utf8('authority')))
const created = (key: string | null) =>
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: key, engine: '1' })

const fold = (events: ReadonlyArray<WitnessEvent>): GateState =>
  events.reduce<GateState>(
    (state, event, index) =>
      gateState.step(state, { index, time: 1000 + index, session: null, event }, crypto),
    gateState.initial(),
  )

/** The event with the authority's signature, made when the log had `after` entries. */
const signed = <E extends WitnessEvent>(
  event: E,
  after: number,
  origin = 'log.test/1',
  expires = 61_000,
): E => {
  const bytes = authorisedBytes(origin, { after, expires }, { ...event })
  const signature = toBase64(authority.sign(bytes))
  return { ...event, authorisation: { after, expires, signature } }
}
const enforce = new ModeChanged({ from: 'profile', to: 'enforce' })
const profile = new ModeChanged({ from: 'enforce', to: 'profile' })
const underAuthority = created(toBase64(authority.publicKey))

describe('the gate’s state', () => {
  it('follows the log', () => {
    const digest = 'a'.repeat(64) as Digest
    const state = fold([
      created(null),
      new PolicyApplied({ digest, chunks: [digest], source: 'init' }),
      enforce,
      new PostureChanged({ from: null, to: 'autonomous' }),
      new Suspended({}),
      new ConfigChanged({ key: 'witness.durability', value: '"fsync"' }),
    ])
    expect(state).toMatchObject({
      origin: 'log.test/1',
      mode: 'enforce',
      posture: 'autonomous',
      suspended: true,
      policy: { digest, entry: 1, chunks: 1, time: 1001 },
      settings: { 'witness.durability': '"fsync"' },
    })
    expect(fold([created(null), enforce, new Suspended({}), new Resumed({})]).suspended).toBe(false)
  })

  it('is no later entry’s to rename or to take over', () => {
    const usurper = new LogCreated({
      origin: 'evil',
      verifierKey: 'evil',
      authority: null,
      engine: '1',
    })
    expect(fold([underAuthority, usurper])).toMatchObject({
      origin: 'log.test/1',
      authority: toBase64(authority.publicKey),
    })
  })

  it('at level open takes a loosening without a signature', () => {
    expect(fold([created(null), enforce, profile])).toMatchObject({ mode: 'profile', unsigned: [] })
  })

  it('under an authority ignores an unsigned loosening and says which it was', () => {
    expect(fold([underAuthority, enforce, profile])).toMatchObject({
      mode: 'enforce',
      unsigned: [2],
      lastLoosening: -1,
    })
  })

  it('under an authority needs no signature to become stricter', () => {
    const state = fold([underAuthority, enforce, new Suspended({})])
    expect(state).toMatchObject({ mode: 'enforce', suspended: true, unsigned: [] })
  })

  it('under an authority takes a signed loosening', () => {
    expect(fold([underAuthority, enforce, signed(profile, 2)])).toMatchObject({
      mode: 'profile',
      lastLoosening: 2,
      unsigned: [],
    })
  })

  it.each([
    ['a second time', [signed(profile, 2), enforce, signed(profile, 2)]],
    ['made for later than it stands', [signed(profile, 99)]],
    ['that has expired', [signed(profile, 2, 'log.test/1', 1000)]],
    ['that lives longer than any is made for', [signed(profile, 2, 'log.test/1', 400_000)]],
    ['made for another log', [signed(profile, 2, 'log.test/2')]],
    [
      'made for another change',
      [{ ...new Resumed({}), authorisation: signed(profile, 2).authorisation! }],
    ],
    [
      'with a signature that is no base64',
      [{ ...profile, authorisation: { after: 2, expires: 61_000, signature: '*' } }],
    ],
  ] as ReadonlyArray<readonly [string, ReadonlyArray<WitnessEvent>]>)(
    'does not take a signature %s',
    (_, events) => {
      const state = fold([underAuthority, enforce, new Suspended({}), ...events])
      expect(state.unsigned).toEqual([2 + events.length])
    },
  )

  it('stays a snapshot that reads back as itself, in a bounded size', () => {
    const events = fc.constantFrom<WitnessEvent>(
      enforce,
      profile,
      new Suspended({}),
      new Resumed({}),
    )
    fc.assert(
      fc.property(fc.array(events, { maxLength: 300 }), (some) => {
        const state = fold([underAuthority, ...some])
        const text = canonicalJson(state)
        expect(text.length).toBeLessThan(5000)
        const read = JSON.parse(text) as unknown
        expect(gateState.isState(read)).toBe(true)
        expect(read).toEqual(state)
      }),
      { numRuns: 30 },
    )
  })
})
