import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type {
  DecisionMade,
  GapFound,
  HookRejected,
  InputSwapped,
} from '../../../src/domain/event/event.ts'
import { bash, ran, temporaryDir, withPlane, type Plane } from './plane.ts'

const SESSION = path.resolve(import.meta.dirname, '../../../examples/sessions/web-dev.hooks.jsonl')

const tags = async (plane: Plane): Promise<ReadonlyArray<string>> =>
  (await plane.entries()).map(({ event }) => event._tag)

const found = async <T>(plane: Plane, tag: string): Promise<ReadonlyArray<T>> =>
  (await plane.entries()).filter(({ event }) => event._tag === tag).map(({ event }) => event as T)

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

describe('the way of a hook event', () => {
  it('witnesses a recorded session whole and in order, and answers nothing in profile mode', async () => {
    await withPlane(async (plane) => {
      const lines = fs
        .readFileSync(SESSION, 'utf8')
        .replaceAll('/home/dev', plane.home)
        .trim()
        .split('\n')
      for (const line of lines) {
        const { hook_event_name } = JSON.parse(line) as { hook_event_name: string }
        expect(await plane.hook(hook_event_name, `${line}\n`)).toEqual({ exit: 0, stdout: '' })
      }
      const names = (await found<{ name: string }>(plane, 'HookReceived')).map((one) => one.name)
      expect(names).toEqual(
        lines.map((line) => (JSON.parse(line) as { hook_event_name: string }).hook_event_name),
      )
      const entries = await plane.entries()
      entries.forEach(({ event }, i) => {
        if (event._tag === 'DecisionMade')
          expect(entries[i - 1]?.event._tag, `before entry ${i}`).toBe('HookReceived')
      })
      expect(await found(plane, 'GapFound')).toEqual([])
      expect(await found(plane, 'InputSwapped')).toEqual([])
      expect(await plane.call('witness.verify', {})).toMatchObject({ verdict: 'unanchored' })
    })
  })

  it('holds no text of a payload in the clear', async () => {
    await withPlane(async (plane) => {
      const payload = bash(plane, "grep 'a very private phrase' notes.txt", {
        transcript_path: '/some/private-transcript',
      })
      await plane.hook('PreToolUse', payload)
      await plane.hook('UserPromptSubmit', {
        ...payload,
        hook_event_name: 'UserPromptSubmit',
        prompt: 'a private prompt',
      })
      for await (const slice of plane.context.log.scan({}))
        for (const { bytes } of slice)
          expect(new TextDecoder().decode(bytes)).not.toMatch(/private|phrase/)
    })
  })

  it('blocks in enforce what it only notes in profile', async () => {
    await withPlane(async (plane) => {
      const dangerous = () => bash(plane, 'rm -rf ~/')
      expect(await plane.hook('PreToolUse', dangerous())).toEqual({ exit: 0, stdout: '' })
      await enforce(plane)
      const answer = await plane.hook('PreToolUse', dangerous())
      expect(answer.exit).toBe(2)
      expect(JSON.parse(answer.stdout)).toMatchObject({
        hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny' },
      })
      expect(await plane.hook('PreToolUse', bash(plane, 'ls -la'))).toEqual({ exit: 0, stdout: '' })
      const made = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made.map(({ verdict, enforced }) => [verdict, enforced])).toEqual([
        ['deny', false],
        ['deny', true],
        ['permit', true],
      ])
    })
  })

  it('asks where the policy defers, and refuses where nobody can be asked', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const asked = await plane.hook('PreToolUse', bash(plane, 'git push --force origin main'))
      expect(JSON.parse(asked.stdout)).toMatchObject({
        hookSpecificOutput: { permissionDecision: 'ask' },
      })
      const alone = bash(plane, 'git push --force origin main', { permission_mode: 'dontAsk' })
      expect((await plane.hook('PreToolUse', alone)).exit).toBe(2)
    })
  })

  it('denies everything while suspended, in profile mode too, over a restart', async () => {
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        await plane.call('suspend', {})
        expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(2)
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(2)
        expect((await plane.hook('PreToolUse', '{"cut')).exit).toBe(2)
        await plane.call('resume', { pid: process.pid })
        expect(await plane.hook('PreToolUse', bash(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })
      },
      { base },
    )
  })

  it('records a denial as enforced wherever it is carried out', async () => {
    await withPlane(async (plane) => {
      await plane.call('posture.set', { posture: 'locked' })
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(2)
      const [made] = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made).toMatchObject({ verdict: 'deny', enforced: true })
    })
  })

  it('reads a link’s real target', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      fs.mkdirSync(path.join(plane.home, '.ssh'))
      fs.writeFileSync(path.join(plane.home, '.ssh/id_ed25519'), 'x')
      fs.symlinkSync(path.join(plane.home, '.ssh'), path.join(plane.project, 'docs'))
      await plane.hook('PreToolUse', {
        ...bash(plane, ''),
        tool_name: 'Read',
        tool_input: { file_path: path.join(plane.project, 'docs/id_ed25519') },
      })
      const [made] = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made?.verdict).not.toBe('permit')
      expect(made?.receipt.action.effects).toContainEqual(
        expect.objectContaining({
          kind: 'secret.read',
          target: expect.objectContaining({
            path: { home: '.ssh/id_ed25519' },
            as: { project: 'docs/id_ed25519' },
          }) as unknown,
        }),
      )
    })
  })
})

