import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { QueryItem } from '../../../src/domain/control/methods.ts'
import type { SelfChange } from '../../../src/domain/integrity/selfChange.ts'
import { sessionKeyFile } from '../../../src/infra/keys/sessionKeyFiles.ts'
import { bash, type Plane, ran, withPlane } from './plane.ts'

const outside = { pid: process.pid }
const SESSION = '11111111-1111-4111-8111-111111111101'

const at = (plane: Plane, file: string): string => path.join(plane.project, file)

const put = (plane: Plane, file: string, text: string, mode = 0o644): void => {
  fs.mkdirSync(path.dirname(at(plane, file)), { recursive: true })
  fs.writeFileSync(at(plane, file), text)
  fs.chmodSync(at(plane, file), mode)
}

const textIn = (plane: Plane, file: string): string | undefined => {
  try {
    return fs.readFileSync(at(plane, file), 'utf8')
  } catch {
    return undefined
  }
}

const begin = (plane: Plane) =>
  plane.hook('SessionStart', {
    session_id: SESSION,
    transcript_path: '/nowhere/transcript.jsonl',
    cwd: plane.project,
    hook_event_name: 'SessionStart',
    source: 'startup',
  })

const prompt = (plane: Plane) =>
  plane.hook('UserPromptSubmit', {
    session_id: SESSION,
    transcript_path: '/nowhere/transcript.jsonl',
    cwd: plane.project,
    hook_event_name: 'UserPromptSubmit',
    prompt: 'go on',
  })

const settled = (plane: Plane) => plane.changes.settled()

/** A call, with what it does in between. */
const call = async (plane: Plane, payload: ReturnType<typeof bash>, does: () => void) => {
  await plane.hook('PreToolUse', payload)
  does()
  await plane.hook('PostToolUse', ran(payload))
  await settled(plane)
  return payload.tool_use_id
}

const write = (plane: Plane, file: string, content: string) =>
  bash(plane, '', { tool_name: 'Write', tool_input: { file_path: at(plane, file), content } })

const changes = async (plane: Plane) => {
  const items: Array<QueryItem> = []
  await plane.call('witness.query', { kind: 'SelfModified', payloads: true, limit: 200 }, (one) => {
    if ('item' in one) items.push(one.item)
  })
  return items.map(({ index, event, payload }) => ({
    index,
    event: event as unknown as Record<string, unknown>,
    change: payload as SelfChange,
  }))
}

