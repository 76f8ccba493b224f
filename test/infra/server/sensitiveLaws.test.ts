import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import type { DecisionMade, VaultStored } from '../../../src/domain/event/event.ts'
import { comparableText } from '../../../src/domain/hook/claudeInput.ts'
import { indexedBytes } from '../../../src/domain/vault/row.ts'
import { TOKEN, tokensIn } from '../../../src/domain/vault/token.ts'
import { readMasterKey } from '../../../src/infra/keys/masterKey.ts'
import { makeSessionKeys } from '../../../src/infra/keys/sessionKeys.ts'
import { readVaultKey, vaultKeyFile } from '../../../src/infra/keys/vaultKeyFiles.ts'
import { rowKeysOf } from '../../../src/infra/vault/rowKeys.ts'
import { type Agent, agentOf, outputOf } from './agentOf.ts'
import { type Plane, temporaryDir, withPlane } from './plane.ts'

const MAILS = ['karla.nowak@mail-of-mine.org', 'jon.doe@mail-of-mine.org', 'ü@mail-of-mine.org']
const CARD = '4539148803436467'
const VALUES = [MAILS[0]!, MAILS[1]!, CARD]

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

const write = (plane: Plane, name: string, text: string): void =>
  fs.writeFileSync(path.join(plane.project, name), text)

/** A piece of what a call says: text, a value, or the token of one. */
type Piece = string | { readonly value: number } | { readonly token: number } | 'unknown'

const UNKNOWN = `[PII_${'0'.repeat(32)}]`

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.constantFrom(
    ' ',
    '/',
    '.',
    '..',
    'a',
    'x.txt',
    'link',
    '"',
    "'",
    '; ',
    ' | ',
    '$(',
    ')',
    '\n',
  ),
  fc.record({ value: fc.nat(VALUES.length - 1) }),
  fc.record({ token: fc.nat(VALUES.length - 1) }),
  fc.constant<'unknown'>('unknown'),
)

const pieces = fc.array(piece, { maxLength: 8 })

const verbs = fc.constantFrom(
  'cat ',
  'echo ',
  'rm ',
  'touch ',
  'curl -d ',
  'curl https://x.example/ ',
  'sh run.sh ',
  'python3 -c ',
  'cp link ',
  'grep -r ',
  '',
)

type Step =
  | { readonly does: 'bash'; readonly verb: string; readonly said: ReadonlyArray<Piece> }
  | { readonly does: 'write' | 'prompt' | 'mcp' | 'script'; readonly said: ReadonlyArray<Piece> }
  | { readonly does: 'read'; readonly said: ReadonlyArray<Piece> }
  | { readonly does: 'link'; readonly value: number }
  | { readonly does: 'mode'; readonly mode: 'profile' | 'enforce' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('bash'), verb: verbs, said: pieces }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('write', 'prompt', 'mcp', 'script', 'read'),
      said: pieces,
    }),
  },
  fc.record({ does: fc.constant('link'), value: fc.nat(VALUES.length - 1) }),
  fc.record({ does: fc.constant('mode'), mode: fc.constantFrom('profile', 'enforce') }),
) as fc.Arbitrary<Step>

const tokensOf = async (plane: Plane, agent: Agent): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const value of VALUES) {
    write(plane, 'known.txt', `${value}\n`)
    found.push(tokensIn(await agent.reads('known.txt'))[0]!)
  }
  return found
}

let links = 0

const take = async (
  plane: Plane,
  agent: Agent,
  tokens: ReadonlyArray<string>,
  one: Step,
): Promise<void> => {
  const text = (said: ReadonlyArray<Piece>): string =>
    said
      .map((part) =>
        part === 'unknown'
          ? UNKNOWN
          : typeof part === 'string'
            ? part
            : 'value' in part
              ? VALUES[part.value]!
              : tokens[part.token]!,
      )
      // Values that nothing parts are none that anybody could tell.
      .join(' ')
  switch (one.does) {
    case 'bash':
      await agent.runs(one.verb + text(one.said))
      return
    case 'write': {
      const input = { file_path: `${plane.project}/f ${text(one.said)}`, content: text(one.said) }
      await agent.before('Write', input)
      return
    }
    case 'read': {
      const input = { file_path: `${plane.project}/f ${text(one.said)}` }
      const id = `toolu_r${++links}`
      await agent.before('Read', input, id)
      await agent.after('Read', input, text(one.said), id)
      return
    }
    case 'prompt':
      await agent.hook('UserPromptSubmit', { prompt: text(one.said) })
      return
    case 'mcp': {
      const id = `toolu_m${++links}`
      const input = { [text(one.said)]: [text(one.said), { a: text(one.said) }] }
      await agent.before('mcp__x__y', input, id)
      await agent.after('mcp__x__y', input, [{ type: 'text', text: text(one.said) }], id)
      return
    }
    case 'script':
      write(plane, 'run.sh', `${text(one.said)}\n`)
      await agent.runs('sh run.sh')
      return
    case 'link': {
      const at = path.join(plane.project, 'link')
      fs.rmSync(at, { force: true })
      fs.symlinkSync(`${VALUES[one.value]!}.txt`, at)
      await agent.runs('cat link')
      return
    }
    case 'mode':
      await plane.call('mode.set', { mode: one.mode, pid: process.pid })
  }
}

