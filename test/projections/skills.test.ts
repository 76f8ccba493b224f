import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import {
  LogCreated,
  SkillChecked,
  SkillDropped,
  SkillTrusted,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import { type Digest, digestOf } from '../../src/domain/hash.ts'
import type { SkillItem } from '../../src/domain/skills/item.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'
import {
  isCheckedSession,
  MOST_PLACES,
  MOST_SESSIONS,
  MOST_TRUSTED,
  MOST_UNTRUSTED,
  skills,
  type SkillsState,
  trustedHash,
  trustedItems,
  untrustedIn,
} from '../../src/projections/skills.ts'

const crypto = { sha256, verifyEd25519 }
const hashed = (text: string) => digestOf(sha256, utf8(text))
const authority = ed25519Signer(sha256(utf8('authority')))
const inForce: GateState = {
  ...gateState.initial(),
  policy: { digest: 'd'.repeat(64) as Digest, entry: 0, chunks: 1, time: 0, source: 'init' },
}
const created = (key: string | null = null): In => [
  null,
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: key, engine: '1' }),
]

type In = readonly [session: string | null, event: WitnessEvent]

const fold = (
  entries: ReadonlyArray<In>,
  from: SkillsState = { ...skills.initial(), gate: inForce },
): SkillsState =>
  entries.reduce<SkillsState>(
    (state, [session, event], index) =>
      skills.step(state, { index, time: 1000 + index, session, event }, crypto),
    from,
  )

const item = (name: string, text = 'a', kind: SkillItem['kind'] = 'mcp'): SkillItem => ({
  path: { home: name },
  kind,
  hash: hashed(text),
  level: 'project',
  in: { home: 'p' },
})
const trust = (...items: ReadonlyArray<SkillItem>): In => [null, new SkillTrusted({ items })]
const first = (...items: ReadonlyArray<SkillItem>): In => [
  null,
  new SkillTrusted({ items, first: true }),
]
const check = (
  session: string | null,
  untrusted: ReadonlyArray<SkillItem>,
  { place = 'p', more }: { readonly place?: string; readonly more?: number } = {},
): In => [
  session,
  new SkillChecked({
    place: { home: place },
    matched: 0,
    modified: 0,
    unknown: untrusted.length,
    missing: 0,
    untrusted: untrusted.map(({ path, kind, hash }) => ({ path, kind, hash, code: `new-${kind}` })),
    ...(more === undefined ? {} : { more }),
  }),
]

describe('the manifest', () => {
  it('holds what was trusted last, by path and kind', () => {
    const state = fold([created(), trust(item('a'), item('b')), trust(item('a', 'b'))])
    expect(trustedHash(state, 'mcp ~/a')).toBe(hashed('b'))
    expect(trustedHash(state, 'hook ~/a')).toBeUndefined()
    expect(trustedItems(state)).toEqual([item('a', 'b'), item('b')])
    expect(trustedItems(state, new Set(['~/other']))).toEqual([])
    expect(trustedHash(state, '__proto__')).toBeUndefined()
  })

  it('takes what is there on first sight once, before any check', () => {
    const state = fold([created(), first(item('a')), check('s', []), first(item('b'))])
    expect(trustedItems(state)).toEqual([item('a')])
  })

  it('with an authority takes nothing without its signature', () => {
    const change = { _tag: 'SkillTrusted', items: [item('a')] }
    const at = { after: 1, expires: 200_000 }
    const signature = toBase64(authority.sign(authorisedBytes('log.test/1', at, change)))
    const signed = new SkillTrusted({ items: [item('a')], authorisation: { ...at, signature } })
    const other = new SkillTrusted({ items: [item('b')], authorisation: { ...at, signature } })
    const open = created(toBase64(authority.publicKey))
    const untrusted = check('s', [item('a'), item('b')])
    expect(untrustedIn(fold([open, untrusted, trust(item('a'))]), 's')?.count).toBe(2)
    expect(untrustedIn(fold([open, untrusted, [null, other]]), 's')?.count).toBe(2)
    const accepted = fold([open, untrusted, [null, signed]])
    expect(untrustedIn(accepted, 's')).toEqual({ count: 1, codes: ['new-mcp'] })
    const dropped: In = [null, new SkillDropped({ items: [item('a')] })]
    expect(trustedItems(fold([dropped], accepted))).toEqual([item('a')])
  })

  it('forgets what is dropped', () => {
    const dropped: In = [null, new SkillDropped({ items: [{ path: { home: 'a' }, kind: 'mcp' }] })]
    const state = fold([created(), trust(item('a'), item('b')), dropped, dropped])
    expect(trustedItems(state)).toEqual([item('b')])
    expect(state.count).toBe(1)
  })
})

