import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { offlineControl } from '../../../src/infra/control/offlineControl.ts'
import { bash, type Plane, temporaryDir, withPlane } from './plane.ts'

const SESSION = '11111111-1111-4111-8111-111111111101'
const at = (ms: number) => new Date(ms).toISOString()

const pair = (id: string, ms: number, name = 'Bash') =>
  [
    {
      type: 'assistant',
      timestamp: at(ms),
      message: { content: [{ type: 'tool_use', id, name }] },
    },
    {
      type: 'user',
      timestamp: at(ms),
      message: { content: [{ type: 'tool_result', tool_use_id: id, content: 'x' }] },
    },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('')

const transcriptIn = (plane: Pick<Plane, 'home'>, session: string): string => {
  const dir = path.join(plane.home, '.claude/projects/-home-dev-project')
  fs.mkdirSync(dir, { recursive: true })
  return path.join(dir, `${session}.jsonl`)
}

const found = async (plane: Plane, kind: string) =>
  (await plane.entries()).filter(({ event }) => event._tag === kind)

/** A clock that the test sets, ahead of the one by which the log begins. */
const clock = () => {
  let now = Date.now() + 60_000
  return { now: () => now, later: (ms: number) => (now += ms) }
}

describe('looking for gaps', () => {
  it('records what the gate never saw, tells it in status, report and gaps, and once', async () => {
    const { now, later } = clock()
    await withPlane(
      async (plane) => {
        await plane.hook('PreToolUse', bash(plane, 'ls', { tool_use_id: 'toolu_seen' }))
        later(60_000)
        const file = transcriptIn(plane, SESSION)
        fs.writeFileSync(file, pair('toolu_seen', now()) + pair('toolu_gap', now(), 'Write'))
        fs.writeFileSync(transcriptIn(plane, 'bare'), pair('toolu_bare', now()))
        later(60_000)
        const first = await plane.call('witness.gaps', {})
        expect(first).toMatchObject({ calls: 3, found: 2, gapsInAll: 2, recorded: true })
        expect(first.gaps.map(({ toolUseId, tool }) => [toolUseId, tool]).sort()).toEqual([
          ['toolu_bare', 'Bash'],
          ['toolu_gap', 'Write'],
        ])
        expect(first.ungated.map(({ session }) => session)).toEqual(['bare'])
        await plane.context.running!.gaps.watch.look()
        const again = await plane.call('witness.gaps', { all: true })
        expect(again).toMatchObject({ calls: 0, found: 0, gapsInAll: 2 })
        expect(again.gaps.every(({ index }) => index !== null)).toBe(true)
        expect(await found(plane, 'GapFound')).toHaveLength(2)
        expect(await plane.call('status', {})).toMatchObject({ gaps: 2, ungated: 1 })
        expect(await plane.call('profile.report', {})).toMatchObject({ gaps: 2, ungated: 1 })
        expect(await plane.call('profile.report', { session: 'bare' })).toMatchObject({ gaps: 1 })
        expect((await plane.call('witness.gaps', { session: SESSION.slice(0, 8) })).gapsInAll).toBe(
          1,
        )
        await expect(plane.call('witness.gaps', { session: 'none' })).rejects.toThrow(
          /no transcript/,
        )
      },
      { now },
    )
  })

  it('looks by itself at the start, and when a session ends', async () => {
    const { now, later } = clock()
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        await plane.hook('PreToolUse', bash(plane, 'ls', { tool_use_id: 'toolu_seen' }))
      },
      { now, base },
    )
    later(60_000)
    const home = path.join(base, 'home')
    fs.writeFileSync(transcriptIn({ home }, SESSION), pair('toolu_gap', now()))
    later(60_000)
    await withPlane(
      async (plane) => {
        const { watch } = plane.context.running!.gaps
        await watch.look()
        expect(await found(plane, 'GapFound')).toHaveLength(1)
        expect(await found(plane, 'TranscriptCompared')).toHaveLength(1)
        expect(plane.logged.join()).toMatch(/1 calls ran that the gate never saw/)
      },
      { now, base },
    )
    await withPlane(
      async (plane) => {
        await plane.context.running!.gaps.watch.look()
        expect(await found(plane, 'GapFound')).toHaveLength(1)
      },
      { now, base },
    )
  })

  it('compares without a control plane too, and records nothing', async () => {
    const base = temporaryDir()
    const place = await withPlane(
      async (plane) => {
        await plane.hook('PreToolUse', bash(plane, 'ls', { tool_use_id: 'toolu_seen' }))
        return { paths: plane.paths, home: plane.home }
      },
      { base },
    )
    fs.writeFileSync(transcriptIn(place, SESSION), pair('toolu_gap', Date.now() + 60_000))
    const read = Effect.scoped(
      Effect.flatMap(offlineControl(place.paths, place.home), ({ call }) =>
        call('witness.gaps', {}),
      ),
    )
    for (const _ of [1, 2])
      expect(await Effect.runPromise(read)).toMatchObject({
        recorded: false,
        gapsInAll: 1,
        gaps: [{ toolUseId: 'toolu_gap', index: null }],
      })
  })

  it('in a long transcript goes slice by slice: hooks are answered meanwhile', async () => {
    const { now, later } = clock()
    await withPlane(
      async (plane) => {
        await plane.hook('PreToolUse', bash(plane, 'ls', { tool_use_id: 'toolu_0' }))
        later(60_000)
        const many = Array.from({ length: 20_000 }, (_, i) => pair(`toolu_x${i}`, now())).join('')
        fs.writeFileSync(transcriptIn(plane, SESSION), many)
        later(60_000)
        const asked = plane.call('witness.gaps', {})
        const answer = await plane.hook(
          'PreToolUse',
          bash(plane, 'pwd', { tool_use_id: 'toolu_1' }),
        )
        expect(answer.exit).toBe(0)
        expect(await asked).toMatchObject({ found: 20_000, gapsInAll: 20_000 })
      },
      { now },
    )
  })
})
