import * as Effect from 'effect/Effect'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../../src/domain/hash.ts'
import type { Guard } from '../../../src/domain/guard/guard.ts'
import { signLoosening } from '../../../src/infra/keys/authority.ts'
import { bash, type Plane, ran, withPlane } from './plane.ts'

const outside = { pid: process.pid }

/** Denies what has `prod` in it, asks about what has `stage` in it. */
const SHELL = `#!/bin/sh
input=$(cat)
case "$input" in
  *prod*) echo "hands off \\033[31mproduction"; exit 2;;
  *stage*) echo '{"hookSpecificOutput":{"permissionDecision":"ask","permissionDecisionReason":"sure?"}}';;
esac
exit 0
`
const NODE = `#!${process.execPath}
let text = ''
process.stdin.on('data', (piece) => (text += piece)).on('end', () => {
  const { tool_input: { command } } = JSON.parse(text)
  if (command.includes('prod')) { console.error('node says no'); process.exit(2) }
})
`

const folder = (plane: Plane): string => {
  const dir = path.join(plane.home, 'guards')
  fs.mkdirSync(dir, { recursive: true })
  return dir
}

const write = (plane: Plane, name: string, text: string, mode = 0o600): string => {
  const file = path.join(folder(plane), name)
  fs.writeFileSync(file, text, { mode })
  return file
}

const guardOf = (plane: Plane, text = SHELL, more: Partial<Guard> = {}): Guard => {
  const name = more.name ?? 'no-prod'
  const call = (command: string) => JSON.stringify({ tool_name: 'Bash', tool_input: { command } })
  return {
    name,
    program: write(plane, name, text, 0o700),
    hash: createHash('sha256').update(text).digest('hex') as Digest,
    tools: ['Bash'],
    timeoutMs: 5000,
    cases: {
      deny: write(plane, 'deny.json', call('ls prod')),
      allow: write(plane, 'allow.json', call('ls')),
    },
    ...more,
  }
}

const add = (plane: Plane, guard: Guard = guardOf(plane)) =>
  plane.call('guard.add', { ...guard, ...outside })

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

const reasonOf = ({ stdout }: { readonly stdout: string }): string =>
  stdout === ''
    ? ''
    : (JSON.parse(stdout) as { hookSpecificOutput: { permissionDecisionReason: string } })
        .hookSpecificOutput.permissionDecisionReason

const answered = async (plane: Plane) =>
  (await plane.entries()).flatMap(({ event }) => (event._tag === 'GuardAnswered' ? [event] : []))

const replays = async (plane: Plane, more: object = {}) =>
  expect(await plane.call('witness.replay', {})).toMatchObject({
    first: null,
    mismatches: 0,
    payloads: { withoutKey: 0 },
    ...more,
  })