describe('what holds a session up', () => {
  it('is what the last check of its place found, and no other’s', () => {
    const state = fold([
      created(),
      check('s', [item('a'), item('b', 'b', 'hook')]),
      check('other', [], { place: 'q' }),
    ])
    expect(untrustedIn(state, 's')).toEqual({ count: 2, codes: ['new-hook', 'new-mcp'] })
    expect(untrustedIn(state, 'other')).toBeUndefined()
    expect(untrustedIn(state, 'nobody')).toBeUndefined()
    expect(isCheckedSession(state, 'nobody')).toBe(false)
    expect(untrustedIn(fold([check(null, [])], state), 's')).toBeUndefined()
  })

  it('ends with the trust of the very bytes that were found', () => {
    const state = fold([created(), check('s', [item('a')])])
    expect(untrustedIn(fold([trust(item('a', 'other'))], state), 's')?.count).toBe(1)
    expect(untrustedIn(fold([trust(item('a'))], state), 's')).toBeUndefined()
  })

  it('counts what is not kept, until a check says that it is gone', () => {
    const state = fold([created(), check('s', [item('a')], { more: 7 })])
    expect(untrustedIn(state, 's')).toEqual({ count: 8, codes: ['new-mcp'] })
    const left = fold([trust(item('a'))], state)
    expect(untrustedIn(left, 's')).toEqual({ count: 7, codes: ['more'] })
    expect(untrustedIn(fold([check('s', [])], left), 's')).toBeUndefined()
  })

  it('changes no state in place', () => {
    const state = fold([created(), trust(item('z')), check('s', [item('a')])])
    const before = structuredClone(state)
    fold([trust(item('a')), check('s', []), check('t', [item('b')], { place: 'q' })], state)
    expect(state).toEqual(before)
  })

  it('stays bounded, and forgets the oldest', () => {
    const many = (count: number): ReadonlyArray<number> => [...Array(count).keys()]
    const places = fold([
      created(),
      ...many(MOST_PLACES + 10).map((n) => check(null, [], { place: `p${n}` })),
    ])
    expect(Object.keys(places.places).length).toBeLessThanOrEqual(MOST_PLACES)
    expect(places.placeCount).toBe(Object.keys(places.places).length)
    const sessions = fold(many(MOST_SESSIONS + 10).map((n) => check(`s${n}`, [])))
    expect(sessions.sessionCount).toBe(Object.keys(sessions.sessions).length)
    expect(sessions.sessionCount).toBeLessThanOrEqual(MOST_SESSIONS)
    const trusted = fold([
      created(),
      ...many(Math.ceil(MOST_TRUSTED / 500) + 2).map((n) =>
        trust(...many(500).map((m) => item(`${n}/${m}`))),
      ),
    ])
    expect(trusted.count).toBe(Object.keys(trusted.manifest).length)
    expect(trusted.count).toBeLessThanOrEqual(MOST_TRUSTED)
    const crowded = fold([
      check(
        's',
        many(MOST_UNTRUSTED + 5).map((n) => item(`f${n}`)),
      ),
    ])
    expect(untrustedIn(crowded, 's')?.count).toBe(MOST_UNTRUSTED + 5)
  })
})
