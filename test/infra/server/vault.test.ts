import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ControlItem, MethodName, Params } from '../../../src/domain/control/methods.ts'
import { PiiDetected } from '../../../src/domain/event/event.ts'
import { signLoosening } from '../../../src/infra/keys/authority.ts'
import { sessionKeyFile } from '../../../src/infra/keys/sessionKeyFiles.ts'
import { vaultKeyFile } from '../../../src/infra/keys/vaultKeyFiles.ts'
import { StoreFailure } from '../../../src/infra/store/errors.ts'
import { withMarked } from './marked.ts'
import { bash, type Plane, withPlane } from './plane.ts'

const DAY = 86_400_000
const PASSPHRASE = 'correct horse battery staple'
const outside = { pid: process.pid }

/** What an event does whose text held these values. */
const met = async (
  { context: { vault, log } }: Plane,
  session: string,
  values: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const { tokens, events, cached } = (await vault.of(session)).tokenise(
    values.map((value) => ({ type: 'EMAIL_ADDRESS', value })),
  )
  const detected = new PiiDetected({
    seenIn: 'PostToolUse',
    types: { EMAIL_ADDRESS: values.length },
    tier: 'rules',
    values: values.length,
    cached,
  })
  await log.append([...events, detected].map((event) => ({ session, event })))
  return tokens
}

const failureOf = (promise: Promise<unknown>): Promise<{ kind: string; exit: number }> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { kind: string; exit: number }) => error,
  )

const kindsOf = async (plane: Plane): Promise<ReadonlyArray<string>> =>
  (await plane.entries()).map(({ event }) => event._tag)

describe('vault.stats', () => {
  it('tells what each session holds and how often a value was at hand, and no value', async () => {
    await withPlane(async (plane) => {
      expect(await plane.call('vault.stats', {})).toMatchObject({
        rows: 0,
        sessions: [],
        ratio: null,
      })
      await met(plane, 'aa1', ['a@e.test', 'b@e.test'])
      await met(plane, 'aa1', ['a@e.test', 'c@e.test'])
      await met(plane, 'bb2', ['a@e.test'])
      const all = await plane.call('vault.stats', {})
      expect(all).toMatchObject({
        rows: 4,
        types: { EMAIL_ADDRESS: 4 },
        lookups: 5,
        hits: 1,
        ratio: 0.2,
        store: plane.paths.witnessDir,
        sessionsInAll: 2,
      })
      expect(all.sessions.map(({ session }) => session)).toEqual(['bb2', 'aa1'])
      const one = await plane.call('vault.stats', { session: 'aa' })
      expect(one.sessions).toEqual([
        expect.objectContaining({
          session: 'aa1',
          rows: 3,
          ratio: 0.25,
          keyFile: vaultKeyFile(plane.paths.keysDir, 'aa1', 0),
        }),
      ])
      expect(JSON.stringify([all, one])).not.toContain('e.test')
      expect((await failureOf(plane.call('vault.stats', { session: 'x' }))).kind).toBe(
        'no-such-session',
      )
    })
  })
})

