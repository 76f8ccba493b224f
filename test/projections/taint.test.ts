import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import {
  HookReceived,
  InjectionDetected,
  LogCreated,
  TaintCleared,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { InjectionSource } from '../../src/domain/sensitive/injection/source.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import {
  MOST_SESSIONS,
  taint,
  type Taint,
  taintedIn,
  taintedSessions,
} from '../../src/projections/taint.ts'

const crypto = { sha256, verifyEd25519 }
const authority = ed25519Signer(sha256(utf8('authority')))
const created = (key: string | null) =>
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: key, engine: '1' })

type In = readonly [session: string | null, event: WitnessEvent]

const fold = (entries: ReadonlyArray<In>): Taint =>
  entries.reduce<Taint>(
    (state, [session, event], index) =>
      taint.step(state, { index, time: 1000 + index, session, event }, crypto),
    taint.initial(),
  )

const hit = (score = 0.9, source: InjectionSource | undefined = 'web', session = 's'): In => [
  session,
  new InjectionDetected({
    seenIn: 'PostToolUse',
    detector: 'rules:ignore',
    score,
    tier: 'rules',
    ...(source === undefined ? {} : { source }),
  }),
]
const clear = (of: string | null): In => [of, new TaintCleared({ of })]
const hook = (kind: string, session = 's'): In => [
  session,
  // Of a payload nothing is looked at.
  Object.assign(Object.create(HookReceived.prototype) as HookReceived, {
    _tag: 'HookReceived',
    name: kind,
    kind,
  }),
]
const open: In = [null, created(null)]

describe('a taint', () => {
  it('is of the session that was hit alone, from its first hit on, by its strongest', () => {
    const state = fold([open, hit(0.6), hit(0.9, 'mcp'), hit(0.7, 'outside')])
    expect(taintedIn(state, 's')).toEqual({ score: 0.9, source: 'mcp' })
    expect(taintedIn(state, 'other')).toBeUndefined()
    expect(taintedIn(state, '__proto__')).toBeUndefined()
    expect(taintedSessions(state)).toEqual([
      { session: 's', since: 1, time: 1001, score: 0.9, source: 'mcp', hits: 3, last: 3 },
    ])
  })

  it('comes sooner from a stranger than from the project’s own text', () => {
    expect(taintedIn(fold([open, hit(0.75, 'project')]), 's')).toBeUndefined()
    expect(taintedIn(fold([open, hit(0.9, 'instructions')]), 's')).toBeUndefined()
    expect(taintedIn(fold([open, hit(0.55, 'mcp')]), 's')).toBeDefined()
    expect(taintedIn(fold([open, hit(0.9, 'project')]), 's')).toBeDefined()
    const [session, event] = hit(0.55)
    const { source: _, ...unknown } = event as InjectionDetected
    expect(taintedIn(fold([open, [session, unknown as WitnessEvent]]), 's')).toEqual({
      score: 0.55,
    })
  })

  it('ends when it is cleared, for one session or for all, and begins again with the next hit', () => {
    const both = [open, hit(), hit(0.8, 'web', 'other')]
    expect(taintedSessions(fold([...both, clear('s')])).map(({ session }) => session)).toEqual([
      'other',
    ])
    expect(fold([...both, clear(null)])).toMatchObject({ sessions: {}, count: 0 })
    const again = fold([...both, clear('s'), hit(0.6)])
    expect(taintedSessions(again)[0]).toMatchObject({ session: 's', since: 4, score: 0.6, hits: 1 })
  })

  it('is not cleared by the envelope, which no signature covers', () => {
    const state = fold([
      open,
      hit(),
      hit(0.8, 'web', 'other'),
      ['other', new TaintCleared({ of: 's' })],
    ])
    expect(taintedSessions(state).map(({ session }) => session)).toEqual(['other'])
  })

  it('is off the list when the session ends, and no call is freed by whoever reports that', () => {
    const listed = (...after: ReadonlyArray<In>) => {
      const state = fold([open, hit(), hook('session.end'), ...after])
      return taintedSessions(state).map(({ session }) => session)
    }
    expect(listed()).toEqual([])
    expect(listed(hook('stop'), hook('session.start', 'other'))).toEqual([])
    for (const kind of ['session.start', 'prompt', 'tool.before'])
      expect(listed(hook(kind)), kind).toEqual(['s'])
    expect(taintedIn(fold([open, hit(), hook('session.end')]), 's')).toEqual({
      score: 0.9,
      source: 'web',
    })
    const cleared = fold([open, hit(), hook('session.end'), clear('s'), hook('session.start')])
    expect(taintedIn(cleared, 's')).toBeUndefined()
  })

  it('is kept for as many sessions as are bounded, and longest for those that go on', () => {
    const many = Array.from({ length: 600 }, (_, i) => [
      hit(0.9, 'web', `ended${i}`),
      hook('session.end', `ended${i}`),
    ]).flat()
    const going = Array.from({ length: MOST_SESSIONS - 599 }, (_, i) => hit(0.9, 'web', `on${i}`))
    const state = fold([open, ...going, ...many])
    expect(Object.keys(state.sessions)).toHaveLength(state.count)
    expect(state.count).toBeLessThanOrEqual(MOST_SESSIONS)
    expect(taintedSessions(state)).toHaveLength(going.length)
  })

  it('takes scores that are none for the nearest one', () => {
    expect(taintedIn(fold([open, hit(7)]), 's')).toEqual({ score: 1, source: 'web' })
    expect(taintedIn(fold([open, hit(-0)]), 's')).toBeUndefined()
  })
})

describe('under an authority', () => {
  const underAuthority: In = [null, created(toBase64(authority.publicKey))]
  const signed = (of: string | null, as: string | null = of, after = 2): In => {
    const expires = 61_000
    const change = { _tag: 'TaintCleared', of }
    const bytes = authorisedBytes('log.test/1', { after, expires }, change)
    const signature = toBase64(authority.sign(bytes))
    return [as, new TaintCleared({ of: as, authorisation: { after, expires, signature } })]
  }

  it('only a signed clearing counts, and only once', () => {
    const begin = [underAuthority, hit()]
    expect(taintedIn(fold([...begin, clear('s')]), 's')).toBeDefined()
    expect(taintedIn(fold([...begin, clear(null)]), 's')).toBeDefined()
    expect(taintedIn(fold([...begin, signed('s')]), 's')).toBeUndefined()
    expect(taintedIn(fold([...begin, signed('s'), hit(), signed('s')]), 's')).toBeDefined()
  })

  it('a signature for one session clears no other, nor all of them', () => {
    const begin = [underAuthority, hit()]
    expect(taintedIn(fold([...begin, signed('other', 's')]), 's')).toBeDefined()
    expect(taintedIn(fold([...begin, signed('other', null)]), 's')).toBeDefined()
  })
})
