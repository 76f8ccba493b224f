import { describe, expect, it } from 'vitest'
import { canaryMessage, canaryPayload } from '../../../src/domain/hook/canary.ts'
import { makeCanaries } from '../../../src/infra/server/canaries.ts'
import type { HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import { type Plane, withPlane } from './plane.ts'

const kinds = async (plane: Plane) => (await plane.entries()).map(({ event }) => event._tag)

describe('a canary', () => {
  it('is decided on and witnessed as what it is, and counts nowhere else', () =>
    withPlane(async (plane) => {
      const before = structuredClone(plane.context.log.projected())
      const { toolUseId } = await plane.call('canary.begin', {})
      const answer = await plane.hook('PreToolUse', canaryPayload(toolUseId, plane.project))
      expect(JSON.parse(answer.stdout)).toEqual({ systemMessage: canaryMessage(toolUseId) })
      expect(answer.exit).toBe(0)
      const { index } = await plane.call('canary.end', { toolUseId })
      const entries = await plane.entries()
      expect(entries[index!]).toMatchObject({
        session: null,
        event: { _tag: 'CanaryAnswered', id: toolUseId, verdict: 'permit' },
      })
      expect(entries.some(({ event }) => event._tag === 'HookReceived')).toBe(false)
      const { profile, sessions, calls, rates, budgets, compared, statistics } =
        plane.context.log.projected()
      expect({ profile, sessions, calls, rates, budgets, compared }).toEqual({
        profile: before.profile,
        sessions: before.sessions,
        calls: before.calls,
        rates: before.rates,
        budgets: before.budgets,
        compared: before.compared,
      })
      expect(statistics).toMatchObject({ lastHook: null, sessionStarts: 0 })
    }))

  it('comes once: a second one, and one that nobody began, is a call like all', () =>
    withPlane(async (plane) => {
      const { toolUseId } = await plane.call('canary.begin', {})
      const payload = canaryPayload(toolUseId, plane.project)
      await plane.hook('PreToolUse', payload)
      expect((await plane.hook('PreToolUse', payload)).stdout).toBe('')
      await plane.hook('PreToolUse', canaryPayload('canary_made_up', plane.project))
      expect(await plane.call('canary.end', { toolUseId: 'canary_made_up' })).toEqual({
        index: null,
      })
      const told = await kinds(plane)
      expect(told.filter((kind) => kind === 'CanaryAnswered')).toHaveLength(1)
      expect(told.filter((kind) => kind === 'DecisionMade')).toHaveLength(2)
    }))

  it('hides no call of another session, tool event or time', () => {
    let now = 0
    const canaries = makeCanaries(() => now)
    const id = canaries.begin()
    const event = (more: object): HookEvent =>
      ({
        kind: 'tool.before',
        session: 'isonapse-canary',
        call: { useId: id },
        ...more,
      }) as HookEvent
    expect(canaries.take(event({ session: 's' }))).toBeUndefined()
    expect(canaries.take(event({ kind: 'tool.after' }))).toBeUndefined()
    now = 31_000
    expect(canaries.take(event({}))).toBeUndefined()
    const many = Array.from({ length: 100 }, () => canaries.begin())
    expect(canaries.take(event({ call: { useId: many[0] } }))).toBeUndefined()
    expect(canaries.take(event({ call: { useId: many[99] } }))).toBe(many[99])
  })

  it('that was answered and did not land has no entry', () =>
    withPlane(async (plane) => {
      const { toolUseId } = await plane.call('canary.begin', {})
      expect(await plane.call('canary.end', { toolUseId })).toEqual({ index: null })
    }))
})
