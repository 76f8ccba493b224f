import * as Result from 'effect/Result'
import { createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeEntry } from '../../../src/domain/event/envelope.ts'
import { type VaultRow, VaultStored } from '../../../src/domain/event/event.ts'
import { indexedBytes } from '../../../src/domain/vault/row.ts'
import { readVaultKey, vaultKeyFile } from '../../../src/infra/keys/vaultKeyFiles.ts'
import type { LevelWitness } from '../../../src/infra/store/levelWitness.ts'
import { rowKeysOf } from '../../../src/infra/vault/rowKeys.ts'
import type { SessionVault, Tokenised } from '../../../src/infra/vault/Vault.ts'
import { MOST_SESSIONS } from '../../../src/projections/vault.ts'
import { DAY, draftsOf, MASTER, openVaultLog, valueFor, type VaultLog } from './vaultLog.ts'

const MONTH = 30 * DAY

const collect = (one: VaultLog, ttl = MONTH) =>
  one.vault.collect({ before: one.time - ttl, dryRun: false })

/** A session with a row that is old by now and one that is not. */
const aged = async () => {
  const one = await openVaultLog()
  const [old] = (await one.store('s', ['old@e.test'])).tokens
  one.time += 20 * DAY
  const [young] = (await one.store('s', ['young@e.test'])).tokens
  one.time += 20 * DAY
  return { one, old: old!, young: young! }
}

const names = (one: VaultLog, ...generations: ReadonlyArray<number>) =>
  generations.map((n) => path.basename(vaultKeyFile(one.keysDir, 's', n)))

describe('collecting the vault', () => {
  it('gives up the rows that are old, and keeps the tokens of the others', async () => {
    const { one, old, young } = await aged()
    expect(await collect(one)).toEqual({ collected: 1, kept: 1, sessions: 1, keys: 1, failed: [] })
    const check = async () => {
      expect(await one.valueOf('s', old)).toBeUndefined()
      expect(await one.valueOf('s', young)).toBe('young@e.test')
      expect(one.vaultKeys()).toEqual(names(one, 1))
      expect((await one.store('s', ['young@e.test'])).tokens).toEqual([young])
    }
    await check()
    await one.reopen()
    await check()
    const [anew] = (await one.store('s', ['old@e.test'])).tokens
    expect(anew).not.toBe(old)
    expect(await one.valueOf('s', anew!)).toBe('old@e.test')
    expect(one.log.projected().vault.sessions['/s']).toMatchObject({ generation: 1, rows: 2 })
  })

  it('leaves no key where all of a session is old', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@e.test', 'b@e.test'])
    one.time += MONTH + 1
    expect(await collect(one)).toEqual({ collected: 2, kept: 0, sessions: 1, keys: 1, failed: [] })
    expect(one.vaultKeys()).toEqual([])
    expect(await one.valueOf('s', tokens[0]!)).toBeUndefined()
    const anew = await one.store('s', ['a@e.test'])
    expect(anew.tokens).not.toContain(tokens[0])
    await one.reopen()
    expect(await one.valueOf('s', anew.tokens[0]!)).toBe('a@e.test')
    expect(await one.valueOf('s', tokens[0]!)).toBeUndefined()
    expect(one.vaultKeys()).toEqual(names(one, 1))
  })

  it('goes by the last use of each row, also where the row was stored anew', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@e.test', 'b@e.test', 'c@e.test'])
    one.time += 10 * DAY
    await one.store('s', ['b@e.test'])
    one.time += 10 * DAY
    await one.store('s', ['c@e.test'])
    one.time += 11 * DAY
    await one.reopen()
    const held = () => Promise.all(tokens.map((token) => one.valueOf('s', token)))
    expect(await collect(one)).toMatchObject({ collected: 1, kept: 2 })
    expect(await held()).toEqual([undefined, 'b@e.test', 'c@e.test'])
    one.time += 10 * DAY
    await one.reopen()
    // Had collecting counted as a use, nothing would be old now.
    expect(await collect(one)).toMatchObject({ collected: 1, kept: 1 })
    expect(await held()).toEqual([undefined, undefined, 'c@e.test'])
  })

  it('changes nothing in a dry run, nor where nothing is old', async () => {
    const { one, old } = await aged()
    const { size } = one.log.head()
    expect(await one.vault.collect({ before: one.time - MONTH, dryRun: true })).toMatchObject({
      collected: 1,
      kept: 1,
      keys: 0,
    })
    expect(await collect(one, 100 * DAY)).toMatchObject({ collected: 0, kept: 2, keys: 0 })
    expect(one.log.head().size).toBe(size)
    expect(await one.valueOf('s', old)).toBe('old@e.test')
  })

  it('counts a value that was met again as used, noted or not', async () => {
    const one = await openVaultLog()
    const { tokens } = await one.store('s', ['a@e.test'])
    one.time += MONTH + DAY
    // Met, and its event not written yet.
    ;(await one.vault.of('s')).tokenise([valueFor('a@e.test')])
    expect(await collect(one)).toMatchObject({ collected: 0 })
    expect(await one.valueOf('s', tokens[0]!)).toBe('a@e.test')
  })

  it('tells of a session whose key cannot be used, and goes on with the others', async () => {
    const { one } = await aged()
    await one.store('t', ['t@e.test'])
    fs.chmodSync(vaultKeyFile(one.keysDir, 's', 0), 0o644)
    fs.writeFileSync(vaultKeyFile(one.keysDir, 's', 1), 'no key', { mode: 0o600 })
    one.time += 1
    const done = await one.vault.collect({ before: one.time - 10 * DAY, dryRun: false })
    expect(done).toMatchObject({ collected: 2, failed: [] })
    const { one: other } = await aged()
    fs.writeFileSync(vaultKeyFile(other.keysDir, 's', 1), 'no key', { mode: 0o600 })
    await other.store('t', ['t@e.test'])
    expect((await collect(other)).failed).toMatchObject([{ session: 's' }])
    expect(
      await other.valueOf('t', (await other.store('t', ['t@e.test'])).tokens[0]!),
    ).toBeDefined()
  })
})

