import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Authorisation } from '../../../src/domain/authority/authorisation.ts'
import { signLoosening } from '../../../src/infra/keys/authority.ts'
import { loosens } from '../../../src/domain/authority/loosening.ts'
import { ConfigChanged } from '../../../src/domain/event/event.ts'
import { SETTING_KEYS } from '../../../src/infra/config/settings.ts'
import { isInsideClient } from '../../../src/infra/server/processTree.ts'
import { markerFile } from '../../../src/infra/client/plugin.ts'
import { withMarked } from './marked.ts'
import { bash, type Plane, temporaryDir, withPlane } from './plane.ts'

const PASSPHRASE = 'correct horse battery staple'
const outside = { pid: process.pid }

const sign = async (
  plane: Plane,
  method: 'mode.set' | 'resume',
  params: object,
): Promise<Authorisation> => {
  const challenge = await plane.call('challenge', { method, params })
  return Effect.runPromise(signLoosening(plane.paths.authorityFile, PASSPHRASE, challenge))
}
const failureOf = (promise: Promise<unknown>): Promise<{ kind: string; exit: number }> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { kind: string; exit: number }) => error,
  )

describe('changing the gate', () => {
  it('takes effect at the next call and is in the log', async () => {
    await withPlane(async (plane) => {
      expect(await plane.call('mode.set', { mode: 'enforce' })).toMatchObject({ mode: 'enforce' })
      expect((await plane.hook('PreToolUse', bash(plane, 'rm -rf ~/'))).exit).toBe(2)
      expect(await plane.call('mode.set', { mode: 'enforce' })).toEqual({
        mode: 'enforce',
        index: null,
      })
      await plane.call('mode.set', { mode: 'profile', ...outside })
      expect((await plane.hook('PreToolUse', bash(plane, 'rm -rf ~/'))).exit).toBe(0)
      const changes = (await plane.entries()).filter(({ event }) => event._tag === 'ModeChanged')
      expect(changes).toHaveLength(2)
    })
  })

  it('is refused when it loosens and comes from inside the client', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      await plane.call('suspend', {})
      await withMarked(async (pid) => {
        for (const attempt of [
          plane.call('mode.set', { mode: 'profile', pid }),
          plane.call('resume', { pid }),
          plane.call('config.set', { key: 'gate.deadline_ms', value: '100', pid }),
          plane.call('stop', { pid }),
          plane.call('mode.set', { mode: 'profile' }),
        ])
          expect(await failureOf(attempt)).toMatchObject({ kind: 'denied', exit: 2 })
        await plane.call('posture.set', { posture: 'dry_run', pid })
        expect(await failureOf(plane.call('posture.set', { posture: null, pid }))).toMatchObject({
          kind: 'denied',
        })
      })
      expect(plane.context.log.projected().gate).toMatchObject({
        mode: 'enforce',
        suspended: true,
        posture: 'dry_run',
      })
    })
  })

  it('under an authority needs a signature made for this very change', async () => {
    await withPlane(
      async (plane) => {
        await plane.call('mode.set', { mode: 'enforce' })
        await plane.call('suspend', {})
        const unsigned = plane.call('mode.set', { mode: 'profile', ...outside })
        expect(await failureOf(unsigned)).toMatchObject({ kind: 'denied' })

        const authorisation = await sign(plane, 'mode.set', { mode: 'profile' })
        const other = plane.call('resume', { ...outside, authorisation })
        expect(await failureOf(other)).toMatchObject({ kind: 'denied' })

        await plane.call('mode.set', { mode: 'profile', ...outside, authorisation })
        expect(plane.context.log.projected().gate.mode).toBe('profile')

        await plane.call('mode.set', { mode: 'enforce' })
        const replayed = plane.call('mode.set', { mode: 'profile', ...outside, authorisation })
        expect(await failureOf(replayed)).toMatchObject({ kind: 'denied' })
        expect(plane.context.log.projected().gate.mode).toBe('enforce')
      },
      { passphrase: PASSPHRASE },
    )
  })

  it('refuses a setting that there is not, and a value that is none, and names what there is', async () => {
    await withPlane(async (plane) => {
      const key = await failureOf(
        plane.call('config.set', { key: 'gate.deadlin_ms', value: '1', ...outside }),
      )
      expect(String((key as unknown as Error).message)).toContain('gate.deadline_ms')
      const value = await failureOf(
        plane.call('config.set', { key: 'witness.durability', value: 'maybe', ...outside }),
      )
      expect(String((value as unknown as Error).message)).toContain('fsync')
    })
  })

  it('keeps the marker of the hook script as strict as the log, or stricter', async () => {
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        const marker = markerFile(plane.paths)
        fs.mkdirSync(path.dirname(marker), { recursive: true, mode: 0o700 })
        fs.writeFileSync(path.join(path.dirname(marker), 'hook.sh'), '')
        const says = () => fs.readFileSync(marker, 'utf8').trim()
        await plane.call('mode.set', { mode: 'enforce' })
        expect(says()).toBe('enforce')
        await plane.call('mode.set', { mode: 'profile', ...outside })
        expect(says()).toBe('profile')
        await plane.call('suspend', {})
        expect(says()).toBe('enforce')
        // As a crash between the marker and the entry would leave it, and as a hand could make it.
        fs.writeFileSync(marker, 'profile\n')
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        expect(fs.readFileSync(markerFile(plane.paths), 'utf8').trim()).toBe('enforce')
        await plane.call('resume', outside)
        expect(fs.readFileSync(markerFile(plane.paths), 'utf8').trim()).toBe('profile')
      },
      { base },
    )
  })

  it('imports a policy that loads, and no other', async () => {
    await withPlane(async (plane) => {
      const { policy, digest } = await plane.call('policy.show', {})
      const bad = plane.call('policy.import', { policy: { rules: 'all' }, ...outside })
      expect(await failureOf(bad)).toMatchObject({ kind: 'policy-invalid', exit: 2 })
      const rule = {
        id: 'no-curl',
        verdict: 'deny',
        match: { program: 'curl' },
        reason: 'not here',
        examples: { match: ['curl https://example.com'], not: ['ls'] },
      }
      const before = policy as { readonly rules: ReadonlyArray<object> }
      const next = { ...before, rules: [...before.rules, rule] }
      const imported = await plane.call('policy.import', { policy: next, ...outside })
      expect(imported.digest).not.toBe(digest)
      await plane.call('mode.set', { mode: 'enforce' })
      expect((await plane.hook('PreToolUse', bash(plane, 'curl https://example.com'))).exit).toBe(2)
      const wrong = { ...rule, id: 'wrong', examples: { match: ['ls'], not: [] } }
      const failing = plane.call('policy.import', {
        policy: { ...next, rules: [...next.rules, wrong] },
        ...outside,
      })
      expect(await failureOf(failing)).toMatchObject({ kind: 'policy-invalid' })
    })
  })
})

