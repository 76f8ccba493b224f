import { describe, expect, it } from 'vitest'
import type { QueryItem, QueryParams } from '../../../src/domain/control/methods.ts'
import { bash, type Plane, temporaryDir, withPlane } from './plane.ts'

const ask = async (plane: Plane, params: QueryParams): Promise<ReadonlyArray<QueryItem>> => {
  const items: Array<QueryItem> = []
  await plane.call('witness.query', params, (one) => {
    if ('item' in one) items.push(one.item)
  })
  return items
}
const commands = (items: ReadonlyArray<QueryItem>): ReadonlyArray<string> =>
  items.map((item) => (item.payload as ReturnType<typeof bash>).tool_input.command)

const play = async (plane: Plane): Promise<void> => {
  for (const command of ['ls', 'git status', 'git push --force', 'echo Needle', 'rm -rf ~/'])
    await plane.hook('PreToolUse', bash(plane, command))
  await plane.hook('PreToolUse', bash(plane, 'ls', { session_id: 'other' }))
}

describe('a query', () => {
  it('finds decisions by capability, by whole segments', async () => {
    await withPlane(async (plane) => {
      await play(plane)
      const found = (capability: string) => ask(plane, { capability })
      expect(await found('tool:Bash:git')).toHaveLength(2)
      expect(await found('tool:Bash:git:push')).toHaveLength(1)
      expect(await found('tool:Bash:gi')).toHaveLength(0)
    })
  })

  it('finds by verdict, session, kind, time and number, the newest, oldest first', async () => {
    await withPlane(async (plane) => {
      await play(plane)
      expect(await ask(plane, { verdict: 'deny' })).toHaveLength(1)
      expect(await ask(plane, { session: 'oth' })).toHaveLength(2)
      expect(await ask(plane, { kind: 'LogCreated' })).toHaveLength(1)
      expect(await ask(plane, { since: Date.now() + 60_000 })).toEqual([])
      expect(await ask(plane, { until: 1 })).toEqual([])
      const last = await ask(plane, { limit: 3 })
      const size = plane.context.log.head().size
      expect(last.map(({ index }) => index)).toEqual([size - 3, size - 2, size - 1])
    })
  })

  it('finds text in sealed payloads, and hands them out only when asked to', async () => {
    await withPlane(async (plane) => {
      await play(plane)
      const closed = await ask(plane, { text: 'nEEdle' })
      expect(closed.map(({ event }) => event._tag)).toEqual(['HookReceived'])
      expect(closed[0]).not.toHaveProperty('payload')
      expect(commands(await ask(plane, { text: 'needle', payloads: true }))).toEqual([
        'echo Needle',
      ])
    })
  })

  it('opens a payload that is in chunks', async () => {
    await withPlane(async (plane) => {
      const command = `echo ${'x'.repeat(300_000)}`
      await plane.hook('PreToolUse', bash(plane, command))
      const [item] = await ask(plane, { kind: 'HookReceived', payloads: true })
      expect(commands([item!])).toEqual([command])
    })
  })

  it('leaves a payload closed whose key is gone, and says so', async () => {
    const base = temporaryDir()
    await withPlane((plane) => play(plane), { base })
    await withPlane(
      async (plane) => {
        const fs = await import('node:fs')
        for (const name of fs.readdirSync(plane.paths.keysDir))
          if (/^[0-9a-f]{64}\.key$/.test(name)) fs.rmSync(`${plane.paths.keysDir}/${name}`)
        const [item] = await ask(plane, { kind: 'HookReceived', payloads: true, limit: 1 })
        expect(item).toMatchObject({ sealed: 'no-key' })
        expect(await plane.call('witness.verify', {})).toMatchObject({ verdict: 'unanchored' })
      },
      { base },
    )
  })
})