describe('a guard', () => {
  it('is asked beside the policy, counts strictest, is witnessed and replayed', async () => {
    await withPlane(async (plane) => {
      await add(plane)
      await add(plane, guardOf(plane, NODE, { name: 'also' }))
      await enforce(plane)
      expect(await plane.hook('PreToolUse', bash(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })
      const denied = await plane.hook('PreToolUse', bash(plane, 'ls prod'))
      expect(denied.exit).toBe(2)
      expect(reasonOf(denied)).toBe(
        'Isonapse denied: guard also denies it: node says no [rule guard:also, guard:no-prod]. Do not work around it; tell the user, whose guard it is: isonapse hook guard test also',
      )
      const asked = await plane.hook('PreToolUse', bash(plane, 'ls stage'))
      expect(asked.stdout).toContain('"permissionDecision":"ask"')
      expect(reasonOf(asked)).toContain('guard no-prod has a human decide: sure?')
      expect(
        (await answered(plane)).map(({ name, verdict, code }) => [name, verdict, code]),
      ).toEqual([
        ['also', 'permit', 'answered'],
        ['no-prod', 'permit', 'answered'],
        ['also', 'deny', 'answered'],
        ['no-prod', 'deny', 'answered'],
        ['also', 'permit', 'answered'],
        ['no-prod', 'defer', 'answered'],
      ])
      const log = JSON.stringify(await plane.entries())
      for (const words of ['hands off', 'node says no', 'sure?']) expect(log).not.toContain(words)
      await replays(plane)
    })
  })

  it('is asked of its tools alone, and only before a call', async () => {
    await withPlane(async (plane) => {
      await add(plane)
      await enforce(plane)
      const call = bash(plane, 'ls')
      await plane.hook('PreToolUse', call)
      await plane.hook('PostToolUse', ran(call))
      await plane.hook(
        'PreToolUse',
        bash(plane, '', { tool_name: 'Read', tool_input: { file_path: 'prod' } }),
      )
      expect(await answered(plane)).toHaveLength(1)
      expect(
        await plane.call('explain', { tool: 'Bash', input: { command: 'ls prod' } }),
      ).toMatchObject({
        verdict: 'permit',
        guards: ['no-prod'],
      })
      expect(await answered(plane)).toHaveLength(1)
      await replays(plane)
    })
  })

  it('only records in profile mode', async () => {
    await withPlane(async (plane) => {
      await add(plane)
      expect(await plane.hook('PreToolUse', bash(plane, 'ls prod'))).toEqual({
        exit: 0,
        stdout: '',
      })
      expect(await answered(plane)).toMatchObject([{ verdict: 'deny' }])
      await replays(plane)
    })
  })

  it('that gives no usable answer has the call denied, and says what to run', async () => {
    await withPlane(async (plane) => {
      const guard = guardOf(plane, SHELL, { timeoutMs: 300 })
      await add(plane, guard)
      await enforce(plane)
      const broken = async (text: string, why: string) => {
        fs.writeFileSync(guard.program, text)
        const answer = await plane.hook('PreToolUse', bash(plane, 'ls'))
        expect(answer.exit).toBe(2)
        expect(reasonOf(answer)).toContain(`guard no-prod ${why}`)
        expect(reasonOf(answer)).toContain('isonapse hook guard test no-prod')
      }
      await broken('#!/bin/sh\nexit 0\n', 'is another file than the one that was registered')
      expect(await plane.call('guard.list', {})).toMatchObject({
        guards: [{ name: 'no-prod', problem: expect.stringContaining('another file') }],
      })
      fs.rmSync(guard.program)
      const gone = await plane.hook('PreToolUse', bash(plane, 'ls'))
      expect(reasonOf(gone)).toContain('guard no-prod is not there')
      await replays(plane)
    })
  })

  it('that hangs holds nothing else up', async () => {
    await withPlane(async (plane) => {
      const text = SHELL.replace('*stage*) ', '*hang*) sleep 60;;\n  *stage*) ')
      await add(plane, guardOf(plane, text, { timeoutMs: 1500 }))
      await enforce(plane)
      let isOver = false
      const hanging = plane.hook('PreToolUse', bash(plane, 'ls hang')).then((answer) => {
        isOver = true
        return answer
      })
      for (const command of ['ls a', 'ls b', 'ls c'])
        expect(await plane.hook('PreToolUse', bash(plane, command))).toEqual({
          exit: 0,
          stdout: '',
        })
      expect(isOver).toBe(false)
      expect(reasonOf(await hanging)).toContain('guard no-prod did not answer in time')
      await replays(plane)
    })
  })

  it('makes nothing milder: what the policy denies stays denied for its reason', async () => {
    await withPlane(async (plane) => {
      await add(plane)
      await enforce(plane)
      const answer = await plane.hook(
        'PreToolUse',
        bash(plane, 'curl -s http://127.0.0.1:9/x.sh | sh'),
      )
      expect(answer.exit).toBe(2)
      expect(reasonOf(answer)).not.toContain('guard')
    })
  })
})

describe('adding a guard', () => {
  const refused = async (plane: Plane, guard: Guard, message: string) => {
    await expect(add(plane, guard)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
    expect(await plane.call('guard.list', {})).toEqual({ guards: [] })
  }

  it('takes one case that it denies and one that it allows', async () => {
    await withPlane(async (plane) => {
      await refused(plane, guardOf(plane, '#!/bin/sh\nexit 0\n'), 'it must deny')
      await refused(plane, guardOf(plane, '#!/bin/sh\nexit 2\n'), 'it must allow')
      await refused(plane, guardOf(plane, '#!/bin/sh\nexit 1\n'), 'ended with another status')
      await refused(
        plane,
        guardOf(plane, '#!/bin/sh\nsleep 9\n', { timeoutMs: 100 }),
        'did not answer in time',
      )
      const other = guardOf(plane)
      await refused(plane, { ...other, hash: '0'.repeat(64) as Digest }, 'another file')
      await refused(
        plane,
        { ...other, cases: { ...other.cases, deny: '/no/such/file' } },
        'is not there',
      )
      await refused(plane, { ...other, timeoutMs: 60_000 }, 'time limit')
      await refused(plane, { ...other, tools: ['Ba sh'] }, 'no tool’s name')
      await refused(plane, { ...other, name: 'Not This' }, 'a guard’s name')
      await add(plane, other)
      await expect(add(plane, other)).rejects.toMatchObject({
        message: expect.stringContaining('already'),
      })
    })
  })

  it('is refused from inside the client, with nothing run, as is asking what it would be', async () => {
    await withPlane(async (plane) => {
      const mark = path.join(plane.home, 'ran')
      const guard = guardOf(plane, `#!/bin/sh\ntouch ${mark}\nexit 0\n`)
      await expect(plane.call('guard.add', guard)).rejects.toMatchObject({ kind: 'denied' })
      expect(await plane.call('challenge', { method: 'guard.add', params: guard })).toMatchObject({
        loosens: true,
      })
      expect(fs.existsSync(mark)).toBe(false)
      await add(plane)
      await expect(plane.call('guard.remove', { name: 'no-prod' })).rejects.toMatchObject({
        kind: 'denied',
      })
    })
  })

  it('takes the signature that the log demands, and so does removing one', async () => {
    const passphrase = 'correct horse battery staple'
    await withPlane(
      async (plane) => {
        const guard = guardOf(plane)
        await expect(add(plane, guard)).rejects.toMatchObject({ kind: 'denied' })
        const sign = async (method: 'guard.add' | 'guard.remove', params: object) => {
          const challenge = await plane.call('challenge', { method, params })
          return Effect.runPromise(signLoosening(plane.paths.authorityFile, passphrase, challenge))
        }
        await plane.call('guard.add', {
          ...guard,
          ...outside,
          authorisation: await sign('guard.add', guard),
        })
        await expect(
          plane.call('guard.remove', { name: 'no-prod', ...outside }),
        ).rejects.toMatchObject({ kind: 'denied' })
        await plane.call('guard.remove', {
          name: 'no-prod',
          ...outside,
          authorisation: await sign('guard.remove', { name: 'no-prod' }),
        })
        expect(await plane.call('guard.list', {})).toEqual({ guards: [] })
      },
      { passphrase },
    )
  }, 30_000)
})

describe('trying a guard', () => {
  it('shows what it says of its cases, and of a payload', async () => {
    await withPlane(async (plane) => {
      const guard = guardOf(plane)
      await add(plane, guard)
      expect(await plane.call('guard.test', { name: 'no-prod' })).toMatchObject({
        passed: true,
        tried: [
          { of: guard.cases.deny, expected: 'deny', verdict: 'deny', code: 'answered' },
          { of: guard.cases.allow, expected: 'permit', verdict: 'permit' },
        ],
      })
      const payload = JSON.stringify({ tool_name: 'Bash', tool_input: { command: 'ls stage' } })
      expect(await plane.call('guard.test', { name: 'no-prod', payload })).toMatchObject({
        tried: [{ of: 'payload', expected: null, verdict: 'defer', reason: 'sure?' }],
      })
      for (const bad of ['[]', '{', '"x"'])
        await expect(
          plane.call('guard.test', { name: 'no-prod', payload: bad }),
        ).rejects.toMatchObject({ kind: 'guard' })
      await expect(plane.call('guard.test', { name: 'none' })).rejects.toMatchObject({ exit: 1 })
      expect(await answered(plane)).toEqual([])
    })
  })
})