describe('after the call', () => {
  it('finds an input that was swapped after the decision, and says what it did', async () => {
    await withPlane(async (plane) => {
      const payload = bash(plane, 'ls')
      await plane.hook('PreToolUse', payload)
      await plane.hook(
        'PostToolUse',
        ran(payload, { tool_input: { command: 'rm -rf ~/', description: 'a test' } }),
      )
      const [swapped] = await found<InputSwapped>(plane, 'InputSwapped')
      expect(swapped).toMatchObject({ toolUseId: payload.tool_use_id, verdict: 'deny' })
      expect(swapped?.action.capabilities).toEqual(['tool:Bash:rm'])
      const decision = (await plane.entries())[swapped!.decision]
      expect(decision?.event._tag).toBe('DecisionMade')
    })
  })

  it('does not take another order of keys for a swap', async () => {
    await withPlane(async (plane) => {
      const payload = bash(plane, 'ls')
      await plane.hook('PreToolUse', payload)
      const { command, description } = payload.tool_input
      await plane.hook('PostToolUse', ran(payload, { tool_input: { description, command } }))
      expect(await found(plane, 'InputSwapped')).toEqual([])
    })
  })

  it('finds a swap over a restart of the control plane', async () => {
    const base = temporaryDir()
    const payload = await withPlane(
      async (plane) => {
        const sent = bash(plane, 'ls')
        await plane.hook('PreToolUse', sent)
        return sent
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        await plane.hook('PostToolUse', ran(payload, { tool_input: { command: 'id' } }))
        expect(await found(plane, 'InputSwapped')).toHaveLength(1)
      },
      { base },
    )
  })

  it('finds a call that ran and that it never saw', async () => {
    await withPlane(async (plane) => {
      await plane.hook('PostToolUse', ran(bash(plane, 'ls')))
      const [gap] = await found<GapFound>(plane, 'GapFound')
      expect(gap).toMatchObject({ tool: 'Bash', seenIn: 'PostToolUse' })
    })
  })

  it('takes a refused call of a batch for unfinished, and an unknown one that ran for a gap', async () => {
    await withPlane(async (plane) => {
      const denied = bash(plane, 'ls')
      await plane.hook('PreToolUse', denied)
      const { tool_name, tool_input, tool_use_id, ...base } = denied
      const call = { tool_name, tool_input }
      await plane.hook('PostToolBatch', {
        ...base,
        hook_event_name: 'PostToolBatch',
        tool_calls: [
          { ...call, tool_use_id, tool_response: 'hook said no' },
          { ...call, tool_use_id: 'toolu_never', tool_response: 'output' },
          {
            ...call,
            tool_use_id: 'toolu_bad',
            tool_response: '<tool_use_error>No such tool</tool_use_error>',
          },
        ],
      })
      const tail = (await plane.entries()).slice(-3).map(({ event }) => event)
      expect(tail).toMatchObject([
        { _tag: 'ToolFinished', toolUseId: tool_use_id, outcome: 'unfinished' },
        { _tag: 'GapFound', toolUseId: 'toolu_never' },
        { _tag: 'ToolFinished', toolUseId: 'toolu_bad', outcome: 'unfinished' },
      ])
    })
  })
})

describe('a payload that cannot be read', () => {
  const deep = '['.repeat(5000) + ']'.repeat(5000)
  it.each([
    ['cut', '{"session_id":"a","cwd":', 'truncated'],
    ['no JSON', 'hello', 'not-json'],
    ['too deep', `{"a":${deep}}`, 'too-deep'],
    ['a list', '[]', 'wrong-shape'],
    ['of wrong types', '{"session_id":1,"cwd":2}', 'wrong-shape'],
  ])('%s is rejected, recorded, and blocks in enforce alone', async (_, text, reason) => {
    await withPlane(async (plane) => {
      expect(await plane.hook('PreToolUse', text)).toEqual({ exit: 0, stdout: '' })
      await enforce(plane)
      const blocked = await plane.hook('PreToolUse', text)
      expect(blocked.exit).toBe(2)
      expect(blocked.stdout.startsWith('{')).toBe(true)
      expect(await plane.hook('Stop', text)).toEqual({ exit: 0, stdout: '' })
      const rejected = await found<HookRejected>(plane, 'HookRejected')
      expect(rejected.map((one) => [one.name, one.reason])).toEqual([
        ['PreToolUse', reason],
        ['PreToolUse', reason],
        ['Stop', reason],
      ])
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
    })
  })

  it('holds what JSON may hold and canonical JSON may not, without harm', async () => {
    await withPlane(async (plane) => {
      const payload = JSON.stringify(bash(plane, 'ls')).replace(
        '"description":"a test"',
        '"big":123456789012345678901234567890,"neg":-0,"lone":"\\ud800","__proto__":{"x":1},"e":1e999',
      )
      expect((await plane.hook('PreToolUse', payload)).exit).toBe(0)
      expect((await tags(plane)).at(-1)).toBe('DecisionMade')
    })
  })
})

describe('a store that fails', () => {
  it('blocks in enforce and lets pass in profile, and says so to the operator', async () => {
    await withPlane(async (plane) => {
      const { log } = plane.context
      const append = log.append
      const fail = () => Promise.reject(new Error('no space left on device'))
      Object.assign(log, { append: fail })
      expect(await plane.hook('PreToolUse', bash(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })
      Object.assign(log, { append })
      await enforce(plane)
      Object.assign(log, { append: fail })
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(2)
      expect((await plane.hook('Stop', { ...bash(plane, ''), hook_event_name: 'Stop' })).exit).toBe(
        0,
      )
      Object.assign(log, { append })
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
      expect(plane.logged.join('\n')).toContain('no space left')
    })
  })
})
