import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type InstalledModel, parseInstalled } from '../../../src/domain/intel/installed.ts'
import { type HostLimits, type ModelHost, modelHost } from '../../../src/infra/intel/modelHost.ts'
import { installModel } from '../../support/modelFolders.ts'

const hosts: Array<ModelHost> = []
const hostOf = (id: string, limits: Partial<HostLimits> = {}, program = './workers.ts') => {
  const host = modelHost({
    dir: '/nowhere',
    installed: { id } as InstalledModel,
    now: () => 5,
    program: new URL(program, import.meta.url),
    limits: { graceMs: 100, ...limits },
  })
  hosts.push(host)
  return host
}

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
})

const within = (milliseconds: number): number => performance.now() + milliseconds
const messageOf = (answer: Awaited<ReturnType<ModelHost['ask']>>): string =>
  answer.kind === 'none' ? `${answer.why}: ${answer.fault.message}` : 'found'

describe('a worker that goes wrong', () => {
  it.each([
    ['exits', /^failing: exits: its worker ended by itself \(exit 3\)$/],
    ['throws', /^failing: throws: its worker died: boom$/],
    ['dies-of-a-question', /^failing: dies-of-a-question: its worker ended by itself \(exit 4\)$/],
  ])('%s: is told, and every question is settled', async (id, told) => {
    const host = hostOf(id)
    const answers = await Promise.all([
      host.ask(['a'], within(10_000)),
      host.ask(['b'], within(10_000)),
    ])
    for (const answer of answers) expect(messageOf(answer)).toMatch(told)
    expect(host.status()).toMatchObject({ state: 'down', lastFailure: { time: 5 } })
  })

  it('is ended when it hangs, and its question is answered by the deadline all the same', async () => {
    const host = hostOf('hangs', { backoffMs: 60_000 })
    const begun = performance.now()
    // Long enough to be ready first.
    expect(messageOf(await host.ask(['a'], within(3000)))).toBe(
      'late: hangs: had no time to answer',
    )
    expect(performance.now() - begun).toBeLessThan(10_000)
    await expect.poll(() => host.status().state, { timeout: 5000 }).toBe('down')
    expect(messageOf(await host.ask(['a'], within(3000)))).toBe(
      'failing: hangs: its worker did not answer and was ended',
    )
  })

  it('says so where the runtime is not installed', async () => {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-host-'))
    const dir = installModel(scratch, { id: 'small', role: 'pii' })
    const installed = parseInstalled(fs.readFileSync(path.join(dir, 'installed.json')))
    const host = modelHost({
      dir,
      installed: Result.getOrThrow(installed),
      now: () => 5,
      program: new URL('./withoutRuntime.ts', import.meta.url),
    })
    hosts.push(host)
    const answer = await host.ask(['My name is John.'], within(10_000))
    fs.rmSync(scratch, { recursive: true })
    expect(messageOf(answer)).toBe(
      "failing: onnxruntime-node, which runs models, cannot be loaded: Cannot find package 'onnxruntime-node'",
    )
  })

  it('is given up when it is never ready', async () => {
    const host = hostOf('never-ready', { loadMs: 300 })
    expect(messageOf(await host.ask(['a'], within(10_000)))).toMatch(/was not ready after 0.3 s$/)
  })

  it('is tried again after a while, which grows', async () => {
    const host = hostOf('exits', { backoffMs: 200 })
    const failed = async () => host.ask(['a'], within(10_000))
    await failed()
    const first = performance.now()
    // Answered at once, by no worker, until the wait is over.
    expect(messageOf(await failed())).toMatch(/^failing/)
    while (host.status().state === 'down' && performance.now() - first < 150) await failed()
    expect(performance.now() - first).toBeLessThan(5000)
    await expect
      .poll(
        () => {
          void failed()
          return host.status().state
        },
        { timeout: 5000, interval: 20 },
      )
      .toBe('loading')
    expect(performance.now() - first).toBeGreaterThan(100)
  })
})

describe('questions to a worker', () => {
  it('wait in a queue with a bound in number and size', async () => {
    const host = hostOf('answers', { mostWaiting: 2, mostUnits: 10 })
    const [first, second, third] = [
      host.ask(['a'], within(10_000)),
      host.ask(['b'], within(10_000)),
      host.ask(['c'], within(10_000)),
    ]
    expect(messageOf(await third)).toMatch(/^busy/)
    expect(messageOf(await first)).toBe('found')
    expect(messageOf(await second)).toBe('found')
    expect(messageOf(await host.ask(['too long for it'], within(10_000)))).toMatch(/^busy/)
    const { calls, p50 } = host.status()
    expect(calls).toBe(2)
    expect(p50).toBeGreaterThan(0)
  })

  it('are settled when it is closed, and by their deadline when nothing comes', async () => {
    const host = hostOf('never-ready')
    expect(messageOf(await host.ask(['a'], within(100)))).toBe(
      'late: never-ready: was still loading',
    )
    const asked = host.ask(['a'], within(60_000))
    await host.close()
    expect(messageOf(await asked)).toMatch(/^late/)
    expect(messageOf(await host.ask(['a'], within(1000)))).toMatch(/^late/)
  })

  it('end a worker that nobody asks for long, and begin it anew', async () => {
    const host = hostOf('answers', { idleMs: 200 })
    await host.ask(['a'], within(10_000))
    await expect.poll(() => host.status().state, { timeout: 5000 }).toBe('idle')
    expect(messageOf(await host.ask(['a'], within(10_000)))).toBe('found')
  })
})
