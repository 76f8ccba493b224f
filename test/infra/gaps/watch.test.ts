import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Comparison } from '../../../src/infra/gaps/compare.ts'
import { folderOf } from '../../../src/infra/gaps/transcripts.ts'
import { makeWatch } from '../../../src/infra/gaps/watch.ts'
import { scratch } from '../files/scratch.ts'
import { clientIn } from '../transcript/client.ts'

const NOTHING: Comparison = {
  calls: 0,
  gaps: [],
  ungated: [],
  waiting: 0,
  unread: 0,
  since: 0,
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const setUp = (
  answer: Partial<Comparison> = {},
  isGated: (folder: string) => boolean = () => true,
) => {
  const client = clientIn(scratch())
  const compared: Array<string> = []
  const told: Array<string> = []
  let failing = false
  const watch = makeWatch({
    dirs: () => [client.dir],
    isGated,
    compare: async (targets, final) => {
      if (failing) throw new Error('the store failed')
      for (const { session } of targets) compared.push(`${session}${final ? '!' : ''}`)
      return { ...NOTHING, ...answer }
    },
    comparedTo: (session) => (session === 'known' ? 3 : 0),
    now: () => Date.now(),
    onFound: ({ ungated }) => told.push(...ungated),
    onNotice: (line) => told.push(line),
  })
  const after = async (ms: number): Promise<ReadonlyArray<string>> => {
    vi.advanceTimersByTime(ms)
    // One may be under way since an earlier moment.
    await watch.look()
    await watch.look()
    return compared.splice(0)
  }
  return { ...client, watch, after, told, fail: (now: boolean) => void (failing = now) }
}

describe('watching transcripts', () => {
  it('compares at the start what changed lately, but what the log has to its end', async () => {
    const { file, after, watch } = setUp()
    fs.writeFileSync(file('s'), 'x\n')
    fs.writeFileSync(file('known'), 'xx\n')
    fs.writeFileSync(file('old'), 'x\n')
    fs.utimesSync(file('old'), new Date(0), new Date(0))
    expect(await after(0)).toEqual(['s!'])
    expect(await after(100_000)).toEqual([])
    await watch.stop()
  })

  it('notices one that grows, one that is new, and one of a subagent; quiet ones for the record', async () => {
    const { file, agentFile, after, watch } = setUp()
    fs.writeFileSync(file('s'), 'x\n')
    await after(0)
    fs.appendFileSync(file('s'), 'y\n')
    fs.writeFileSync(file('new'), 'x\n')
    expect(await after(5000)).toEqual([])
    expect([...(await after(16_000))].sort()).toEqual(['new', 's'])
    expect([...(await after(61_000))].sort()).toEqual(['new!', 's!'])
    fs.writeFileSync(agentFile('s', 'a'), 'x\n')
    await after(5000)
    expect(await after(16_000)).toEqual(['s'])
    await watch.stop()
  })

  it('compares a session that ended when its last call can be judged', async () => {
    const { file, after, watch } = setUp()
    fs.writeFileSync(file('s'), 'x\n')
    await after(0)
    watch.ended('s')
    expect(await after(5000)).toEqual([])
    expect(await after(15_000)).toEqual(['s!'])
    await watch.stop()
  })

  it('tries again what could not be judged yet, and when the store failed', async () => {
    const { file, after, fail, told, watch } = setUp({ waiting: 1 })
    fs.writeFileSync(file('s'), 'x\n')
    expect(await after(0)).toEqual(['s!'])
    expect(await after(16_000)).toEqual(['s'])
    fail(true)
    expect(await after(16_000)).toEqual([])
    await after(16_000)
    fail(false)
    expect(await after(16_000)).toContain('s')
    expect(told).toEqual(['transcripts wait to be compared: Error: the store failed'])
    await watch.stop()
  })

  it('leaves out folders of projects that are not gated, links, and files of other names', async () => {
    const { dir, project, file, after, watch } = setUp(
      {},
      (folder) => path.basename(folder) === folderOf('/home/dev/project'),
    )
    fs.writeFileSync(file('s'), 'x\n')
    fs.mkdirSync(path.join(dir, '-elsewhere'))
    fs.writeFileSync(path.join(dir, '-elsewhere/t.jsonl'), 'x\n')
    fs.writeFileSync(path.join(project, 'notes.txt'), 'x\n')
    fs.symlinkSync('/dev/zero', path.join(project, 'zero.jsonl'))
    fs.symlinkSync(project, path.join(dir, '-linked'))
    expect(await after(0)).toEqual(['s!'])
    await watch.stop()
  })

  it('survives a folder that is gone or never was', async () => {
    const { dir, after, told, watch } = setUp()
    fs.rmSync(dir, { recursive: true })
    expect(await after(0)).toEqual([])
    fs.mkdirSync(path.join(dir, 'p'), { recursive: true })
    fs.writeFileSync(path.join(dir, 'p/s.jsonl'), 'x\n')
    await after(5000)
    expect(await after(16_000)).toEqual(['s'])
    expect(told).toEqual([])
    await watch.stop()
  })
})
