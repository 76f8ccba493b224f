import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type VaultRow, VaultStored, VaultUsed } from '../../../src/domain/event/event.ts'
import { TOKEN } from '../../../src/domain/vault/token.ts'
import { readVaultKey, vaultKeyFile } from '../../../src/infra/keys/vaultKeyFiles.ts'
import { MOST_HELD } from '../../../src/infra/vault/logVault.ts'
import { MOST_NEW_ROWS } from '../../../src/infra/vault/sessionRows.ts'
import { MOST_SESSIONS } from '../../../src/projections/vault.ts'
import type { Tokenised, Value } from '../../../src/infra/vault/Vault.ts'
import { DAY, draftsOf, MASTER, openVaultLog, valueFor } from './vaultLog.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
)
const anyValue: fc.Arbitrary<Value> = fc.record({
  type: fc.constantFrom('EMAIL_ADDRESS', 'SECRET', 'OWN_badge'),
  value: anyText,
})

const rowsIn = ({ events }: Tokenised): ReadonlyArray<VaultRow> =>
  events.flatMap((event) => (event._tag === 'VaultStored' ? event.rows : []))

describe('a session of the vault', () => {
  it('gives any value back by its token, and one token to one value, across restarts', async () => {
    const one = await openVaultLog()
    const before = new Map<string, string>()
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { maxLength: 12 }), fc.nat(9), async (values, n) => {
        if (n === 0) await one.reopen()
        const { tokens } = await one.store('s', values)
        expect(tokens).toHaveLength(values.length)
        for (const [i, { type, value }] of values.entries()) {
          const token = tokens[i]!
          expect(token).toMatch(new RegExp(`^${TOKEN.source}$`))
          const key = `${type}\0${value}`
          expect(token).toBe(before.get(key) ?? token)
          before.set(key, token)
          expect((await one.vault.of('s')).valueOf(token)).toEqual({ type, value })
        }
      }),
      { numRuns: 60 },
    )
    await one.reopen()
    for (const [key, token] of before) {
      const [type, value] = [key.slice(0, key.indexOf('\0')), key.slice(key.indexOf('\0') + 1)]
      expect((await one.vault.of('s')).valueOf(token)).toEqual({ type, value })
    }
    expect(new Set(before.values()).size).toBe(before.size)
  }, 30_000)

  it('knows nothing of other sessions’ tokens, nor of tokens that nobody gave', async () => {
    const one = await openVaultLog()
    const [a] = (await one.store('a', ['x@example.test'])).tokens
    const [b] = (await one.store('b', ['x@example.test'])).tokens
    expect(a).not.toBe(b)
    expect(await one.valueOf('a', a!)).toBe('x@example.test')
    expect(await one.valueOf('b', a!)).toBeUndefined()
    expect(await one.valueOf('a', b!)).toBeUndefined()
    for (const other of [`[PII_${'0'.repeat(32)}]`, '', 'x@example.test', '__proto__'])
      expect(await one.valueOf('a', other)).toBeUndefined()
    expect(one.vaultKeys()).toHaveLength(2)
  })

  it('answers a repeated value from memory, and counts what had its token at hand', async () => {
    const one = await openVaultLog()
    const values = ['a@example.test', 'b@example.test', 'a@example.test']
    const first = await one.store('s', values)
    expect(first).toMatchObject({ cached: 0, unkept: 0 })
    expect(first.tokens[0]).toBe(first.tokens[2])
    expect(rowsIn(first)).toHaveLength(2)
    const again = await one.store('s', values)
    expect(again).toEqual({ tokens: first.tokens, events: [], cached: 2, unkept: 0 })
    await one.reopen()
    // After a restart the index finds it: no new row, and the crypto of one look.
    expect(await one.store('s', values)).toMatchObject({
      tokens: first.tokens,
      cached: 0,
      events: [],
    })
    expect(await one.store('s', values)).toMatchObject({ cached: 2 })
  })

  it('says the same value of two types apart', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', [
      { type: 'SECRET', value: '4111' },
      { type: 'CREDIT_CARD', value: '4111' },
    ])
    expect(new Set(tokens).size).toBe(2)
  })

  it('gives two events at once the same token, and has the row in the log whichever is written', async () => {
    const one = await openVaultLog()
    const session = await one.vault.of('s')
    const values = [valueFor('new@example.test')]
    const [first, second] = [session.tokenise(values), session.tokenise(values)]
    expect(second.tokens).toEqual(first.tokens)
    expect(rowsIn(second)).toEqual(rowsIn(first))
    // The first one's append fails, say: the second alone must be enough.
    await one.log.append(draftsOf('s', second))
    expect(session.tokenise(values).events).toEqual([])
    await one.reopen()
    expect(await one.valueOf('s', first.tokens[0]!)).toBe('new@example.test')
    // Both written: the row is there twice, and stands for one value.
    const third = (await one.vault.of('s')).tokenise([valueFor('other@example.test')])
    await Promise.all([one.log.append(draftsOf('s', third)), one.log.append(draftsOf('s', third))])
    await one.reopen()
    expect((await one.store('s', ['other@example.test'])).tokens).toEqual(third.tokens)
  })

  it('gives the row again until it is stored', async () => {
    const one = await openVaultLog()
    const session = await one.vault.of('s')
    const lost = session.tokenise([valueFor('lost@example.test')])
    for (let i = 0; i < 3; i++)
      expect(rowsIn(session.tokenise([valueFor('lost@example.test')]))).toEqual(rowsIn(lost))
    expect(await one.store('s', ['lost@example.test'])).toMatchObject({ cached: 1 })
    expect(session.tokenise([valueFor('lost@example.test')]).events).toEqual([])
  })

  it('notes a use once a day', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@example.test'])
    one.time += DAY - 60_000
    expect((await one.store('s', ['a@example.test'])).events).toEqual([])
    one.time += 120_000
    const used = [new VaultUsed({ tokens })]
    expect((await one.store('s', ['a@example.test'])).events).toEqual(used)
    expect((await one.store('s', ['a@example.test'])).events).toEqual([])
    one.time += DAY - 60_000
    await one.reopen()
    expect((await one.store('s', ['a@example.test'])).events).toEqual([])
    one.time += 120_000
    expect((await one.store('s', ['a@example.test'])).events).toEqual(used)
  })

  it('counts a token that is made its value again as a use, told with the next event', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@e.test'])
    one.time += 2 * DAY
    await one.valueOf('s', tokens[0]!)
    expect((await one.store('s', [])).events).toEqual([])
    const next = await one.store('s', ['b@e.test'])
    expect(next.events).toContainEqual(new VaultUsed({ tokens }))
    expect((await one.store('s', ['c@e.test'])).events).not.toContainEqual(
      new VaultUsed({ tokens }),
    )
  })

  it('gives tokens without rows to what is too much at once, or too long', async () => {
    const one = await openVaultLog()
    const many = Array.from({ length: MOST_NEW_ROWS + 50 }, (_, i) => `p${i}@example.test`)
    const first = await one.store('s', many)
    expect(first.unkept).toBe(50)
    expect(new Set(first.tokens).size).toBe(many.length)
    expect(rowsIn(first)).toHaveLength(MOST_NEW_ROWS)
    expect(await one.valueOf('s', first.tokens.at(-1)!)).toBeUndefined()
    expect(await one.valueOf('s', first.tokens[0]!)).toBe('p0@example.test')
    // Nor is each of very many looked for: what that takes must not hold up other events.
    const flood = await one.store(
      's',
      Array.from({ length: 30_000 }, (_, i) => `${i}@f.test`),
    )
    expect(flood.unkept).toBe(30_000 - MOST_NEW_ROWS)
    expect((await one.store('s', [many[0]!])).tokens).toEqual([first.tokens[0]])
    // The next event has room for them.
    expect(await one.store('s', many.slice(-50))).toMatchObject({ unkept: 0 })
    const long = await one.store('s', ['x'.repeat(40_000), 'é'.repeat(17_000)])
    expect(long.unkept).toBe(1)
    expect(await one.valueOf('s', long.tokens[1]!)).toBe('é'.repeat(17_000))
  }, 20_000)

  it('does not let a damaged row give anything out, or stand in the way of others', async () => {
    const one = await openVaultLog()
    const session = await one.vault.of('s')
    const made = session.tokenise(['a@e.test', 'b@e.test', 'c@e.test'].map(valueFor))
    const [a, b, c] = rowsIn(made)
    const flipped = { ...b!, data: `A${b!.data.slice(1)}`, nonce: a!.nonce }
    // As a hand in the store would have it: one row damaged, one under another's index and type.
    const rows = [a!, flipped, { ...c!, type: 'SECRET', index: b!.index }, { ...a!, token: 'junk' }]
    await one.log.append([{ session: 's', event: new VaultStored({ generation: 0, rows }) }])
    await one.reopen()
    const again = await one.vault.of('s')
    expect(again.valueOf(a!.token)).toMatchObject({ value: 'a@e.test' })
    expect(again.valueOf(b!.token)).toBeUndefined()
    expect(again.valueOf(c!.token)).toBeUndefined()
    expect(again.valueOf('junk')).toBeUndefined()
    const anew = await one.store('s', ['a@e.test', 'b@e.test', 'c@e.test'])
    expect(anew.tokens[0]).toBe(a!.token)
    expect(anew.tokens).not.toContain(b!.token)
    for (const [i, value] of ['a@e.test', 'b@e.test', 'c@e.test'].entries())
      expect(await one.valueOf('s', anew.tokens[i]!)).toBe(value)
  })

  it('does not take a row of another generation for one of its own', async () => {
    const one = await openVaultLog()
    const made = (await one.vault.of('s')).tokenise([valueFor('a@e.test')])
    await one.log.append([
      { session: 's', event: new VaultStored({ generation: 1, rows: rowsIn(made) }) },
    ])
    await one.reopen()
    expect(await one.valueOf('s', made.tokens[0]!)).toBeUndefined()
  })

  it('seals nothing under a key that cannot be trusted, and goes on where it is gone', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@e.test'])
    const file = vaultKeyFile(one.keysDir, 's', 0)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
    fs.chmodSync(file, 0o644)
    await one.reopen()
    expect(await one.valueOf('s', tokens[0]!)).toBeUndefined()
    await expect(one.store('s', ['b@e.test'])).rejects.toMatchObject({ reason: 'mode' })
    fs.chmodSync(file, 0o600)
    expect(await one.valueOf('s', tokens[0]!)).toBe('a@e.test')
    fs.rmSync(file)
    await one.reopen()
    expect(await one.valueOf('s', tokens[0]!)).toBeUndefined()
    const anew = await one.store('s', ['a@e.test'])
    expect(anew.tokens).not.toEqual(tokens)
    expect(await one.valueOf('s', anew.tokens[0]!)).toBe('a@e.test')
  })

  it('has its key on disk, under no name that the client chooses, before a row is given out', async () => {
    const one = await openVaultLog()
    const session = await one.vault.of('../../evil')
    session.tokenise([valueFor('a@e.test')])
    expect(one.vaultKeys()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.0\.key$/)])
    fs.copyFileSync(vaultKeyFile(one.keysDir, '../../evil', 0), vaultKeyFile(one.keysDir, 'b', 0))
    expect(readVaultKey(one.keysDir, MASTER, 'b', 0)).toMatchObject({
      failure: { reason: 'damaged' },
    })
  })

  it('keeps many sessions apart, in whatever order their events come', async () => {
    const one = await openVaultLog()
    const sessions = Array.from({ length: MOST_HELD + 8 }, (_, i) => `s${i}`)
    const given = await Promise.all(
      sessions.map(async (session, i) => {
        const { tokens } = await one.store(session, [`${i}@e.test`, 'same@e.test'])
        return { session, tokens, own: `${i}@e.test` }
      }),
    )
    for (const { session, tokens, own } of given.toReversed()) {
      expect(await one.valueOf(session, tokens[0]!)).toBe(own)
      expect(await one.valueOf(session, tokens[1]!)).toBe('same@e.test')
      expect((await one.store(session, ['same@e.test'])).tokens).toEqual([tokens[1]])
    }
    expect(new Set(given.map(({ tokens }) => tokens[1])).size).toBe(sessions.length)
  })

  it('finds its rows again after the projection has dropped it, and says where they are', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('old', ['a@e.test', 'b@e.test'])
    one.time += 40 * DAY
    const row = rowsIn((await one.vault.of('x')).tokenise([valueFor('x')]))
    await one.log.append(
      Array.from({ length: MOST_SESSIONS + 1 }, (_, i) => ({
        session: `n${i}`,
        event: new VaultStored({ generation: 0, rows: row }),
      })),
    )
    await one.reopen()
    const known = () => one.log.projected().vault.sessions['/old']
    expect(known()).toBeUndefined()
    const again = await one.store('old', ['a@e.test'])
    expect(again.tokens).toEqual([tokens[0]])
    // The other row comes along, so that the next start looks for both where they are now.
    expect(known()).toMatchObject({ generation: 0, rows: 2 })
    await one.reopen()
    const held = await one.vault.valuesOf('old')
    expect([...held].map(({ value }) => value)).toEqual(['a@e.test', 'b@e.test'])
    // Each with its own last use, not with that of coming along.
    const before = one.time - 30 * DAY
    expect(await one.vault.collect({ before, dryRun: false })).toMatchObject({ collected: 1 })
    expect(await one.valueOf('old', tokens[0]!)).toBe('a@e.test')
    expect(await one.valueOf('old', tokens[1]!)).toBeUndefined()
  })

  it('finds the session of a token, in memory and in the log', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('a', ['a@e.test'])
    await one.store('b', ['b@e.test'])
    expect(await one.vault.sessionOf(tokens[0]!)).toBe('a')
    await one.reopen()
    expect(await one.vault.sessionOf(tokens[0]!)).toBe('a')
    expect(await one.vault.sessionOf(`[PII_${'0'.repeat(32)}]`)).toBeUndefined()
    expect(await one.vault.sessionOf('a@e.test')).toBeUndefined()
  })
})
