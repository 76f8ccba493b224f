import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { BudgetTold, CostCharged, DecisionMade } from '../../../src/domain/event/event.ts'
import { line } from '../transcript/client.ts'
import { bash, type Plane, ran, temporaryDir, withPlane } from './plane.ts'

const SESSION = '11111111-1111-4111-8111-111111111101'

/** A transcript of the session where the client keeps them. */
const transcriptOf = (plane: Plane, session = SESSION) => {
  const folder = path.join(plane.home, '.claude/projects/-project')
  fs.mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${session}.jsonl`)
  let messages = 0
  return {
    file,
    /** A message of so many cents: output at 15 dollars a million. */
    spend: (cents: number, at: string = file): void =>
      fs.appendFileSync(
        at,
        line(`${session}-${(messages += 1)}`, Math.round((cents * 10_000) / 15), {
          timestamp: new Date().toISOString(),
        }),
      ),
    call: (command = 'ls', more: object = {}) =>
      bash(plane, command, { transcript_path: file, session_id: session, ...more }),
  }
}

const set = (plane: Plane, key: string, value: string) =>
  plane.call('config.set', { key: `budget.${key}`, value, pid: process.pid })

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

const found = async <T>(plane: Plane, tag: string): Promise<ReadonlyArray<T>> =>
  (await plane.entries()).filter(({ event }) => event._tag === tag).map(({ event }) => event as T)

const messageOf = ({ stdout }: { readonly stdout: string }): string =>
  stdout === ''
    ? ''
    : String((JSON.parse(stdout) as { systemMessage?: string }).systemMessage ?? '')

describe('a budget', () => {
  it('denies the next tool call and prompt when it is used up, with the figure and the way on', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.50')
      await enforce(plane)
      spend(30)
      expect(await plane.hook('PreToolUse', call())).toEqual({ exit: 0, stdout: '' })
      spend(25)
      const denied = await plane.hook('PreToolUse', call())
      expect(denied.exit).toBe(2)
      expect(denied.stdout).toContain('this session cost $0.55, the budget is $0.50')
      expect(denied.stdout).toContain('isonapse hook cost budget --session 2')
      expect(denied.stdout).toContain('[rule budget:session]')
      const { tool_name: _, tool_input: __, tool_use_id: ___, ...base } = call()
      const prompt = { ...base, hook_event_name: 'UserPromptSubmit', prompt: 'go on' }
      const blocked = await plane.hook('UserPromptSubmit', prompt)
      expect(blocked.exit).toBe(2)
      expect(JSON.parse(blocked.stdout)).toMatchObject({ decision: 'block' })
      // What is over already is only reported.
      expect((await plane.hook('PostToolUse', ran(call()))).exit).toBe(0)
      await set(plane, 'session_usd', '2')
      expect((await plane.hook('PreToolUse', call())).exit).toBe(0)
    })
  })

  it('stands in the receipt as the decision saw it, and nowhere where none is set', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await plane.hook('PreToolUse', call())
      await set(plane, 'day_usd', '1')
      spend(15)
      await plane.hook('PreToolUse', call())
      const [without, seen] = await found<DecisionMade>(plane, 'DecisionMade')
      expect(without?.receipt.state).toEqual({ suspended: false })
      expect(seen?.receipt.state).toEqual({
        suspended: false,
        budgets: [{ of: 'day', spent: 150_000_000, limit: 1_000_000_000 }],
      })
    })
  })

  it('counts a session’s subagents, and other sessions for the hour and the day', async () => {
    await withPlane(async (plane) => {
      const { call, spend, file } = transcriptOf(plane)
      const other = transcriptOf(plane, 'other')
      await set(plane, 'session_usd', '0.50')
      await set(plane, 'hour_usd', '0.80')
      await enforce(plane)
      const agents = path.join(file.slice(0, -'.jsonl'.length), 'subagents')
      fs.mkdirSync(agents, { recursive: true })
      spend(20)
      spend(20, path.join(agents, 'agent-a1.jsonl'))
      expect((await plane.hook('PreToolUse', call('ls', { agent_id: 'a1' }))).exit).toBe(0)
      other.spend(45)
      const denied = await plane.hook('PreToolUse', other.call())
      expect(denied.stdout).toContain('the last 60 minutes cost $0.85, the budget is $0.80')
      spend(20, path.join(agents, 'agent-a1.jsonl'))
      const own = await plane.hook('PreToolUse', call('ls', { agent_id: 'a1' }))
      expect(own.exit).toBe(2)
    })
  })

  it('is decided again from the log alone, to the same receipts', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.50')
      await set(plane, 'day_usd', '5')
      for (const mode of ['profile', 'enforce'] as const) {
        if (mode === 'enforce') await enforce(plane)
        for (const cents of [10, 20, 15]) {
          spend(cents)
          await plane.hook('PreToolUse', call())
          const { tool_use_id: _, ...asked } = call()
          await plane.hook('PermissionRequest', { ...asked, hook_event_name: 'PermissionRequest' })
        }
      }
      const made = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made.some(({ verdict }) => verdict === 'deny')).toBe(true)
      expect(await plane.call('witness.replay', {})).toMatchObject({
        decisions: made.length,
        payloads: { withoutKey: 0 },
        mismatches: 0,
      })
    })
  })

  it('leaves a call that the policy denies its own reason', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.10')
      await enforce(plane)
      spend(50)
      const denied = await plane.hook('PreToolUse', call('rm -rf ~/'))
      expect(denied.stdout).toContain('delete-roots')
    })
  })

  it('is told of once at the warning’s share, over a restart too', async () => {
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        const { call, spend } = transcriptOf(plane)
        await set(plane, 'session_usd', '1')
        await enforce(plane)
        spend(79)
        expect(messageOf(await plane.hook('PreToolUse', call()))).toBe('')
        spend(3)
        const answers = await Promise.all(
          Array.from({ length: 4 }, () => plane.hook('PreToolUse', call())),
        )
        const told = answers.map(messageOf).filter((text) => text !== '')
        expect(told).toHaveLength(1)
        expect(told[0]).toContain('this session cost $0.82, the budget is $1.00 (82%)')
        expect(answers.every(({ exit }) => exit === 0)).toBe(true)
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        const { call } = transcriptOf(plane)
        expect(await plane.hook('PreToolUse', call())).toEqual({ exit: 0, stdout: '' })
        expect(await found<BudgetTold>(plane, 'BudgetTold')).toHaveLength(1)
        expect(await found<CostCharged>(plane, 'CostCharged')).toHaveLength(2)
      },
      { base },
    )
  })

  it('blocks nothing in profile mode: it is told of once and the calls are shadow denials', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.10')
      spend(50)
      const first = await plane.hook('PreToolUse', call())
      expect(first.exit).toBe(0)
      expect(JSON.parse(first.stdout)).toEqual({
        systemMessage: expect.stringContaining('(499%)') as string,
      })
      expect(await plane.hook('PreToolUse', call())).toEqual({ exit: 0, stdout: '' })
      const made = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made.map(({ verdict, enforced }) => [verdict, enforced])).toEqual([
        ['deny', false],
        ['deny', false],
      ])
    })
  })

  it('does not hold up a change of the client’s settings', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.10')
      await enforce(plane)
      spend(50)
      const { tool_name: _, tool_input: __, tool_use_id: ___, ...base } = call()
      const change = {
        ...base,
        hook_event_name: 'ConfigChange',
        source: 'user_settings',
        file_path: path.join(plane.home, '.claude/settings.json'),
      }
      await plane.hook('ConfigChange', change)
      const [made] = await found<DecisionMade>(plane, 'DecisionMade')
      expect(made?.receipt.rules).not.toContain('budget:session')
      expect(made?.receipt.state).toEqual({ suspended: false })
    })
  })

  it('is charged for without being asked, where an event named the transcript', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await plane.hook('PreToolUse', call())
      spend(10)
      await vi.waitFor(
        async () => expect(await found<CostCharged>(plane, 'CostCharged')).toHaveLength(1),
        { timeout: 5000 },
      )
    })
  })

  it('cannot be spent by a payload that names a file elsewhere', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      await set(plane, 'session_usd', '0.10')
      await enforce(plane)
      const elsewhere = path.join(plane.project, `${SESSION}.jsonl`)
      spend(50, elsewhere)
      expect(
        (await plane.hook('PreToolUse', call('ls', { transcript_path: elsewhere }))).exit,
      ).toBe(0)
      expect(await found<CostCharged>(plane, 'CostCharged')).toHaveLength(0)
    })
  })

  it('takes the user’s own prices', async () => {
    await withPlane(async (plane) => {
      const { call, spend } = transcriptOf(plane)
      const value = 'claude-sonnet-4-5 0 30'
      await plane.call('config.set', { key: 'cost.prices', value, pid: process.pid })
      await set(plane, 'session_usd', '10')
      spend(10)
      await plane.hook('PreToolUse', call())
      const [charged] = await found<CostCharged>(plane, 'CostCharged')
      expect(charged?.prices).toMatch(/\+own$/)
      expect(charged!.nanodollars / 1e9).toBeCloseTo(0.2, 3)
    })
  })
})
