// From a control plane's own log: what was observed, what is suggested, and how it is put in force.
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import type { ModeChanged, PolicyApplied } from '../../../src/domain/event/event.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/domain/suggest/evidence.ts'
import { type RecordedName, recordedPayloads } from '../../support/recordedSession.ts'
import { type Plane, withPlane } from './plane.ts'

const LOW = { ...DEFAULT_THRESHOLDS, minSessions: 2, minDays: 1 }
const outside = { pid: process.pid }

const play = async (
  plane: Plane,
  run: string,
  names: ReadonlyArray<RecordedName> = ['web-dev'],
): Promise<void> => {
  for (const name of names)
    for (const payload of recordedPayloads(name, run)) {
      const here = JSON.parse(
        JSON.stringify(payload).replaceAll('/home/dev/project', plane.project),
      ) as typeof payload
      await plane.hook(here.hook_event_name, here)
    }
}

const failureOf = (promise: Promise<unknown>): Promise<{ kind: string; message: string }> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { kind: string; message: string }) => error,
  )

const tagged = <E>(entries: ReadonlyArray<Entry>, tag: string): ReadonlyArray<E> =>
  entries.flatMap(({ event }) => (event._tag === tag ? [event as E] : []))

describe('what was learned', () => {
  it('is told by report and observations, whole and for a part of the log', async () => {
    await withPlane(async (plane) => {
      expect(await plane.call('profile.report', {})).toMatchObject({ calls: 0, scanned: null })
      await play(plane, 'a')
      await play(plane, 'b')
      const whole = await plane.call('profile.report', {})
      expect(whole).toMatchObject({ calls: 48, sessions: 2, scanned: null })
      expect(whole.capabilities).toHaveLength(15)
      const one = await plane.call('profile.report', { session: 'a-', most: 3 })
      expect(one).toMatchObject({ calls: 24, sessions: 1 })
      expect(one.scanned).toBeGreaterThan(100)
      expect(one.capabilities).toHaveLength(3)
      const here = await plane.call('profile.report', { project: plane.project })
      expect(here.calls).toBe(48)
      expect(await plane.call('profile.report', { project: plane.home })).toMatchObject({
        calls: 0,
      })
      expect(await plane.call('profile.report', { since: Date.now() + 60_000 })).toMatchObject({
        calls: 0,
      })
      expect((await plane.call('profile.report', { since: Date.now() - 60_000 })).calls).toBe(48)
      const git = await plane.call('profile.observations', {
        capability: 'tool:Bash:git',
        limit: 3,
      })
      expect(git.observations).toHaveLength(3)
      expect(git.inAll).toBeGreaterThan(3)
      for (const { capability } of git.observations) expect(capability).toMatch(/^tool:Bash:git/)
    })
  })

  it('is refused as a policy, in words, while there is too little', async () => {
    await withPlane(async (plane) => {
      expect(await failureOf(plane.call('policy.suggest', DEFAULT_THRESHOLDS))).toMatchObject({
        kind: 'nothing-learned',
        message: expect.stringContaining('no tool call was witnessed'),
      })
      await play(plane, 'a')
      expect((await failureOf(plane.call('policy.suggest', DEFAULT_THRESHOLDS))).message).toContain(
        'a rule needs 3',
      )
      const asked = { policy: { version: 1, name: 'x', rules: [], defaults: { nothing: 'x' } } }
      expect((await failureOf(plane.call('policy.backtest', asked))).kind).toBe('policy-invalid')
    })
  })

  it('says of a call what is known of it, and what the suggestion would decide', async () => {
    await withPlane(async (plane) => {
      const ask = () =>
        plane.call('explain', {
          tool: 'mcp__crm__echo',
          input: { text: 'x' },
          cwd: plane.project,
          learned: true,
        })
      expect(await ask()).toMatchObject({ habit: { calls: 0 }, suggested: null })
      await play(plane, 'a')
      expect(await ask()).toMatchObject({ verdict: 'defer', habit: { calls: 1, sessions: 1 } })
    })
  })
})