const kept = async (plane: Plane): Promise<string> => {
  const items: Array<unknown> = [await plane.entries(), plane.logged]
  await plane.call('witness.query', { payloads: true }, (item) => {
    if ('item' in item) items.push(item.item)
  })
  return JSON.stringify(items)
}

describe('any session', () => {
  it('is replayed as it was, with its payloads and without, and its record holds no value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        await withPlane(async (plane) => {
          await enforce(plane)
          const agent = agentOf(plane)
          const tokens = await tokensOf(plane, agent)
          for (const one of steps) await take(plane, agent, tokens, one)
          const replayed = await plane.call('witness.replay', {})
          expect(replayed.first).toBeNull()
          expect(replayed.mismatches).toBe(0)
          expect(plane.logged).toEqual([])
          const record = await kept(plane)
          for (const value of VALUES) {
            // A value that is the beginning of a longer one is no value of its own.
            const stands = new RegExp(`(?<![\\w.])${value.replaceAll('.', '\\.')}(?![\\w.@/-])`)
            expect(record).not.toMatch(stands)
          }
          await plane.call('vault.gc', { ttlMs: 0, pid: process.pid })
          const after = await plane.call('witness.replay', {})
          expect(after.mismatches).toBe(0)
          expect(after.payloads.analysed).toBeLessThanOrEqual(replayed.payloads.analysed)
        })
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})

describe('what the agent writes', () => {
  it('comes out on the disk as exactly the values, by Write and by Edit', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const tokens = await tokensOf(plane, agent)
      const any = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.constantFrom('\r\n', '\n', '\u0000', '\ufeff', '[PII_', UNKNOWN, '$&', '$1', '\\'),
        fc.record({ token: fc.nat(VALUES.length - 1) }),
      )
      const spelled = (
        parts: ReadonlyArray<string | { readonly token: number }>,
        of: ReadonlyArray<string>,
      ): string => parts.map((part) => (typeof part === 'string' ? part : of[part.token]!)).join('')
      let n = 0
      await fc.assert(
        fc.asyncProperty(fc.array(any), fc.array(any), async (first, second) => {
          const name = `f${++n}.txt`
          await agent.writes(name, `${spelled(first, tokens)}<end>`)
          let now = ''
          await agent.runs('true', () => {
            now = fs.readFileSync(path.join(plane.project, name), 'utf8')
          })
          expect(now).toBe(`${spelled(first, VALUES)}<end>`)
          await agent.edits(name, '<end>', spelled(second, tokens))
          await agent.stop()
          const last = fs.readFileSync(path.join(plane.project, name), 'utf8')
          expect(last).toBe(spelled([...first, ...second], VALUES))
        }),
        { numRuns: 25 },
      )
    })
  }, 120_000)
})

const filesBelow = (dir: string): ReadonlyArray<Buffer> =>
  fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => fs.readFileSync(path.join(one.parentPath, one.name)))

/** What a byte search would find a value by. */
const formsOf = (value: string): ReadonlyArray<Buffer | string> => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value, 'utf16le'),
  Buffer.from(value).toString('hex'),
  ...[0, 1, 2].map((at) =>
    Buffer.concat([Buffer.alloc(at, 'x'), Buffer.from(value)])
      .toString('base64')
      .slice(at === 0 ? 0 : 4, -4),
  ),
  ...['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => {
    const digest = createHash(name).update(value).digest()
    return [digest, digest.toString('hex'), digest.toString('base64')]
  }),
]