describe('collecting while events come in', () => {
  /** Runs something after the collection was handed to the log, and before the log has it. */
  const inBetween =
    (work: () => void) =>
    (log: LevelWitness): LevelWitness => ({
      ...log,
      append: (drafts, durable) => {
        const done = log.append(drafts, durable)
        if (drafts[0]?.event._tag === 'VaultCollected') work()
        return done
      },
    })

  it('takes along what is given out before the log has it', async () => {
    const { one, old, young } = await aged()
    const events: Array<Promise<unknown>> = []
    const given: Array<readonly [value: string, token: string]> = [['young@e.test', young]]
    const meet = (session: SessionVault, ...values: ReadonlyArray<string>): Tokenised => {
      const made = session.tokenise(values.map(valueFor))
      for (const [i, value] of values.entries()) given.push([value, made.tokens[i]!])
      return made
    }
    let session!: SessionVault
    await one.reopen(
      inBetween(() => {
        // Its rows are of the key that goes, and the log ignores them.
        const meanwhile = meet(session, 'new@e.test', 'old@e.test')
        expect(meanwhile.tokens[1]).toBe(old)
        events.push(one.log.append(draftsOf('s', meanwhile)))
      }),
    )
    session = await one.vault.of('s')
    // On its way since before.
    const onItsWay = meet(session, 'on-its-way@e.test')
    const { keys } = await one.vault.collect({ before: one.time - MONTH, dryRun: false })
    expect(keys).toBe(1)
    events.push(one.log.append(draftsOf('s', onItsWay)))
    await Promise.all(events)
    expect(given).toHaveLength(4)
    for (const [value, token] of given) expect(await one.valueOf('s', token)).toBe(value)
    await one.reopen()
    for (const [value, token] of given) expect(await one.valueOf('s', token), value).toBe(value)
    expect(one.vaultKeys()).toEqual(names(one, 1))
  })

  it('takes along what a token was made its value again of', async () => {
    const { one, old } = await aged()
    let session!: SessionVault
    await one.reopen(inBetween(() => void session.valueOf(old)))
    session = await one.vault.of('s')
    await collect(one)
    expect(await one.valueOf('s', old)).toBe('old@e.test')
  })

  it('keeps what the log does not have yet, even where all is to go', async () => {
    const { one, old, young } = await aged()
    const session = await one.vault.of('s')
    const onItsWay = session.tokenise([valueFor('on-its-way@e.test')])
    expect(await collect(one, -1)).toMatchObject({ collected: 2, kept: 1 })
    await one.log.append(draftsOf('s', onItsWay))
    await one.reopen()
    expect(await one.valueOf('s', onItsWay.tokens[0]!)).toBe('on-its-way@e.test')
    for (const token of [old, young]) expect(await one.valueOf('s', token)).toBeUndefined()
  })

  it('is done once where it is asked for twice at once', async () => {
    const { one, young } = await aged()
    const [a, b] = await Promise.all([collect(one), collect(one)])
    expect([a.collected, b.collected]).toEqual([1, 0])
    expect(await one.valueOf('s', young)).toBe('young@e.test')
    expect(one.vaultKeys()).toEqual(names(one, 1))
  })
})

