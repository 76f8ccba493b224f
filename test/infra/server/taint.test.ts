import * as Effect from 'effect/Effect'
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  type DecisionMade,
  InjectionDetected,
  type TaintCleared,
} from '../../../src/domain/event/event.ts'
import type { InjectionSource } from '../../../src/domain/sensitive/injection/source.ts'
import { signLoosening } from '../../../src/infra/keys/authority.ts'
import { template } from '../../../src/templates/templates.ts'
import { bash, type Plane, ran, temporaryDir, withPlane } from './plane.ts'

const SESSION = '11111111-1111-4111-8111-111111111101'
const OTHER = '22222222-2222-4222-8222-222222222202'
const FETCH = 'curl -s https://docs.example.com/a'
const PASSPHRASE = 'correct horse battery staple'
const outside = { pid: process.pid }

const hit = (
  plane: Plane,
  score = 0.9,
  source: InjectionSource = 'web',
  session = SESSION,
): Promise<unknown> =>
  plane.context.log.append([
    {
      session,
      event: new InjectionDetected({
        seenIn: 'PostToolUse',
        detector: 'rules:ignore-instructions',
        score,
        tier: 'rules',
        source,
      }),
    },
  ])

/** A policy under which fetching is permitted, and asked about is sending. */
const enforce = async (plane: Plane, taint?: object): Promise<void> => {
  const base = template('default')
  const policy = {
    ...base,
    rules: [],
    defaults: { ...base.defaults, 'net.fetch': 'permit', 'net.send': 'defer' },
    ...(taint === undefined ? {} : { taint }),
  }
  await plane.call('policy.import', { policy, ...outside })
  await plane.call('mode.set', { mode: 'enforce' })
}

const call = (plane: Plane, command = FETCH, session = SESSION) =>
  bash(plane, command, { session_id: session })

const made = async <T>(plane: Plane, tag: string): Promise<ReadonlyArray<T>> =>
  (await plane.entries()).filter(({ event }) => event._tag === tag).map(({ event }) => event as T)

const asked = ({ stdout }: { readonly stdout: string }): string =>
  stdout === ''
    ? ''
    : ((JSON.parse(stdout) as { hookSpecificOutput?: { permissionDecision?: string } })
        .hookSpecificOutput?.permissionDecision ?? '')

const replays = async (plane: Plane, more: object = {}): Promise<void> =>
  expect(await plane.call('witness.replay', {})).toMatchObject({
    first: null,
    mismatches: 0,
    payloads: { withoutKey: 0 },
    ...more,
  })

