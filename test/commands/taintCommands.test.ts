import { describe, expect, it } from 'vitest'
import { sessionToClear } from '../../src/commands/control/taintedSession.ts'
import { taintLines } from '../../src/commands/render/taint.ts'
import { PLAIN } from '../../src/commands/terminal/style.ts'
import type { TaintLine } from '../../src/domain/control/taint.ts'
import { InjectionDetected } from '../../src/domain/event/event.ts'
import { type Plane } from '../infra/server/plane.ts'
import { withProgram } from './beside.ts'
import type { Ended } from './ended.ts'

const hit = (plane: Plane, session: string) =>
  plane.context.log.append([
    {
      session,
      event: new InjectionDetected({
        seenIn: 'PostToolUse',
        detector: 'rules:ignore-instructions',
        score: 0.93,
        tier: 'rules',
        source: 'web',
      }),
    },
  ])

describe('hook taint', () => {
  it('lists what is tainted, and clears what a person agrees to', async () => {
    await withProgram(async (plane, run) => {
      const none = await run('hook taint')
      expect(none).toMatchObject({ code: 0, stderr: '' })
      expect(none.stdout).toMatch(/^No session is tainted\.\n/)
      expect((await run('hook taint clear --yes')).stdout).toBe('No session is tainted.\n')
      await hit(plane, '3fa9c1d2-0001')
      const listed = await run('hook taint')
      expect(listed.stdout).toMatch(/3fa9c1d2-0001 +\d+ s ago +|3fa9c1d2-0001 +just now +/)
      expect(listed.stdout).toContain('0.93')
      expect(listed.stdout).toContain('One verdict stricter: net.*, secret.*, persist')
      expect(JSON.parse((await run('hook taint --json')).stdout)).toMatchObject({
        action: 'warn',
        sessions: [{ session: '3fa9c1d2-0001', score: 0.93, source: 'web', hits: 1 }],
      })
      const declined = await run('hook taint clear')
      expect(declined.code).toBe(2)
      expect(declined.stderr).toContain('taint  cleared in session 3fa9c1d2-0001')
      expect((await plane.call('taint.list', {})).sessions).toHaveLength(1)
      const wrong = await run('hook taint clear --session 9 --yes')
      expect(wrong).toMatchObject({ code: 1, stdout: '' })
      expect(wrong.stderr).toContain('no tainted session begins with "9"')
      const cleared = await run('hook taint clear --session 3fa9 --yes')
      expect(cleared).toMatchObject({ code: 0 })
      expect(cleared.stdout).toBe(
        'The session is judged as any other again, from the next call on.\n',
      )
      expect((await plane.call('taint.list', {})).sessions).toEqual([])
      await hit(plane, 'a1')
      await hit(plane, 'a2')
      const several = await run('hook taint clear --yes')
      expect(several.code).toBe(2)
      expect(several.stderr).toContain('2 sessions are tainted')
      expect((await run('hook status')).stdout).toContain(
        '2 sessions read text that tries to instruct the agent',
      )
      expect((await run('hook taint clear --all --yes')).stdout).toContain('Every session is')
      expect(await run('hook taint clear --all --session a --yes')).toMatchObject({ code: 2 })
    })
  }, 60_000)

  it('is what explain can suppose, with what ends it', async () => {
    await withProgram(async (plane, run) => {
      const template = await run('hook explain --tainted --template default --json -- git push')
      const without = await run('hook explain --template default --json -- git push')
      const read = ({ stdout }: Ended) =>
        JSON.parse(stdout) as { verdict: string; rules: ReadonlyArray<string> }
      expect(read(without).verdict).toBe('defer')
      expect(read(template)).toMatchObject({ verdict: 'deny', rules: ['taint:net.send'] })
      const told = await run('hook explain --tainted -- git push')
      expect(told.stdout).toContain('isonapse hook taint clear')
      const asked = { tool: 'Bash', input: { command: 'git push' }, cwd: plane.project }
      expect((await plane.call('explain', asked)).verdict).toBe('defer')
    })
  }, 60_000)
})

const line = (session: string, more: Partial<TaintLine> = {}): TaintLine => ({
  session,
  project: null,
  since: 7,
  time: 0,
  score: 0.9,
  source: null,
  hits: 1,
  stricter: [],
  ...more,
})

describe('the session that is meant', () => {
  it('is the only one, the one that is begun so, or the one of that very id', () => {
    expect(sessionToClear([], undefined)).toBeUndefined()
    expect(sessionToClear([line('ab')], undefined)).toBe('ab')
    expect(sessionToClear([line('ab'), line('b')], 'a')).toBe('ab')
    expect(sessionToClear([line('ab'), line('a')], 'a')).toBe('a')
    expect(() => sessionToClear([line('ab'), line('ac')], 'a')).toThrow('begin so')
    expect(() => sessionToClear([line('ab')], '')).toThrow('no tainted session')
  })
})

describe('the list', () => {
  it('fits, is bounded, and says each set of kinds once', () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      line(`s${i}`, { stricter: i === 0 ? ['exec'] : ['net.*'], project: '~/\u001b[2Jx' }),
    )
    const lines = taintLines(
      { now: 5000, action: 'report', sessions: many },
      { style: PLAIN, width: 80 },
    )
    expect(lines.join('\n')).not.toContain('\u001b')
    expect(lines.filter((one) => one.startsWith('One verdict stricter'))).toEqual([
      'One verdict stricter: exec',
      'One verdict stricter: net.*',
    ])
    expect(lines).toContain('and 10 more: --json lists them')
    expect(lines.at(-1)).toContain('injection.action is report')
  })
})