const seen = async (plane: Plane) =>
  (await changes(plane)).map(({ event }) => {
    const { path: where, how, kind, toolUseId, added, removed, unkept } = event
    const text = Object.values(where as object)[0] as string
    const name = typeof text === 'string' ? text.replace(/^project\//, '') : text
    return { name, how, kind, toolUseId, added, removed, unkept }
  })

describe('a change of a file that instructs the agent', () => {
  it('is told with what it replaced, whatever tool made it', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\ntwo\n')
      put(plane, '.claude/skills/a/SKILL.md', 'a skill\n')
      await begin(plane)
      await settled(plane)
      expect(await changes(plane)).toEqual([])
      const byWrite = await call(plane, write(plane, 'CLAUDE.md', 'x'), () =>
        put(plane, 'CLAUDE.md', 'one\nthree\n'),
      )
      const byScript = await call(plane, bash(plane, 'python3 build.py'), () => {
        put(plane, 'CLAUDE.md', 'one\nthree\nfour\n')
        put(plane, '.claude/agents/new.md', 'an agent\n')
        fs.rmSync(at(plane, '.claude/skills/a/SKILL.md'))
      })
      await call(plane, bash(plane, 'python3 build.py'), () => put(plane, 'src/a.ts', 'x'))
      await call(plane, write(plane, 'README.md', 'x'), () => put(plane, 'README.md', 'x'))
      const told = { kind: 'instructions', unkept: undefined }
      expect(await seen(plane)).toEqual([
        { ...told, name: 'CLAUDE.md', how: 'changed', toolUseId: byWrite, added: 1, removed: 1 },
        { ...told, name: 'CLAUDE.md', how: 'changed', toolUseId: byScript, added: 1, removed: 0 },
        {
          ...told,
          name: '.claude/agents/new.md',
          how: 'created',
          kind: 'agent',
          toolUseId: byScript,
          added: 1,
          removed: 0,
        },
        {
          ...told,
          name: '.claude/skills/a/SKILL.md',
          how: 'deleted',
          kind: 'skill',
          toolUseId: byScript,
          added: 0,
          removed: 1,
        },
      ])
      const [first] = await changes(plane)
      expect(first!.change).toMatchObject({
        before: 'one\ntwo\n',
        diff: '@@ -1,2 +1,2 @@\n one\n-two\n+three',
      })
      expect(await plane.call('witness.replay', {})).toMatchObject({ first: null, mismatches: 0 })
    })
  })

  it('is told of a file that the policy monitors, where it can be listed or is named', async () => {
    await withPlane(async (plane) => {
      const policy = {
        version: 1,
        name: 'watched',
        monitored: [
          'project:db/**',
          'project:**/Dockerfile',
          '~/notes/*.md',
          'project:.git/hooks/*',
        ],
        rules: [{ id: 'all', verdict: 'permit', match: { effect: ['fs.*', 'exec', 'opaque'] } }],
        defaults: {},
      }
      await plane.call('policy.import', { policy, ...outside })
      put(plane, 'db/a/schema.sql', 'create')
      put(plane, 'sub/Dockerfile', 'FROM a\n')
      await begin(plane)
      const useId = await call(plane, bash(plane, 'python3 build.py'), () => {
        put(plane, 'db/a/schema.sql', 'drop')
        put(plane, 'db/b/new.sql', 'new')
        put(plane, '../notes/x.md', 'x')
        put(plane, '../notes/x.txt', 'x')
        put(plane, '.git/hooks/pre-commit', 'x', 0o755)
        // Nobody lists a pattern that begins anywhere.
        put(plane, 'sub/Dockerfile', 'FROM b\n')
      })
      const named = await call(plane, bash(plane, 'echo x >> sub/Dockerfile'), () =>
        put(plane, 'sub/Dockerfile', 'FROM b\nx\n'),
      )
      const all = await seen(plane)
      expect(all.map(({ name, how }) => `${how} ${String(name)}`).sort()).toEqual([
        'changed db/a/schema.sql',
        'changed sub/Dockerfile',
        'created .git/hooks/pre-commit',
        'created db/b/new.sql',
        'created notes/x.md',
      ])
      expect(all.every(({ kind }) => kind === undefined)).toBe(true)
      expect(new Set(all.map(({ toolUseId }) => toolUseId))).toEqual(new Set([useId, named]))
    })
  })

  it('that was made between two calls names none', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await settled(plane)
      put(plane, 'CLAUDE.md', 'two\n')
      await prompt(plane)
      await settled(plane)
      put(plane, 'CLAUDE.md', 'three\n')
      const useId = await call(plane, write(plane, 'CLAUDE.md', 'x'), () =>
        put(plane, 'CLAUDE.md', 'four\n'),
      )
      expect((await seen(plane)).map(({ toolUseId }) => toolUseId)).toEqual([
        undefined,
        undefined,
        useId,
      ])
      expect((await changes(plane)).map(({ change }) => change.before)).toEqual([
        'one\n',
        'two\n',
        'three\n',
      ])
    })
  })

  it('is no file that is listed for the first time and was there before', async () => {
    await withPlane(async (plane) => {
      const policy = { version: 1, name: 'watched', rules: [], defaults: {} }
      await plane.call('policy.import', {
        policy: { ...policy, monitored: ['project:new/**'] },
        ...outside,
      })
      put(plane, 'CLAUDE.md', 'one\n')
      put(plane, 'db/old.sql', 'the user’s\n')
      put(plane, 'tools/hook.sh', 'the user’s\n', 0o755)
      put(plane, 'moved/b.sql', 'x\n')
      put(plane, 'shared/a/SKILL.md', 'the user’s\n')
      await new Promise((resolve) => setTimeout(resolve, 120))
      await begin(plane)
      await settled(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        const hooks = { Stop: [{ hooks: [{ type: 'command', command: './tools/hook.sh' }] }] }
        put(plane, '.claude/settings.json', JSON.stringify({ hooks }))
        fs.renameSync(at(plane, 'moved'), at(plane, 'new'))
        fs.symlinkSync(at(plane, 'shared'), at(plane, '.claude/skills'))
      })
      await plane.call('policy.import', {
        policy: { ...policy, monitored: ['project:db/**'] },
        ...outside,
      })
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'db/new.sql', 'x\n'))
      const all = await changes(plane)
      const names = all.map(({ event }) => (event['path'] as { home: string }).home.slice(8))
      expect(names).toEqual([
        'new/b.sql',
        '.claude/settings.json',
        '.claude/skills/a/SKILL.md',
        'db/new.sql',
      ])
      // Behind a link lies what the change did not make.
      const { index } = all[2]!
      await expect(plane.call('integrity.restore', { index, ...outside })).rejects.toMatchObject({
        message: expect.stringContaining('leads elsewhere') as string,
      })
      expect(textIn(plane, 'shared/a/SKILL.md')).toBe('the user’s\n')
      // What was taken up without a word is told of from then on.
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'db/old.sql', 'y\n'))
      expect((await changes(plane)).at(-1)!.change.before).toBe('the user’s\n')
    })
  })

  it('is told of a call that ran with another input than decided on', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      const payload = write(plane, 'README.md', 'x')
      await plane.hook('PreToolUse', payload)
      put(plane, 'CLAUDE.md', 'two\n')
      const ranWith = { tool_input: { file_path: at(plane, 'CLAUDE.md'), content: 'two\n' } }
      await plane.hook('PostToolUse', ran(payload, ranWith))
      await settled(plane)
      expect(await seen(plane)).toMatchObject([
        { name: 'CLAUDE.md', toolUseId: payload.tool_use_id },
      ])
    })
  })

  it('is the call’s, though the user speaks before it was looked for', async () => {
    await withPlane(async (plane) => {
      for (let i = 0; i < 300; i++) put(plane, `.claude/skills/a/${i}.md`, 'x')
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await settled(plane)
      const payload = bash(plane, 'python3 a.py')
      await plane.hook('PreToolUse', payload)
      put(plane, 'CLAUDE.md', 'two\n')
      await plane.hook('PostToolUse', ran(payload))
      await prompt(plane)
      await settled(plane)
      // And what comes after that is the user's.
      put(plane, 'CLAUDE.md', 'three\n')
      await call(plane, write(plane, 'CLAUDE.md', 'x'), () => {})
      expect((await seen(plane)).map(({ toolUseId }) => toolUseId)).toEqual([
        payload.tool_use_id,
        undefined,
      ])
    })
  })

  it('is told of the call that names it by another name, or the folder that it lies in', async () => {
    await withPlane(async (plane) => {
      put(plane, 'old/commands/a.md', 'one\n')
      put(plane, 'docs/x.md', 'one\n')
      fs.symlinkSync('docs/x.md', at(plane, 'CLAUDE.md'))
      await begin(plane)
      await settled(plane)
      const ids = [
        await call(plane, bash(plane, 'ln -s old .claude'), () =>
          fs.symlinkSync('old', at(plane, '.claude')),
        ),
        await call(plane, write(plane, 'old/commands/a.md', 'x'), () =>
          put(plane, 'old/commands/a.md', 'two\n'),
        ),
        await call(plane, write(plane, 'docs/x.md', 'x'), () => put(plane, 'docs/x.md', 'two\n')),
        await call(plane, write(plane, 'sub/CLAUDE.md', 'x'), () =>
          put(plane, 'sub/CLAUDE.md', 'x\n'),
        ),
        await call(plane, bash(plane, 'mv old older'), () =>
          fs.renameSync(at(plane, 'old'), at(plane, 'older')),
        ),
      ]
      await prompt(plane)
      await settled(plane)
      expect((await seen(plane)).map(({ name, how, toolUseId }) => [how, name, toolUseId])).toEqual(
        [
          ['created', '.claude/commands/a.md', ids[0]],
          ['changed', '.claude/commands/a.md', ids[1]],
          ['changed', 'CLAUDE.md', ids[2]],
          ['created', 'sub/CLAUDE.md', ids[3]],
          ['deleted', '.claude/commands/a.md', ids[4]],
        ],
      )
    })
  })

  it('is found by a control plane that was started anew meanwhile, from then on', async () => {
    const base = fs.mkdtempSync('/tmp/iso-')
    try {
      await withPlane(
        async (plane) => {
          put(plane, 'CLAUDE.md', 'one\n')
          await begin(plane)
        },
        { base },
      )
      await withPlane(
        async (plane) => {
          await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'two\n'))
          expect(await seen(plane)).toMatchObject([{ name: 'CLAUDE.md', added: 1, removed: 1 }])
        },
        { base },
      )
    } finally {
      fs.rmSync(base, { recursive: true })
    }
  })

  it('stands in no byte of the log in the clear, and values in it are tokens', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'mail anna.schmidt@acme-widgets.de about the migration\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () =>
        put(plane, 'CLAUDE.md', 'mail bernd.maier@acme-widgets.de about the migration\n'),
      )
      const [one] = await changes(plane)
      expect(one!.change.diff).toMatch(/^-mail \[PII_[0-9a-f]{32}\] about the migration$/m)
      const log = JSON.stringify(await plane.entries())
      for (const text of ['anna.schmidt', 'bernd.maier', 'about the migration'])
        expect(log).not.toContain(text)
    })
  })

  it('shows no stored secret, in the file or in its name, and no value in the name', async () => {
    await withPlane(async (plane) => {
      const [secret, mail] = ['zq81-hunter2-XXYYZZ', 'anna.schmidt@acme-widgets.de']
      const sinks = { programs: [], hosts: [], paths: [], servers: [] }
      await plane.call('secret.set', { name: 'API_KEY', value: secret, sinks, ...outside })
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        put(plane, `.claude/commands/${secret}.md`, `use ${secret}\n`)
        put(plane, `.claude/commands/of-${mail}/${secret}.md`, 'x\n')
      })
      const all = await changes(plane)
      expect(all.map(({ event }) => (event['path'] as { home: unknown }).home).sort()).toEqual([
        ['project/.claude/commands/', { pii: 'VALUE' }, '.md'],
        ['project/.claude/commands/', { pii: 'VALUE' }, '/', { pii: 'VALUE' }, '.md'],
      ])
      const bytes = fs
        .readdirSync(plane.paths.witnessDir)
        .map((name) => fs.readFileSync(path.join(plane.paths.witnessDir, name), 'latin1'))
        .join('')
      for (const text of [secret, mail, 'anna.schmidt']) {
        expect(JSON.stringify([await plane.entries(), all])).not.toContain(text)
        expect(bytes).not.toContain(text)
      }
      for (const { index } of all)
        await expect(plane.call('integrity.restore', { index, ...outside })).rejects.toMatchObject({
          message: expect.stringContaining('is masked') as string,
        })
    })
  })

  it('is none where the gate puts values in, or takes them out, whosever session looks', async () => {
    await withPlane(async (plane) => {
      const secret = 'zq81-hunter2-XXYYZZ'
      const sinks = { programs: [], hosts: [], paths: ['project:*.md'], servers: [] }
      await plane.call('secret.set', { name: 'API_KEY', value: secret, sinks, ...outside })
      await plane.call('mode.set', { mode: 'enforce' })
      put(plane, 'people.txt', 'mail anna.schmidt@acme-widgets.de\npassword: Tr0ub4dor&3xyz\n')
      await begin(plane)
      const read = bash(plane, '', {
        tool_name: 'Read',
        tool_input: { file_path: at(plane, 'people.txt') },
      })
      await plane.hook('PreToolUse', read)
      const content = textIn(plane, 'people.txt')
      const { stdout } = await plane.hook('PostToolUse', {
        ...ran(read),
        tool_response: { type: 'text', file: { filePath: at(plane, 'people.txt'), content } },
      })
      const [mail, password] = stdout.match(/\[PII_[0-9a-f]{32}\]/g)!
      const text = `to: ${mail}\nsay ${password}\npassword: ${password}\ntoken: {{ secret.API_KEY }}\n`
      await call(plane, write(plane, 'CLAUDE.md', text), () => put(plane, 'CLAUDE.md', text))
      const batch = async () => {
        await plane.hook('PostToolBatch', {
          ...bash(plane, ''),
          hook_event_name: 'PostToolBatch',
          tool_calls: [],
        })
        await settled(plane)
      }
      const other = { session_id: '11111111-1111-4111-8111-111111111102' }
      const speak = async () => {
        await plane.hook('UserPromptSubmit', {
          ...bash(plane, '', other),
          hook_event_name: 'UserPromptSubmit',
          prompt: 'go on',
        })
        await settled(plane)
      }
      for (let i = 0; i < 2; i++) {
        await call(plane, bash(plane, 'python3 a.py'), () => {})
        expect(textIn(plane, 'CLAUDE.md')).toContain('say Tr0ub4dor')
        await call(plane, bash(plane, 'python3 a.py', other), () => {})
        await batch()
        expect(textIn(plane, 'CLAUDE.md')).toContain(`say ${password}`)
        await speak()
      }
      expect((await seen(plane)).map(({ how }) => how)).toEqual(['created'])
      // What is changed beside it is told, with nothing of a value.
      await call(plane, bash(plane, 'python3 a.py'), () =>
        put(plane, 'CLAUDE.md', `${textIn(plane, 'CLAUDE.md')!}more\n`),
      )
      const last = (await changes(plane)).at(-1)!
      expect(last.event['added']).toBe(1)
      for (const value of ['Tr0ub4dor', 'anna.schmidt', secret])
        expect(JSON.stringify([await changes(plane), await plane.entries()])).not.toContain(value)
    })
  })

  it('of what is no text, or too large, is told without what it replaced', async () => {
    await withPlane(async (plane) => {
      const large = 'x'.repeat(300_000)
      put(plane, '.claude/skills/a/data.md', large)
      fs.writeFileSync(
        at(plane, '.claude/skills/a/icon.png'),
        Buffer.from([0xff, 0xfe, 0xfd, 0x80]),
      )
      // Of what is not held it is the clock that tells a change.
      await new Promise((resolve) => setTimeout(resolve, 80))
      await begin(plane)
      await settled(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        put(plane, '.claude/skills/a/data.md', `${large}y`)
        fs.writeFileSync(at(plane, '.claude/skills/a/icon.png'), Buffer.from([0xff, 0, 0xfd]))
      })
      expect((await seen(plane)).map(({ unkept }) => unkept).sort()).toEqual([
        'binary',
        'too-large',
      ])
    })
  })

  it('is none where a call was only looked at, denied, or changed nothing', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await call(plane, write(plane, 'CLAUDE.md', 'one\n'), () => put(plane, 'CLAUDE.md', 'one\n'))
      await call(plane, bash(plane, 'cat CLAUDE.md'), () => {})
      await plane.hook('PreToolUse', write(plane, 'CLAUDE.md', 'never'))
      await settled(plane)
      expect(await changes(plane)).toEqual([])
    })
  })

  it('does not wait for a pipe, follow a circle, or stop at a folder in a file’s place', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      fs.mkdirSync(at(plane, '.claude/skills'), { recursive: true })
      fs.symlinkSync('.', at(plane, '.claude/skills/loop'))
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        fs.rmSync(at(plane, 'CLAUDE.md'))
        execFileSync('mkfifo', [at(plane, 'CLAUDE.md')])
        fs.mkdirSync(at(plane, 'AGENTS.md'))
        fs.symlinkSync('/dev/zero', at(plane, '.claude/skills/SKILL.md'))
      })
      expect((await seen(plane)).find(({ name }) => name === 'CLAUDE.md')).toMatchObject({
        how: 'changed',
        unkept: undefined,
      })
    })
  })

  it('is kept in bounds, whatever an agent writes', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      let before = 0
      for (let i = 0; i < 80; i++)
        await call(plane, bash(plane, 'python3 a.py'), () =>
          put(plane, 'CLAUDE.md', `${String(i)}${'y'.repeat(250_000)}\n`),
        )
      const all = await seen(plane)
      expect(all).toHaveLength(80)
      before = all.filter(({ unkept }) => unkept === undefined).length
      expect(before).toBeLessThanOrEqual(68)
      expect(all.at(-1)).toMatchObject({ unkept: 'full' })
    })
  }, 60_000)
})