describe('applying a suggestion', () => {
  it('puts the policy and the mode in force in one step, and rollback goes back', async () => {
    await withPlane(async (plane) => {
      for (const run of ['a', 'b', 'c'])
        await play(plane, run, ['web-dev', 'data-science', 'infra'])
      const suggested = await plane.call('policy.suggest', LOW)
      expect(suggested.learned.map(({ id }) => id)).toContain('learned.opaque.mcp.crm.echo')
      const test = await plane.call('policy.backtest', { policy: suggested.policy })
      expect(test.calls).toBe(135)
      // One session has a planted injection: what sends something after it is a verdict stricter.
      expect(test.finished.deny).toBe(3)

      const { policy } = suggested
      const change = { policy, source: 'suggest', mode: 'enforce' } as const
      expect((await failureOf(plane.call('policy.import', change))).kind).toBe('denied')
      expect((await plane.call('status', {})).mode).toBe('profile')
      const before = (await plane.entries()).length
      const { digest, index } = await plane.call('policy.import', { ...change, ...outside })
      expect(digest).toBe(suggested.digest)
      const added = (await plane.entries()).slice(before)
      expect(index).toBe(before + added.length - 1)
      expect(tagged<PolicyApplied>(added, 'PolicyApplied')).toMatchObject([
        { digest, source: 'suggest' },
      ])
      expect(tagged<ModeChanged>(added, 'ModeChanged')).toMatchObject([
        { from: 'profile', to: 'enforce' },
      ])
      // One batch: no entry of anybody else lies between them.
      expect(added.map(({ event }) => event._tag).filter((tag) => tag !== 'Chunk')).toEqual([
        'PolicyApplied',
        'ModeChanged',
      ])
      expect(await plane.call('policy.import', { ...change, ...outside })).toMatchObject({
        index: null,
      })

      const { policies } = await plane.call('policy.history', {})
      expect(policies).toMatchObject([
        { digest, source: 'suggest', inForce: true },
        { source: 'init', inForce: false },
      ])
      const { policy: past } = await plane.call('policy.past', { digest: policies[1]!.digest })
      await plane.call('policy.import', { policy: past, source: 'rollback', ...outside })
      const status = await plane.call('status', {})
      expect(status).toMatchObject({ mode: 'enforce', policy: { digest: policies[1]!.digest } })
      expect((await plane.call('policy.history', {})).policies).toHaveLength(3)
      expect((await failureOf(plane.call('policy.past', { digest: 'f'.repeat(64) }))).kind).toBe(
        'no-policy',
      )
    })
  })

  it('is refused once another policy is in force than it was made from', async () => {
    await withPlane(async (plane) => {
      for (const run of ['a', 'b']) await play(plane, run)
      const { policy, live } = await plane.call('policy.suggest', LOW)
      const own = { id: 'mine', verdict: 'deny', match: { tool: 'mcp__crm__*' } }
      const { policy: now } = (await plane.call('policy.show', {})) as { policy: Policy }
      const mine = { ...now, rules: [...now.rules, own] }
      const { digest } = await plane.call('policy.import', { policy: mine, ...outside })
      const change = { policy, source: 'suggest', mode: 'enforce', ...outside } as const
      expect(
        await failureOf(plane.call('policy.import', { ...change, base: live.digest })),
      ).toMatchObject({ kind: 'policy-changed', exit: 1 })
      expect(await plane.call('status', {})).toMatchObject({ mode: 'profile', policy: { digest } })

      const again = await plane.call('policy.suggest', LOW)
      expect(again.live.digest).toBe(digest)
      const next = { ...change, policy: again.policy, base: digest }
      expect((await plane.call('policy.import', next)).digest).toBe(again.digest)
      // It is so already, whoever made it so meanwhile.
      expect((await plane.call('policy.import', next)).index).toBe(null)
    })
  })

  it('needs the passphrase where the log has an authority, for the policy and the mode with it', async () => {
    await withPlane(
      async (plane) => {
        for (const run of ['a', 'b']) await play(plane, run)
        const { policy, live } = await plane.call('policy.suggest', LOW)
        const before = (await plane.entries()).length
        const change = { policy, source: 'suggest', mode: 'enforce', base: live.digest } as const
        expect(
          await failureOf(plane.call('policy.import', { ...change, ...outside })),
        ).toMatchObject({ kind: 'denied', exit: 2 })
        expect(await plane.entries()).toHaveLength(before)
        expect(await plane.call('status', {})).toMatchObject({
          mode: 'profile',
          policy: { digest: live.digest },
        })
      },
      { passphrase: 'correct horse battery' },
    )
  })

  it('answers the same calls as it said it would', async () => {
    await withPlane(async (plane) => {
      for (const run of ['a', 'b']) await play(plane, run)
      const { policy } = await plane.call('policy.suggest', LOW)
      await plane.call('policy.import', { policy, source: 'suggest', mode: 'enforce', ...outside })
      const answers = new Map<string, number>()
      for (const payload of recordedPayloads('web-dev', 'later')) {
        const text = JSON.stringify(payload).replaceAll('/home/dev/project', plane.project)
        const answer = await plane.hook(payload.hook_event_name, JSON.parse(text))
        if (payload.hook_event_name === 'PreToolUse') answers.set(text, answer.exit)
      }
      const exitOf = (part: string) =>
        [...answers].flatMap(([text, exit]) => (text.includes(part) ? [exit] : []))
      expect(exitOf('git push --force origin main')).toEqual([2])
      expect(exitOf('rm -rf ~/')).toEqual([2])
      expect(exitOf('lookup ana.ruiz')).toEqual([0])
      expect(exitOf('npm test')).toEqual([0])
    })
  })
})