const crash = new Error('the process ends here')

describe('a crash while collecting', () => {
  it('before the log has it leaves everything as it was', async () => {
    const { one, old, young } = await aged()
    await one.reopen((log) => ({ ...log, append: () => Promise.reject(crash) }))
    await expect(collect(one)).rejects.toBe(crash)
    // The key of the next generation is there, and nothing is sealed under it.
    expect(one.vaultKeys()).toEqual(names(one, 0, 1))
    expect(await one.valueOf('s', old)).toBe('old@e.test')
    await one.reopen()
    expect(one.vaultKeys()).toEqual(names(one, 0))
    expect(await one.valueOf('s', old)).toBe('old@e.test')
    expect(await one.valueOf('s', young)).toBe('young@e.test')
    // Looking at a value is a use of it; that is forgotten with the process.
    await one.reopen()
    expect(await collect(one)).toMatchObject({ collected: 1, kept: 1 })
  })

  it('after the log has it is finished at the next start', async () => {
    const { one, old, young } = await aged()
    await one.reopen(thenCrash)
    await expect(collect(one)).rejects.toBe(crash)
    expect(one.vaultKeys()).toEqual(names(one, 0, 1))
    await one.reopen()
    expect(one.vaultKeys()).toEqual(names(one, 1))
    expect(await one.valueOf('s', old)).toBeUndefined()
    expect(await one.valueOf('s', young)).toBe('young@e.test')
  })

  it('between two key files is finished at the next start, or the next time', async () => {
    const { one, young } = await aged()
    const earlier = vaultKeyFile(one.keysDir, 's', 0)
    const bytes = fs.readFileSync(earlier)
    await collect(one)
    fs.writeFileSync(earlier, bytes, { mode: 0o600 })
    expect(await collect(one)).toMatchObject({ collected: 0, keys: 1 })
    fs.writeFileSync(earlier, bytes, { mode: 0o600 })
    await one.reopen()
    expect(one.vaultKeys()).toEqual(names(one, 1))
    expect(await one.valueOf('s', young)).toBe('young@e.test')
  })

  it('of the store’s, where the batch is found on it later, loses no row that stays', async () => {
    const { one, old, young } = await aged()
    await one.reopen(thenCrash)
    await expect(collect(one)).rejects.toBe(crash)
    // Nobody crashed: the same process goes on with what the log turned out to hold.
    expect(await one.valueOf('s', old)).toBeUndefined()
    expect(await one.valueOf('s', young)).toBe('young@e.test')
    await expect(collect(one)).resolves.toMatchObject({ collected: 0, keys: 1 })
    expect(one.vaultKeys()).toEqual(names(one, 1))
  })

  /** Appends, and ends before anybody hears of it. */
  const thenCrash = (log: LevelWitness): LevelWitness => ({
    ...log,
    append: async (...args) => {
      await log.append(...args)
      throw crash
    },
  })
})