describe('whether a process runs inside the client', () => {
  it('is told by the mark the client gives everything it starts', async () => {
    await withMarked(async (pid) => expect(isInsideClient(pid)).toBe(true))
    expect(isInsideClient(process.pid)).toBe(false)
  })

  it('is assumed of a process that there is not', () => {
    expect(isInsideClient(2 ** 22 + 1)).toBe(true)
  })
})

describe('settings', () => {
  const now = { mode: 'enforce', posture: null, policySet: true, settings: {} } as const

  it('are loosening to change, all but budgets: each can be set so that less is kept or stopped', () => {
    for (const key of SETTING_KEYS.filter((one) => !one.startsWith('budget.')))
      expect(loosens(new ConfigChanged({ key, value: '1' }), now), key).toBe(true)
  })

  it('of a budget loosen when it is raised or taken away, or told of later, and else they do not', () => {
    const change = (key: string, from: string | undefined, to: string): boolean =>
      loosens(new ConfigChanged({ key, value: to }), {
        ...now,
        settings: from === undefined ? {} : { [key]: from },
      })
    for (const key of ['budget.session_usd', 'budget.hour_usd', 'budget.day_usd']) {
      expect(change(key, undefined, '5'), 'none before').toBe(false)
      expect(change(key, '0', '5'), 'none before').toBe(false)
      expect(change(key, '5', '4.5'), 'lower').toBe(false)
      expect(change(key, '5', '5.0001'), 'higher').toBe(true)
      expect(change(key, '9', '10'), 'higher, though not as text').toBe(true)
      expect(change(key, '5', '0'), 'taken away').toBe(true)
      for (const odd of ['-1', '1e9', 'null', '"5"', '', '[]'])
        for (const [from, to] of [
          [odd, '5'],
          ['5', odd],
        ] as const)
          expect(change(key, from, to), `${from} to ${to}`).toBe(true)
    }
    expect(change('budget.warn_percent', undefined, '80')).toBe(false)
    expect(change('budget.warn_percent', undefined, '90')).toBe(true)
    expect(change('budget.warn_percent', '50', '40')).toBe(false)
  })

  it('lower a budget from inside the client, and do not raise it', async () => {
    await withPlane(async (plane) => {
      await withMarked(async (pid) => {
        const set = (value: string) =>
          plane.call('config.set', { key: 'budget.day_usd', value, pid })
        expect(await set('5')).toMatchObject({ value: 5 })
        expect(await set('2.50')).toMatchObject({ value: 2.5 })
        for (const value of ['2.51', '0', '100'])
          expect(await failureOf(set(value))).toMatchObject({ kind: 'denied', exit: 2 })
      })
      await plane.call('config.set', { key: 'budget.day_usd', value: '0', ...outside })
      expect(plane.context.log.projected().gate.settings['budget.day_usd']).toBe('0')
    })
  })
})