describe('a session whose values were given up', () => {
  /** Thousands would do as well: the means are the same for each. */
  const guesses = Array.from({ length: 50 }, (_, i) => `user${i}@mail-of-mine.org`)
  const secretly = guesses[17]!

  const session = async (plane: Plane): Promise<string> => {
    await enforce(plane)
    const agent = agentOf(plane)
    write(plane, 'known.txt', `${secretly}\n`)
    const [token] = tokensIn(await agent.reads('known.txt'))
    await agent.before('Bash', { command: `mail ${secretly}` }, 'toolu_told')
    await agent.runs(`cat mails/${secretly}`)
    await agent.runs(`mail ${token} < x`)
    write(plane, 'run.sh', `mail ${secretly}\n`)
    await agent.runs('sh run.sh')
    await agent.writes('new.txt', `to ${token}\n`)
    await agent.hook('UserPromptSubmit', { prompt: `write to ${secretly}` })
    await agent.hook('PostToolUseFailure', {
      tool_name: 'Bash',
      tool_input: { command: 'x' },
      tool_use_id: 'toolu_f',
      error: secretly,
    })
    await plane.hook('PreToolUse', `{"tool_input": "${secretly}`)
    expect(outputOf(await agent.after('mcp__x__y', {}, `{"a": "${secretly}"}`))).toBeDefined()
    await agent.stop()
    return token!
  }

  it('gives none of them back: not by bytes, keys, indexes, tags, digests or payloads', async () => {
    const base = temporaryDir()
    let token = ''
    let told: DecisionMade | undefined
    let rows: ReadonlyArray<VaultStored['rows'][number]> = []
    let opened = ''
    let tree: Buffer | undefined
    let keysDir = ''
    let stored: Buffer | undefined
    await withPlane(
      async (plane) => {
        token = await session(plane)
        keysDir = plane.paths.keysDir
        stored = fs.readFileSync(vaultKeyFile(keysDir, 'one', 0))
        expect(await plane.call('vault.gc', { ttlMs: 0, pid: process.pid })).toMatchObject({
          collected: 1,
        })
        opened = await kept(plane)
        const entries = await plane.entries()
        rows = entries.flatMap(({ event }) => (event._tag === 'VaultStored' ? event.rows : []))
        told = entries
          .flatMap(({ event }) => (event._tag === 'DecisionMade' ? [event] : []))
          .find(({ toolUseId }) => toolUseId === 'toolu_told')
      },
      { base },
    )
    tree = Buffer.concat(filesBelow(path.join(base, 'iso')))
    const master = Result.getOrThrow(readMasterKey(keysDir))
    const keys = makeSessionKeys(keysDir, master)

    const broughtBack = (): ReadonlyArray<string> => {
      const found = guesses.filter(
        (guess) =>
          formsOf(guess).some((form) => tree!.includes(form)) ||
          opened.includes(guess) ||
          // What was decided on is tagged with its token in its place.
          keys.tag('one', utf8(comparableText('Bash', { command: `mail ${guess}` }))) ===
            told!.inputTag,
      )
      for (const generation of [0, 1]) {
        const key = Result.getOrThrow(readVaultKey(keysDir, master, 'one', generation))
        if (key === 'no-key') continue
        const index = Buffer.from(hkdfSync('sha256', key, '', 'isonapse.vault.v1\nindex', 32))
        const { open } = rowKeysOf('one', generation, Buffer.from(key))
        for (const row of rows) found.push(open(row) ?? 'nothing')
        for (const guess of guesses) {
          const bytes = indexedBytes('EMAIL_ADDRESS', guess)
          const digits = createHmac('sha256', index).update(bytes).digest('hex').slice(0, 32)
          if (tree!.includes(digits)) found.push(guess)
        }
      }
      return [...new Set(found)].filter((one) => one !== 'nothing')
    }

    expect(rows).not.toEqual([])
    expect(keys.tag('one', utf8(comparableText('Bash', { command: `mail ${token}` })))).toBe(
      told!.inputTag,
    )
    expect(tree.includes(token)).toBe(true)
    expect(broughtBack()).toEqual([])
    // The same means, had the key not been destroyed.
    fs.writeFileSync(vaultKeyFile(keysDir, 'one', 0), stored!, { mode: 0o600 })
    expect(broughtBack()).toEqual([secretly])
    expect(opened.replace(TOKEN, 'T')).toContain('mail T')
  }, 60_000)
})