describe('vault.reveal', () => {
  it('shows a value, with its session or without, after the log says so', async () => {
    await withPlane(async (plane) => {
      const [token] = await met(plane, 's1', ['a@e.test'])
      await met(plane, 's2', ['a@e.test'])
      for (const more of [{}, { session: 's1' }, { session: 's' }]) {
        const before = plane.context.log.head().size
        const asked = plane.call('vault.reveal', { token: token!, ...more, ...outside })
        if ('session' in more && more.session === 's') {
          // The latest session that begins so is another one.
          expect((await failureOf(asked)).kind).toBe('unknown-token')
          expect(plane.context.log.head().size).toBe(before)
          continue
        }
        const shown = await asked
        expect(shown).toMatchObject({ session: 's1', type: 'EMAIL_ADDRESS', plaintext: 'a@e.test' })
        const entry = (await plane.entries())[shown.index]!
        expect(entry).toMatchObject({ session: 's1', event: { _tag: 'VaultRevealed', token } })
      }
    })
  })

  it('is refused to the client, and to whoever does not say who asks', async () => {
    await withPlane(async (plane) => {
      const [token] = await met(plane, 's', ['a@e.test'])
      const refused = async (params: { pid?: number }) =>
        expect(
          await failureOf(plane.call('vault.reveal', { token: token!, ...params })),
        ).toMatchObject({ kind: 'denied', exit: 2 })
      await refused({})
      await withMarked((pid) => refused({ pid }))
      expect(await kindsOf(plane)).not.toContain('VaultRevealed')
    })
  })

  it('shows nothing where the log cannot be written', async () => {
    await withPlane(async (plane) => {
      const [token] = await met(plane, 's', ['a@e.test'])
      const { log } = plane.context
      const { append } = log
      const full = new StoreFailure({ reason: 'full', path: '/x', detail: 'no space left' })
      Object.assign(log, { append: () => Promise.reject(full) })
      try {
        const failed = await failureOf(plane.call('vault.reveal', { token: token!, ...outside }))
        expect(failed.kind).toBe('store-full')
        expect(JSON.stringify(failed)).not.toContain('a@e.test')
      } finally {
        Object.assign(log, { append })
      }
    })
  })

  it('knows no token of nobody’s, and takes nothing else for one', async () => {
    await withPlane(async (plane) => {
      await met(plane, 's', ['a@e.test'])
      const reveal = (token: string) => failureOf(plane.call('vault.reveal', { token, ...outside }))
      expect((await reveal(`[PII_${'0'.repeat(32)}]`)).kind).toBe('unknown-token')
      expect(await reveal('a@e.test')).toMatchObject({ kind: 'usage', exit: 2 })
      expect(await kindsOf(plane)).not.toContain('VaultRevealed')
    })
  })

  it('needs the authority’s signature for this very token where there is an authority', async () => {
    await withPlane(
      async (plane) => {
        const [a, b] = await met(plane, 's', ['a@e.test', 'b@e.test'])
        const asked = (token: string, more: object) =>
          plane.call('vault.reveal', { token, ...outside, ...more })
        expect((await failureOf(asked(a!, {}))).kind).toBe('denied')
        const challenge = await plane.call('challenge', {
          method: 'vault.reveal',
          params: { token: a },
        })
        expect(challenge).toMatchObject({
          loosens: true,
          change: { _tag: 'VaultRevealed', token: a },
        })
        expect(JSON.stringify(challenge)).not.toContain('e.test')
        const authorisation = await Effect.runPromise(
          signLoosening(plane.paths.authorityFile, PASSPHRASE, challenge),
        )
        expect((await failureOf(asked(b!, { authorisation }))).kind).toBe('denied')
        expect(await asked(a!, { authorisation })).toMatchObject({ plaintext: 'a@e.test' })
        // A signature is good for one time.
        expect((await failureOf(asked(a!, { authorisation }))).kind).toBe('denied')
        expect(plane.context.log.projected().gate.unsigned).toEqual([])
      },
      { passphrase: PASSPHRASE },
    )
  }, 20_000)
})

describe('vault.export', () => {
  const exported = async (plane: Plane, params: Params<'vault.export'>) => {
    const items: Array<ControlItem> = []
    const done = await plane.call('vault.export', { ...params, ...outside }, (item) =>
      items.push(item),
    )
    return { done, rows: items.flatMap((item) => ('row' in item ? [item.row] : [])) }
  }

  it('streams values with their tokens, of one session or all, after the log says so', async () => {
    await withPlane(async (plane) => {
      const [a] = await met(plane, 's1', ['a@e.test'])
      const [b, odd] = await met(plane, 's2', ['b@e.test', '\ud800 "odd"\n'])
      const row = (session: string, token: string, plaintext: string) => ({
        session,
        token,
        type: 'EMAIL_ADDRESS',
        plaintext,
      })
      const one = await exported(plane, { session: 's1' })
      expect(one.rows).toEqual([row('s1', a!, 'a@e.test')])
      expect((await plane.entries())[one.done.index]).toMatchObject({
        session: 's1',
        event: { _tag: 'VaultExported', rows: 1 },
      })
      const all = await exported(plane, {})
      expect(all.done).toMatchObject({ rows: 3, sessions: 2 })
      expect(all.rows).toEqual([
        row('s2', b!, 'b@e.test'),
        row('s2', odd!, '\ud800 "odd"\n'),
        row('s1', a!, 'a@e.test'),
      ])
      expect((await plane.entries())[all.done.index]).toMatchObject({ session: null })
    })
  })

  it('is refused to the client, and where there is nothing', async () => {
    await withPlane(async (plane) => {
      expect((await failureOf(plane.call('vault.export', { ...outside }))).kind).toBe('empty')
      await met(plane, 's1', ['a@e.test'])
      await withMarked(async (pid) => {
        const items: Array<ControlItem> = []
        const refused = plane.call('vault.export', { pid }, (item) => items.push(item))
        expect((await failureOf(refused)).kind).toBe('denied')
        expect(items).toEqual([])
      })
    })
  })
})

