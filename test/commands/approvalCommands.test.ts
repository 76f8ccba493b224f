import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ApprovalResults } from '../../src/domain/control/approvals.ts'
import { bash, type Plane, ran } from '../infra/server/plane.ts'
import { type Run, withProgram } from './beside.ts'

const POLICY = {
  version: 1,
  name: 'watched',
  monitored: ['project:docs/**', 'project:CLAUDE.md'],
  rules: [{ id: 'all', verdict: 'permit', match: { effect: ['fs.*', 'exec', 'opaque'] } }],
  defaults: {},
}

/** A policy with monitored paths is enforced. */
const withWatched = (use: (plane: Plane, run: Run) => Promise<void>): Promise<void> =>
  withProgram(async (plane, run) => {
    await plane.call('policy.import', { policy: POLICY, pid: process.pid })
    await plane.call('mode.set', { mode: 'enforce' })
    await use(plane, run)
  })

describe('hook approve', () => {
  it('agrees to a change, lists it and takes it back', async () => {
    await withWatched(async (plane, run) => {
      expect((await run('hook approvals')).stdout).toMatch(/^Nothing was approved\.\n/)
      const given = await run('hook approve CLAUDE.md --yes')
      expect(given).toMatchObject({ code: 0 })
      expect(given.stderr).toContain('CLAUDE.md, for 10 min, and nobody is asked')
      expect(given.stdout).toMatch(
        /^Approved until \d\d:\d\d:\d\d\.\n→ isonapse hook approvals revoke [0-9a-f]{12} /,
      )
      fs.mkdirSync(path.join(plane.project, 'docs'))
      const folder = await run('hook approve docs --once --ttl 90s --yes --json')
      expect(JSON.parse(folder.stdout)).toMatchObject({
        below: true,
        once: true,
        path: { home: 'project/docs' },
      })
      const listed = await run('hook approvals')
      expect(listed.stdout).toMatch(/9 min left +0 calls +\S+\/project\/CLAUDE\.md\n/)
      expect(listed.stdout).toMatch(/1 min left, once +0 calls +\S+\/project\/docs\/\n/)
      const { approvals } = JSON.parse(
        (await run('hook approvals --json')).stdout,
      ) as ApprovalResults['approval.list']
      for (const { id } of approvals)
        expect(await run(`hook approvals revoke ${id}`)).toMatchObject({ code: 0 })
      expect((await run('hook approvals')).stdout).toMatch(/^Nothing is approved now\.\n/)
    })
  }, 60_000)

  it('says in one line what is wrong with what it was given', async () => {
    await withWatched(async (_, run) => {
      for (const [line, wrong, code] of [
        ['hook approve CLAUDE.md --ttl 0 --yes', 'approves nothing', 2],
        ['hook approve CLAUDE.md --ttl 0s --yes', 'approves nothing', 2],
        ['hook approve CLAUDE.md --ttl soon --yes', 'not a length of time', 2],
        ['hook approve CLAUDE.md --ttl 3d --yes', 'a day at most', 2],
        ['hook approve README.md --yes', 'needs no approval', 2],
        ['hook approve .claude/settings.json --yes', 'out of reach of any approval', 2],
        ['hook approve . --yes', 'holds the whole project', 2],
        ['hook approve', 'PATH', 2],
        ['hook approvals revoke 000000000000', 'there is no approval', 1],
        ['hook integrity restore 3 --yes', 'is no change of a file', 2],
        ['hook integrity log 3', 'is no change of a file', 2],
      ] as const) {
        const done = await run(line)
        expect([line, done.code]).toEqual([line, code])
        expect(done.stderr).toContain(wrong)
        expect(done.stderr).not.toMatch(/\n +at /)
      }
    })
  }, 60_000)
})

describe('hook integrity', () => {
  it('lists what was changed, shows it, and takes it back', async () => {
    await withWatched(async (plane, run) => {
      const file = path.join(plane.project, 'CLAUDE.md')
      fs.writeFileSync(file, 'one\n')
      expect((await run('hook integrity log')).stdout).toMatch(/^No file that instructs/)
      const call = bash(plane, 'python3 a.py')
      await plane.hook('PreToolUse', call)
      fs.writeFileSync(file, 'two\n')
      await plane.hook('PostToolUse', ran(call))
      await plane.changes.settled()
      const listed = await run('hook integrity log')
      expect(listed.stdout).toMatch(/^(\d+) +just now +changed +\+1 -1 +instructions +toolu_\d+ +/)
      const index = /^\d+/.exec(listed.stdout)![0]
      const shown = await run(`hook integrity log ${index}`)
      expect(shown.stdout).toContain('@@ -1,1 +1,1 @@\n-one\n+two\n')
      const done = await run(`hook integrity restore ${index} --yes`)
      expect(done).toMatchObject({ code: 0 })
      expect(done.stderr).toContain('CLAUDE.md becomes what it was before entry')
      expect(fs.readFileSync(file, 'utf8')).toBe('one\n')
      expect((await run(`hook integrity restore ${index} --yes`)).stdout).toContain('already')
    })
  }, 60_000)
})