describe('keys of sessions that nobody remembers', () => {
  it('go by the age of their file', async () => {
    const one = await openVaultLog()
    await one.store('forgotten', ['a@e.test'])
    const file = vaultKeyFile(one.keysDir, 'forgotten', 0)
    await one.log.append(
      Array.from({ length: MOST_SESSIONS + 1 }, (_, i) => ({
        session: `n${i}`,
        event: new VaultStored({ generation: 0, rows: [] }),
      })),
    )
    await one.reopen()
    const touch = (time: number) => fs.utimesSync(file, time / 1000, time / 1000)
    touch(one.time - MONTH + DAY)
    expect(await collect(one)).toMatchObject({ keys: 0 })
    touch(one.time - MONTH - DAY)
    expect(await one.vault.collect({ before: one.time - MONTH, dryRun: true })).toMatchObject({
      keys: 1,
    })
    expect(await collect(one)).toMatchObject({ keys: 1 })
    expect(fs.existsSync(file)).toBe(false)
  })
})

/** Every file below a folder, whole. */
const filesBelow = (dir: string): ReadonlyArray<Buffer> =>
  fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name)))

/** All rows that the raw files hold, in whatever generation, by their bytes alone. */
const rowsIn = (bytes: Buffer): ReadonlyArray<VaultRow & { readonly generation: number }> =>
  [...bytes.toString('latin1').matchAll(/\{"event":\{"_tag":"VaultStored".*?"v":1\}/gs)].flatMap(
    ([text]) => {
      const entry = decodeEntry(Buffer.from(text, 'latin1'))
      if (Result.isFailure(entry) || entry.success.event._tag !== 'VaultStored') return []
      const { rows, generation } = entry.success.event
      return rows.map((row) => ({ ...row, generation }))
    },
  )

/** What whoever has all files and the master key can bring back of these values. */
const broughtBack = (one: VaultLog, values: ReadonlyArray<string>): ReadonlyArray<string> => {
  const all = Buffer.concat([...filesBelow(one.witnessDir), ...filesBelow(one.keysDir)])
  const found = values.filter((value) => all.includes(value))
  const rows = rowsIn(all)
  expect(rows.length).toBeGreaterThan(0)
  for (const generation of [0, 1, 2, 3]) {
    const key = Result.getOrThrow(readVaultKey(one.keysDir, MASTER, 's', generation))
    if (key === 'no-key') continue
    const index = createSecretKey(
      Buffer.from(hkdfSync('sha256', key, '', 'isonapse.vault.v1\nindex', 32)),
    )
    const { open } = rowKeysOf('s', generation, Buffer.from(key))
    for (const row of rows) {
      const value = open(row)
      if (value !== undefined && values.includes(value)) found.push(value)
    }
    for (const value of values) {
      const bytes = indexedBytes('EMAIL_ADDRESS', value)
      const digits = createHmac('sha256', index).update(bytes).digest('hex').slice(0, 32)
      if (all.includes(digits)) found.push(value)
    }
  }
  return [...new Set(found)]
}

describe('what is left of collected values in the files', () => {
  const gone = Array.from({ length: 40 }, (_, i) => `gone${i}@e.test`)

  const collected = async () => {
    const one = await openVaultLog()
    await one.store('s', gone)
    await one.log.append([])
    const key = fs.readFileSync(vaultKeyFile(one.keysDir, 's', 0))
    expect(broughtBack(one, gone)).toEqual(gone)
    one.time += MONTH + DAY
    await one.store('s', ['stays@e.test'])
    expect(await collect(one)).toMatchObject({ collected: 40, kept: 1, keys: 1 })
    await one.close()
    return { one, key }
  }

  it('is nothing: no row opens, no index and no byte matches', async () => {
    const { one } = await collected()
    expect(broughtBack(one, gone)).toEqual([])
    // What stays is found by the same means.
    expect(broughtBack(one, ['stays@e.test'])).toEqual(['stays@e.test'])
  })

  it('would be everything, had the key not been destroyed', async () => {
    const { one, key } = await collected()
    fs.writeFileSync(vaultKeyFile(one.keysDir, 's', 0), key, { mode: 0o600 })
    expect(broughtBack(one, gone)).toEqual(gone)
  })
})
