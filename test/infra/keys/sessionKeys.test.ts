import { describe, expect, it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Chunk } from '../../../src/domain/event/event.ts'
import { CHUNK_BYTES, INLINE_LIMIT, type Sealed } from '../../../src/domain/event/sealed.ts'
import { encodeEntry } from '../../../src/domain/event/envelope.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { createMasterKey } from '../../../src/infra/keys/masterKey.ts'
import { obtainSessionKey, sessionKeyFile } from '../../../src/infra/keys/sessionKeyFiles.ts'
import { makeSessionKeys, MOST_HELD, SessionKeys } from '../../../src/infra/keys/sessionKeys.ts'
import { modeOf, scratch } from '../files/scratch.ts'

const SESSION = '0b9d3c5e-1111-4222-8333-444455556666'
const TAG_BYTES = 16

const fresh = () => {
  const dir = scratch()
  const masterKey = Result.getOrThrow(createMasterKey(dir))
  // A second instance stands for the process after a restart: nothing held in memory.
  return {
    dir,
    masterKey,
    keys: makeSessionKeys(dir, masterKey),
    reopened: () => makeSessionKeys(dir, masterKey),
  }
}

const rawOf = (chunks: ReadonlyArray<Chunk>) => {
  const raw = new Map<string, Uint8Array>(
    chunks.map(({ digest, data }) => [digest, Buffer.from(data, 'base64')]),
  )
  return (digest: Digest) => raw.get(digest)
}
const noChunks = () => undefined

const flipped = (bytes: Uint8Array, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at % copy.length]! ^= 1 << (at % 8)
  return copy
}

/** Ids that a path, a hash of lossy text or an associated data of joined parts would confuse. */
const IDS: ReadonlyArray<string | null> = [
  null,
  '',
  '-',
  '.',
  '..',
  'a',
  'A',
  'a\n',
  'a\nHookReceived',
  'a\0',
  'a\0b',
  '../../../etc/passwd',
  '/etc/passwd',
  'é',
  'e\u0301',
  '\ufffd',
  '\ud800',
  '\ud801',
  '\udc00\ud800',
  'master',
  'x'.repeat(100_000),
  `${'x'.repeat(100_000)}y`,
]