describe('vault.gc', () => {
  const withTime = (use: (plane: Plane, pass: (ms: number) => void) => Promise<void>) => {
    let time = Date.now()
    return withPlane((plane) => use(plane, (ms) => (time += ms)), { now: () => time })
  }

  it('gives up what is old, and is refused to the client', async () => {
    await withTime(async (plane, pass) => {
      const [old] = await met(plane, 's', ['old@e.test'])
      pass(31 * DAY)
      const [young] = await met(plane, 's', ['young@e.test'])
      const ttl = { ttlMs: 30 * DAY }
      expect(await plane.call('vault.gc', { ...ttl, dryRun: true })).toMatchObject({ collected: 1 })
      expect((await failureOf(plane.call('vault.gc', ttl))).kind).toBe('denied')
      await withMarked(async (pid) =>
        expect((await failureOf(plane.call('vault.gc', { ...ttl, pid }))).kind).toBe('denied'),
      )
      expect(await plane.call('vault.gc', { ...ttl, ...outside })).toEqual({
        dryRun: false,
        collected: 1,
        kept: 1,
        sessions: 1,
        keys: 1,
        payloadKeys: null,
        failed: [],
      })
      const reveal = (token: string) => plane.call('vault.reveal', { token, ...outside })
      expect((await failureOf(reveal(old!))).kind).toBe('unknown-token')
      expect(await reveal(young!)).toMatchObject({ plaintext: 'young@e.test' })
    })
  })

  it('gives up everything at 0, down to the last key', async () => {
    await withTime(async (plane) => {
      await met(plane, 's', ['a@e.test'])
      await met(plane, 't', ['b@e.test'])
      expect(await plane.call('vault.gc', { ttlMs: 0, ...outside })).toMatchObject({
        collected: 2,
        keys: 2,
      })
      expect(fs.readdirSync(path.join(plane.paths.keysDir, 'vault'))).toEqual([])
      expect((await failureOf(plane.call('vault.gc', { ttlMs: -1, ...outside }))).kind).toBe(
        'usage',
      )
    })
  })

  it('destroys payload keys of silent sessions alone, and only where it is asked to', async () => {
    await withTime(async (plane, pass) => {
      const call = bash(plane, 'ls')
      await plane.hook('PreToolUse', { ...call, session_id: 'silent' })
      await plane.hook('PreToolUse', 'no payload at all')
      pass(31 * DAY)
      await plane.hook('PreToolUse', { ...call, session_id: 'busy' })
      const files = ['silent', 'busy', null].map((id) => sessionKeyFile(plane.paths.keysDir, id))
      const there = () => files.map((file) => fs.existsSync(file))
      const gc = (more: object) => plane.call('vault.gc', { ttlMs: 30 * DAY, ...outside, ...more })
      expect(await gc({})).toMatchObject({ payloadKeys: null })
      expect(await gc({ payloads: true, dryRun: true })).toMatchObject({ payloadKeys: 1 })
      expect(there()).toEqual([true, true, true])
      expect(await gc({ payloads: true })).toMatchObject({ payloadKeys: 1 })
      expect(there()).toEqual([false, true, true])
      // Who was active within the hour keeps its key, whatever is asked for.
      expect(await gc({ payloads: true, ttlMs: 0 })).toMatchObject({ payloadKeys: 0 })
      const payloads = async (session: string) => {
        const items: Array<ControlItem> = []
        const kind = 'HookReceived'
        await plane.call('witness.query', { session, kind, payloads: true }, (one) =>
          items.push(one),
        )
        return items.flatMap((one) => ('item' in one ? [one.item.sealed ?? 'opened'] : []))
      }
      expect(await payloads('silent')).toEqual(['no-key'])
      expect(await payloads('busy')).toEqual(['opened'])
      // One that comes back gets another key, and does not seal under the one that is gone.
      await plane.hook('PreToolUse', { ...call, session_id: 'silent', tool_use_id: 'again' })
      expect(await payloads('silent')).toEqual(['damaged', 'opened'])
      expect(there()).toEqual([true, true, true])
      expect(await plane.call('witness.verify', {})).toMatchObject({ problem: null })
    })
  })
})

describe('the rest of the program', () => {
  it('verifies, replays and searches a log that the vault is in', async () => {
    await withPlane(async (plane) => {
      const [token] = await met(plane, 's', ['a@e.test'])
      await plane.hook('PreToolUse', bash(plane, 'ls', { session_id: 's' }))
      await plane.call('vault.reveal', { token: token!, ...outside })
      await plane.call('vault.gc', { ttlMs: 0, ...outside })
      await met(plane, 's', ['a@e.test'])
      const call = <M extends MethodName>(method: M) => plane.call(method, {} as Params<M>)
      expect(await call('witness.verify')).toMatchObject({ problem: null, badIndex: null })
      const replayed = await call('witness.replay')
      expect(replayed).toMatchObject({ mismatches: 0, first: null })
      const kinds = (await call('witness.stats')).byKind
      expect(kinds).toMatchObject({ VaultStored: 2, VaultRevealed: 1, VaultCollected: 1 })
    })
  })
})