describe('taking a change back', () => {
  const restore = (plane: Plane, index: number, more: object = {}) =>
    plane.call('integrity.restore', { index, ...outside, ...more })

  const only = async (plane: Plane) => (await changes(plane)).at(-1)!.index

  it('puts back what was there, values and permissions with it', async () => {
    await withPlane(async (plane) => {
      const text = 'mail anna.schmidt@acme-widgets.de, or [PII_00000000000000000000000000000000]\n'
      put(plane, '.claude/hooks/a.sh', text, 0o755)
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        fs.rmSync(at(plane, '.claude'), { recursive: true })
      })
      const index = await only(plane)
      const before = (await plane.entries()).length
      expect(await restore(plane, index)).toMatchObject({ entry: index, index: before })
      expect(textIn(plane, '.claude/hooks/a.sh')).toBe(text)
      expect(fs.statSync(at(plane, '.claude/hooks/a.sh')).mode & 0o777).toBe(0o755)
      expect(await restore(plane, index)).toEqual({ entry: index, index: null })
      const last = (await plane.entries()).findLast(({ event }) => event._tag === 'SelfRestored')
      expect(last?.event).toMatchObject({ entry: index })
    })
  })

  it('is no change of the call that ends next', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'two\n'))
      await restore(plane, await only(plane))
      await call(plane, bash(plane, 'python3 b.py'), () => {})
      expect(await changes(plane)).toHaveLength(1)
      await call(plane, bash(plane, 'python3 c.py'), () => put(plane, 'CLAUDE.md', 'three\n'))
      expect((await changes(plane)).at(-1)!.change.before).toBe('one\n')
    })
  })

  it('removes what it created, and only that', async () => {
    await withPlane(async (plane) => {
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'new\n'))
      const index = await only(plane)
      put(plane, 'CLAUDE.md', 'new, and more of the user’s\n')
      await expect(restore(plane, index)).rejects.toMatchObject({
        message: expect.stringContaining('changed once more since') as string,
      })
      expect(textIn(plane, 'CLAUDE.md')).toContain('more of the user')
      await restore(plane, index, { force: true })
      expect(textIn(plane, 'CLAUDE.md')).toBeUndefined()
    })
  })

  it('writes through no link that was put there since', async () => {
    await withPlane(async (plane) => {
      put(plane, '.claude/commands/a.md', 'one\n')
      put(plane, 'elsewhere/a.md', 'mine\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () =>
        put(plane, '.claude/commands/a.md', 'two\n'),
      )
      const index = await only(plane)
      fs.rmSync(at(plane, '.claude/commands/a.md'))
      fs.symlinkSync(at(plane, 'elsewhere/a.md'), at(plane, '.claude/commands/a.md'))
      await expect(restore(plane, index, { force: true })).rejects.toMatchObject({ exit: 1 })
      fs.rmSync(at(plane, '.claude/commands'), { recursive: true })
      fs.symlinkSync(at(plane, 'elsewhere'), at(plane, '.claude/commands'))
      await expect(restore(plane, index, { force: true })).rejects.toMatchObject({
        message: expect.stringContaining('leads elsewhere') as string,
      })
      expect(textIn(plane, 'elsewhere/a.md')).toBe('mine\n')
    })
  })

  it('writes into no other file, whose folder was put in the place of its own by that change', async () => {
    await withPlane(async (plane) => {
      put(plane, '.claude/skills/x/profile', 'the agent’s\n')
      put(plane, 'victim/profile', 'mine\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        fs.renameSync(at(plane, '.claude/skills/x'), at(plane, 'away'))
        fs.symlinkSync(at(plane, 'victim'), at(plane, '.claude/skills/x'))
      })
      const index = await only(plane)
      for (const force of [false, true])
        await expect(restore(plane, index, { force })).rejects.toMatchObject({
          message: expect.stringContaining('leads elsewhere') as string,
        })
      expect(textIn(plane, 'victim/profile')).toBe('mine\n')
    })
  })

  it('makes no file of what was read through a link', async () => {
    await withPlane(async (plane) => {
      put(plane, 'private.txt', 'mine\n')
      fs.symlinkSync('private.txt', at(plane, 'CLAUDE.md'))
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => {
        fs.rmSync(at(plane, 'CLAUDE.md'))
        put(plane, 'CLAUDE.md', 'x\n')
      })
      await expect(restore(plane, await only(plane))).rejects.toMatchObject({
        message: expect.stringContaining('leads elsewhere') as string,
      })
      expect(textIn(plane, 'CLAUDE.md')).toBe('x\n')
    })
  })

  it('puts permissions back that were all that changed', async () => {
    await withPlane(async (plane) => {
      put(plane, '.claude/hooks/a.sh', 'echo\n', 0o644)
      await begin(plane)
      const file = at(plane, '.claude/hooks/a.sh')
      await call(plane, bash(plane, 'chmod +x .claude/hooks/a.sh'), () => fs.chmodSync(file, 0o755))
      const index = await only(plane)
      expect((await restore(plane, index)).index).not.toBeNull()
      expect(fs.statSync(file).mode & 0o777).toBe(0o644)
      expect((await restore(plane, index)).index).toBeNull()
    })
  })

  it('puts no value where a token of the same value stood in the file', async () => {
    await withPlane(async (plane) => {
      const mail = 'anna.schmidt@acme-widgets.de'
      put(plane, 'CLAUDE.md', `mail ${mail}\n`)
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'x\n'))
      const [token] = (await changes(plane))[0]!.change.tokens!
      for (const text of [`mail ${mail}, not ${token}\n`, 'y\n'])
        await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', text))
      await expect(restore(plane, await only(plane))).rejects.toMatchObject({
        message: expect.stringContaining('cannot be put together again') as string,
      })
      expect(textIn(plane, 'CLAUDE.md')).toBe('y\n')
    })
  })

  it('is not for whoever names no process, nor of entries of other kinds', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'two\n'))
      const index = await only(plane)
      await expect(plane.call('integrity.restore', { index })).rejects.toMatchObject({
        kind: 'denied',
      })
      for (const other of [0, index - 1, -1, 1e9])
        await expect(restore(plane, other)).rejects.toMatchObject({ exit: 2 })
      expect(textIn(plane, 'CLAUDE.md')).toBe('two\n')
    })
  })

  it('is said to be impossible once the session’s key was given up', async () => {
    await withPlane(async (plane) => {
      put(plane, 'CLAUDE.md', 'one\n')
      await begin(plane)
      await call(plane, bash(plane, 'python3 a.py'), () => put(plane, 'CLAUDE.md', 'two\n'))
      const index = await only(plane)
      fs.rmSync(sessionKeyFile(plane.paths.keysDir, SESSION))
      plane.context.keys.forget()
      await expect(restore(plane, index)).rejects.toMatchObject({
        message: expect.stringContaining('given up with its session’s key') as string,
      })
    })
  })
})