describe('SessionKeys', () => {
  it('gives back what was sealed, after a restart too, whatever the size', () => {
    const { keys, reopened } = fresh()
    const sizes = [
      0,
      1,
      1024,
      ...[INLINE_LIMIT, CHUNK_BYTES, 2 * CHUNK_BYTES].flatMap((limit) =>
        [-1, 0, 1].map((by) => limit - TAG_BYTES + by),
      ),
      1_000_000,
    ]
    for (const size of sizes) {
      const plaintext = Buffer.alloc(size, 'payload')
      const { sealed, chunks } = keys.seal(SESSION, 'HookReceived', plaintext)
      const opened = reopened().open(SESSION, 'HookReceived', sealed, rawOf(chunks))
      expect(Buffer.compare(plaintext, opened as Uint8Array)).toBe(0)
      expect(sealed.bytes).toBe(size)
    }
  })

  it('keeps small ciphertexts inline and cuts larger ones into chunks that fit an entry', () => {
    const { keys } = fresh()
    const inline = keys.seal(SESSION, 'HookReceived', Buffer.alloc(INLINE_LIMIT - TAG_BYTES))
    expect(inline.chunks).toEqual([])
    expect(inline.sealed.chunks).toBeUndefined()
    const cut = keys.seal(SESSION, 'HookReceived', Buffer.alloc(2 * CHUNK_BYTES - TAG_BYTES + 1))
    expect(cut.sealed.data).toBeUndefined()
    expect(cut.chunks.map(({ data }) => Buffer.from(data, 'base64').length)).toEqual([
      CHUNK_BYTES,
      CHUNK_BYTES,
      1,
    ])
    for (const [i, chunk] of cut.chunks.entries()) {
      const raw = Buffer.from(chunk.data, 'base64')
      expect(chunk.digest).toBe(createHash('sha256').update(raw).digest('hex'))
      expect(cut.sealed.chunks![i]).toBe(chunk.digest)
      const entry = { index: 2 ** 40, time: 1.7e12, session: SESSION, event: chunk }
      expect(Result.isSuccess(encodeEntry(entry))).toBe(true)
    }
  })

  it('never seals twice alike, and shows nothing of the plaintext', () => {
    const { keys } = fresh()
    const plaintext = Buffer.from('the same words every time')
    const seals = Array.from({ length: 50 }, () => keys.seal(SESSION, 'k', plaintext).sealed)
    expect(new Set(seals.map(({ nonce }) => nonce)).size).toBe(50)
    expect(new Set(seals.map(({ data }) => data)).size).toBe(50)
    expect(Buffer.from(seals[0]!.nonce, 'base64')).toHaveLength(12)
    for (const { data } of seals) expect(Buffer.from(data!, 'base64').includes('words')).toBe(false)
  })

  it('finds any flipped byte', () => {
    const { keys } = fresh()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (plaintext, at) => {
        const { sealed } = keys.seal(SESSION, 'k', plaintext)
        const flip = (text: string) => flipped(Buffer.from(text, 'base64'), at).toString('base64')
        expect(keys.open(SESSION, 'k', sealed, noChunks)).toEqual(Buffer.from(plaintext))
        for (const bad of [
          { ...sealed, data: flip(sealed.data!) },
          { ...sealed, nonce: flip(sealed.nonce) },
        ])
          expect(keys.open(SESSION, 'k', bad, noChunks)).toBe('damaged')
      }),
    )
  })

  it('finds every character changed in the text of a sealed payload', () => {
    const { keys } = fresh()
    for (const size of [0, 1, 2]) {
      const { sealed } = keys.seal(SESSION, 'k', Buffer.alloc(size))
      for (const field of ['data', 'nonce'] as const) {
        const text = sealed[field]!
        for (let i = 0; i < text.length; i++)
          for (const other of 'ABQx9+/= \n') {
            if (other === text[i]) continue
            const bad = { ...sealed, [field]: text.slice(0, i) + other + text.slice(i + 1) }
            expect(keys.open(SESSION, 'k', bad, noChunks)).toBe('damaged')
          }
      }
    }
  })

  it('finds chunks that are changed, missing, swapped, doubled or not the ones named', () => {
    const { keys } = fresh()
    const plaintext = Buffer.alloc(3 * CHUNK_BYTES, 'abc')
    const { sealed, chunks } = keys.seal(SESSION, 'k', plaintext)
    const of = rawOf(chunks)
    const [a, b, c] = sealed.chunks!
    expect(keys.open(SESSION, 'k', sealed, of)).toEqual(plaintext)
    const lists = [[], [a], [b, a, c], [a, b, c, c], [a, b], [a, a, c]] as Array<Array<Digest>>
    for (const list of lists)
      expect(keys.open(SESSION, 'k', { ...sealed, chunks: list }, of)).toBe('damaged')
    for (const at of [0, 17, CHUNK_BYTES - 1])
      expect(keys.open(SESSION, 'k', sealed, (d) => (d === b ? flipped(of(d)!, at) : of(d)))).toBe(
        'damaged',
      )
    expect(keys.open(SESSION, 'k', sealed, noChunks)).toBe('damaged')
    expect(keys.open(SESSION, 'k', sealed, (d) => of(d === a ? b! : d))).toBe('damaged')
  })

  it('is not misled by a forged head', () => {
    const { keys } = fresh()
    const { sealed } = keys.seal(SESSION, 'k', Buffer.from('x'))
    const forged: ReadonlyArray<Sealed> = [
      { ...sealed, bytes: 2 },
      { ...sealed, bytes: -1 },
      { ...sealed, key: 'another' },
      { ...sealed, chunks: [] },
      { ...sealed, nonce: '' },
      { ...sealed, data: '' },
      { key: sealed.key, nonce: sealed.nonce, bytes: 1 },
      { key: sealed.key, nonce: sealed.nonce, bytes: Number.MAX_SAFE_INTEGER, chunks: [] },
    ]
    for (const one of forged) expect(keys.open(SESSION, 'k', one, noChunks)).toBe('damaged')
  })

  it('opens nothing under another session, kind or master key', () => {
    const { keys, dir } = fresh()
    const { sealed } = keys.seal(SESSION, 'HookReceived', Buffer.from('x'))
    keys.seal('other', 'HookReceived', Buffer.from('y'))
    expect(keys.open('other', 'HookReceived', { ...sealed, key: 'other' }, noChunks)).toBe(
      'damaged',
    )
    expect(keys.open(SESSION, 'HookRejected', sealed, noChunks)).toBe('damaged')
    const stranger = makeSessionKeys(dir, Buffer.alloc(32))
    expect(stranger.open(SESSION, 'HookReceived', sealed, noChunks)).toBe('damaged')
    expect(stranger.keyProblem(SESSION)).toMatchObject({ _tag: 'KeyFailure', reason: 'damaged' })
  })

  it('says that the key is gone once its file is', () => {
    const { keys, reopened, dir } = fresh()
    const { sealed } = keys.seal(SESSION, 'k', Buffer.from('x'))
    fs.unlinkSync(sessionKeyFile(dir, SESSION))
    expect(reopened().open(SESSION, 'k', sealed, noChunks)).toBe('no-key')
    expect(reopened().open('never seen', 'k', sealed, noChunks)).toBe('no-key')
    expect(fs.readdirSync(dir)).toEqual(['master.key'])
  })

  it('keeps every two session ids apart, whatever the client calls them', () => {
    const { dir, reopened } = fresh()
    const keys = reopened()
    const sealed = IDS.map((id) => keys.seal(id, 'k', Buffer.from('mine')).sealed)
    expect(fs.readdirSync(dir)).toHaveLength(IDS.length + 1)
    expect(new Set(IDS.map((id) => keys.tag(id, Buffer.from('x')))).size).toBe(IDS.length)
    for (const [i, id] of IDS.entries())
      for (const [j, one] of sealed.entries())
        expect(
          Buffer.from(reopened().open(id, 'k', { ...one, key: id ?? '-' }, noChunks)).toString(),
        ).toBe(i === j ? 'mine' : 'damaged')
  })

  it('puts every key file into its own folder, closed to others', () => {
    const dir = scratch()
    const names = IDS.map((id) => sessionKeyFile(dir, id))
    for (const name of names) expect(path.relative(dir, name)).toMatch(/^[0-9a-f]{64}\.key$/)
    expect(sessionKeyFile(dir, 'a')).toBe(
      path.join(dir, `${createHash('sha256').update('a').digest('hex')}.key`),
    )
    const { keys, dir: keysDir } = fresh()
    keys.seal(SESSION, 'k', Buffer.from('x'))
    expect(modeOf(sessionKeyFile(keysDir, SESSION))).toBe('600')
  })

  it('has the key on disk before it gives anything out that needs it', () => {
    const { keys, dir } = fresh()
    fs.rmSync(dir, { recursive: true })
    expect(() => keys.seal(SESSION, 'k', Buffer.from('x'))).toThrow(
      expect.objectContaining({ _tag: 'FileFailure', reason: 'not-found' }),
    )
    expect(() => keys.tag(SESSION, Buffer.from('x'))).toThrow('does not exist')
  })

  it('does not seal under a key file that cannot be trusted, and says why', () => {
    const file = (prepare: (file: string) => void) => {
      const { dir, keys, reopened } = fresh()
      const { sealed } = keys.seal(SESSION, 'k', Buffer.from('x'))
      prepare(sessionKeyFile(dir, SESSION))
      const after = reopened()
      expect(after.open(SESSION, 'k', sealed, noChunks)).toBe('damaged')
      expect(() => after.seal(SESSION, 'k', Buffer.from('y'))).toThrow()
      return after.keyProblem(SESSION)?.reason
    }
    expect(file((at) => fs.truncateSync(at, 40))).toBe('damaged')
    expect(file((at) => fs.truncateSync(at, 0))).toBe('damaged')
    expect(file((at) => fs.writeFileSync(at, Buffer.alloc(5000)))).toBe('too-large')
    expect(file((at) => fs.chmodSync(at, 0o644))).toBe('mode')
    expect(
      file((at) => {
        fs.renameSync(at, `${at}.away`)
        fs.symlinkSync(`${at}.away`, at)
      }),
    ).toBe('symlink')
    expect(
      file((at) => {
        fs.unlinkSync(at)
        spawnSync('mkfifo', ['-m', '600', at])
      }),
    ).toBe('not-regular')
  })

  it('refuses a key file put in place of another session’s', () => {
    const { keys, reopened, dir } = fresh()
    const mine = keys.seal('mine', 'k', Buffer.from('x')).sealed
    keys.seal('theirs', 'k', Buffer.from('x'))
    fs.copyFileSync(sessionKeyFile(dir, 'theirs'), sessionKeyFile(dir, 'mine'))
    expect(reopened().open('mine', 'k', mine, noChunks)).toBe('damaged')
    expect(reopened().keyProblem('mine')?.reason).toBe('damaged')
  })

  it('lets keys go and takes them up again as sessions come and go', () => {
    const { keys } = fresh()
    const sealed = keys.seal('first', 'k', Buffer.from('x')).sealed
    const tag = keys.tag('first', Buffer.from('x'))
    for (let i = 0; i < MOST_HELD + 1; i++) keys.tag(`session ${i}`, Buffer.from('x'))
    expect(keys.open('first', 'k', sealed, noChunks)).toEqual(Buffer.from('x'))
    expect(keys.tag('first', Buffer.from('x'))).toBe(tag)
  })

  it('tags by session: 128 bits that say nothing to whoever lacks the key', () => {
    const { keys, reopened } = fresh()
    const tag = keys.tag(SESSION, Buffer.from('rm -rf /'))
    expect(tag).toMatch(/^[0-9a-f]{32}$/)
    expect(reopened().tag(SESSION, Buffer.from('rm -rf /'))).toBe(tag)
    expect(keys.tag(SESSION, Buffer.from('rm -rf .'))).not.toBe(tag)
    expect(keys.tag('other', Buffer.from('rm -rf /'))).not.toBe(tag)
  })

  it.effect('opens over a folder with a master key, and sweeps what a crash left there', () =>
    Effect.gen(function* () {
      const { dir, keys } = fresh()
      const { sealed } = keys.seal(SESSION, 'k', Buffer.from('x'))
      const gone = spawnSync('true').pid
      fs.writeFileSync(path.join(dir, `.${'0'.repeat(64)}.key.${gone}-0123456789ab.tmp`), 'half')
      const opened = yield* Effect.provide(
        SessionKeys.use((service) =>
          Effect.sync(() => service.open(SESSION, 'k', sealed, noChunks)),
        ),
        SessionKeys.layer(dir),
      )
      expect(opened).toEqual(Buffer.from('x'))
      expect(fs.readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
    }),
  )

  it.effect('does not open over a folder without a master key', () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        Effect.provide(
          SessionKeys.use(() => Effect.void),
          SessionKeys.layer(scratch()),
        ),
      )
      expect(failure).toMatchObject({ _tag: 'KeyFailure', reason: 'missing' })
    }),
  )
})