describe('a session that read an injection', () => {
  it('is asked or denied what others may do, until it is cleared', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      expect(await plane.hook('PreToolUse', call(plane))).toEqual({ exit: 0, stdout: '' })
      await hit(plane)
      const fetched = await plane.hook('PreToolUse', call(plane))
      expect(asked(fetched)).toBe('ask')
      expect(fetched.stdout).toContain('isonapse hook taint clear')
      const sent = await plane.hook(
        'PreToolUse',
        call(plane, 'curl -d @a https://docs.example.com/a'),
      )
      expect(sent.exit).toBe(2)
      expect(sent.stdout).toContain('[rule taint:net.send]')
      expect(sent.stdout).toContain('tell the user')
      expect(await plane.hook('PreToolUse', call(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })
      expect(await plane.hook('PreToolUse', call(plane, FETCH, OTHER))).toEqual({
        exit: 0,
        stdout: '',
      })
      const cleared = await plane.call('taint.clear', { session: SESSION, ...outside })
      expect(cleared.index).not.toBeNull()
      expect(await plane.hook('PreToolUse', call(plane))).toEqual({ exit: 0, stdout: '' })
      expect(await plane.call('taint.clear', { session: SESSION, ...outside })).toEqual({
        session: SESSION,
        index: null,
      })
      const entry = (await plane.entries()).find(({ index }) => index === cleared.index)
      expect(entry).toMatchObject({ session: SESSION, event: { of: SESSION } })
      await replays(plane)
    })
  })

  it('stands in the receipts as they were decided, and in no other’s', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      await plane.hook('PreToolUse', call(plane))
      await hit(plane, 0.9, 'mcp')
      await plane.hook('PreToolUse', call(plane))
      await plane.hook('PreToolUse', call(plane, FETCH, OTHER))
      const [before, after, other] = await made<DecisionMade>(plane, 'DecisionMade')
      expect(before?.receipt.state).toEqual({ suspended: false })
      expect(after?.receipt.state).toEqual({
        suspended: false,
        tainted: { score: 0.9, source: 'mcp' },
      })
      expect(other?.receipt.state).toEqual({ suspended: false })
    })
  })

  it('is judged so over a restart, for an input that ran in another’s place, and as a human is asked', async () => {
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        await enforce(plane)
        await hit(plane)
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        const one = call(plane)
        expect(asked(await plane.hook('PreToolUse', one))).toBe('ask')
        const { tool_use_id: _, ...question } = one
        await plane.hook('PermissionRequest', {
          ...question,
          hook_event_name: 'PermissionRequest',
        })
        const sends = 'curl -d @a https://docs.example.com/a'
        await plane.hook('PostToolUse', ran(one, { tool_input: { command: sends } }))
        const [swapped] = await made<{ verdict: string }>(plane, 'InputSwapped')
        expect(swapped?.verdict).toBe('deny')
        await replays(plane, { swapped: 1 })
      },
      { base },
    )
  })

  it('is what the policy makes of it: nothing where that says so', async () => {
    await withPlane(async (plane) => {
      await enforce(plane, { stricter: [] })
      await hit(plane)
      expect(await plane.hook('PreToolUse', call(plane))).toEqual({ exit: 0, stdout: '' })
      expect((await plane.call('taint.list', {})).sessions[0]?.stricter).toEqual([])
    })
  })

  it('blocks nothing in profile mode: the verdicts are shadows', async () => {
    await withPlane(async (plane) => {
      await hit(plane)
      expect(
        (await plane.hook('PreToolUse', call(plane, 'curl -d x https://a.example'))).exit,
      ).toBe(0)
      const [one] = await made<DecisionMade>(plane, 'DecisionMade')
      expect(one).toMatchObject({
        enforced: false,
        receipt: { state: { tainted: { score: 0.9 } } },
      })
    })
  })

  it('ends with the session, and is told of by status and list meanwhile', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      await plane.hook('PreToolUse', call(plane))
      await hit(plane)
      await hit(plane, 0.6, 'command')
      await hit(plane, 0.7, 'project', OTHER)
      expect((await plane.call('status', {})).tainted).toBe(1)
      const { sessions, action } = await plane.call('taint.list', {})
      expect(action).toBe('warn')
      expect(sessions).toMatchObject([
        {
          session: SESSION,
          project: '~/project',
          score: 0.9,
          source: 'web',
          hits: 2,
          stricter: ['net.*', 'secret.*', 'persist'],
        },
      ])
      const { tool_name: _, tool_input: __, tool_use_id: ___, ...base } = call(plane)
      await plane.hook('SessionEnd', { ...base, hook_event_name: 'SessionEnd', reason: 'other' })
      expect((await plane.call('status', {})).tainted).toBe(0)
      // Anybody can report an end; a call that comes all the same is of a session that goes on.
      expect(asked(await plane.hook('PreToolUse', call(plane)))).toBe('ask')
      await plane.hook('SessionEnd', { ...base, hook_event_name: 'SessionEnd', reason: 'other' })
      await plane.hook('SessionStart', {
        ...base,
        hook_event_name: 'SessionStart',
        source: 'resume',
      })
      expect(asked(await plane.hook('PreToolUse', call(plane)))).toBe('ask')
      await replays(plane)
    })
  })

  it('replays the same where hits, clearings and calls come at once', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      for (let round = 0; round < 5; round++)
        await Promise.all([
          plane.hook('PreToolUse', call(plane)),
          hit(plane, 0.5 + round / 10),
          plane.hook('PreToolUse', call(plane)),
          plane.call('taint.clear', { session: null, ...outside }),
          plane.hook('PreToolUse', call(plane)),
        ])
      await replays(plane, { decisions: 15 })
    })
  })

  it('cannot be cleared from inside the client, whoever is named', async () => {
    await withPlane(async (plane) => {
      await hit(plane)
      const child = spawn(process.execPath, ['-e', 'console.log(1);setTimeout(() => {}, 60000)'], {
        env: { CLAUDECODE: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
      try {
        await new Promise((resolve) => child.stdout.once('data', resolve))
        for (const session of [SESSION, null])
          for (const who of [{ pid: child.pid! }, {}])
            await expect(plane.call('taint.clear', { session, ...who })).rejects.toMatchObject({
              kind: 'denied',
              exit: 2,
            })
      } finally {
        child.kill('SIGKILL')
      }
      expect((await plane.call('taint.list', {})).sessions).toHaveLength(1)
    })
  })
})

describe('at level authority', () => {
  it('only the passphrase clears, the session that was shown and no other', async () => {
    await withPlane(
      async (plane) => {
        await hit(plane)
        await hit(plane, 0.9, 'web', OTHER)
        await expect(
          plane.call('taint.clear', { session: SESSION, ...outside }),
        ).rejects.toMatchObject({ kind: 'denied' })
        const challenge = await plane.call('challenge', {
          method: 'taint.clear',
          params: { session: SESSION },
        })
        expect(challenge).toMatchObject({
          loosens: true,
          change: { _tag: 'TaintCleared', of: SESSION },
        })
        const authorisation = await Effect.runPromise(
          signLoosening(plane.paths.authorityFile, PASSPHRASE, challenge),
        )
        for (const session of [OTHER, null])
          await expect(
            plane.call('taint.clear', { session, ...outside, authorisation }),
          ).rejects.toMatchObject({ kind: 'denied' })
        await plane.call('taint.clear', { session: SESSION, ...outside, authorisation })
        const { sessions } = await plane.call('taint.list', {})
        expect(sessions.map(({ session }) => session)).toEqual([OTHER])
        const [cleared] = await made<TaintCleared>(plane, 'TaintCleared')
        expect(cleared?.authorisation).toEqual(authorisation)
        await replays(plane)
      },
      { passphrase: PASSPHRASE },
    )
  })
})
