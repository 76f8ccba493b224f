import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECTIONS } from '../../../src/projections/all.ts'
import { bash, ran, withPlane } from '../server/plane.ts'

const SESSION = path.resolve(import.meta.dirname, '../../../examples/sessions/web-dev.hooks.jsonl')

describe('replaying a log', () => {
  it('gives the recorded decisions of a recorded session, from facts and from payloads', async () => {
    await withPlane(async (plane) => {
      const lines = fs.readFileSync(SESSION, 'utf8').trim().split('\n')
      const here = lines.map((line) => line.replaceAll('/home/dev', plane.home))
      // The second time as of another machine, whose home is not this one's.
      for (const line of [...here, ...lines]) {
        const { hook_event_name } = JSON.parse(line) as { hook_event_name: string }
        await plane.hook(hook_event_name, `${line}\n`)
      }
      const replayed = await plane.call('witness.replay', {})
      expect(replayed.first).toBeNull()
      const { receipts } = await plane.call('witness.stats', {})
      expect(replayed).toMatchObject({
        mismatches: 0,
        decisions: receipts,
        payloads: { analysed: lines.length * 2, withoutKey: 0 },
        otherEngine: 0,
        projections: Object.keys(PROJECTIONS).length,
      })
    })
  })

  it('tells scripts, swaps and modes the way they were', async () => {
    await withPlane(async (plane) => {
      fs.writeFileSync(path.join(plane.project, 'a.sh'), 'rm -rf ~/x\n')
      const one = bash(plane, 'sh a.sh')
      await plane.hook('PreToolUse', one)
      await plane.call('mode.set', { mode: 'enforce' })
      await plane.hook('PostToolUse', ran(one, { tool_input: { command: 'sh a.sh; rm -rf /' } }))
      fs.rmSync(path.join(plane.project, 'a.sh'))
      const replayed = await plane.call('witness.replay', {})
      expect(replayed).toMatchObject({
        first: null,
        decisions: 1,
        swapped: 1,
        payloads: { analysed: 2 },
      })
    })
  })
})