describe('obtainSessionKey', () => {
  it('gives processes that create one key at once the same key', async () => {
    const { dir, masterKey } = fresh()
    const module = path.resolve('src/infra/keys/sessionKeyFiles.ts')
    const code = `
      import { obtainSessionKey } from ${JSON.stringify(module)}
      const [, dir, master] = process.argv
      process.stdout.write('ready\\n')
      process.stdin.once('data', () => {
        const keys = Array.from({ length: 40 }, (_, i) => {
          const { success, failure } = obtainSessionKey(dir, Buffer.from(master, 'hex'), 's' + i)
          return failure === undefined ? Buffer.from(success).toString('hex') : failure.message
        })
        process.stdout.write(keys.join())
        process.exit()
      })`
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, [
        '--input-type=module',
        '-e',
        code,
        dir,
        Buffer.from(masterKey).toString('hex'),
      ]),
    )
    const outputs = children.map((child) => {
      let text = ''
      child.stdout.on('data', (part) => (text += String(part)))
      return new Promise<string>((resolve) => child.once('close', () => resolve(text)))
    })
    await Promise.all(
      children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))),
    )
    for (const child of children) child.stdin.write('go')
    const keys = (await Promise.all(outputs)).map((text) => text.split('\n')[1])
    const standing = Array.from({ length: 40 }, (_, i) =>
      Buffer.from(Result.getOrThrow(obtainSessionKey(dir, masterKey, `s${i}`))).toString('hex'),
    )
    expect(new Set(keys)).toEqual(new Set([standing.join()]))
    expect(new Set(standing).size).toBe(40)
    expect(fs.readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
