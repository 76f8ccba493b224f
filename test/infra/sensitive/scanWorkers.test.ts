import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { type ScanWorkers, scanWorkers } from '../../../src/infra/sensitive/scanWorkers.ts'

const MAIL = 'ana.lopez@correo.es'
const open: Array<ScanWorkers> = []
const opened = (options?: Parameters<typeof scanWorkers>[0]): ScanWorkers => {
  const one = scanWorkers(options)
  open.push(one)
  return one
}
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

const within = (ms: number) => ({ injection: false, deadline: performance.now() + ms })
const program = (source: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(source)}`)
const PORT = "import { parentPort as port } from 'node:worker_threads';"
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}

describe('threads that scan', () => {
  it('are two at most, however many texts come at once, and all are answered', async () => {
    const threads = opened()
    const all = Array.from({ length: 7 }, () => threads.scan([`to ${MAIL}`], within(20_000)))
    await until(() => threads.size() > 0)
    expect(threads.size()).toBeLessThanOrEqual(2)
    for (const one of await Promise.all(all))
      expect(one).toMatchObject([{ cut: 0, spans: [{ start: 3, end: 3 + MAIL.length }] }])
    expect(threads.size()).toBe(2)
  })

  it('end when there is nothing to do, and are started anew', async () => {
    const threads = opened({ idle: 20 })
    await threads.scan([MAIL], within(20_000))
    expect(threads.size()).toBe(1)
    await until(() => threads.size() === 0)
    expect(await threads.scan([MAIL], within(20_000))).toMatchObject([{ cut: 0 }])
  })

  it.each([
    ['dies', `${PORT} port.on('message', () => process.exit(3))`],
    ['throws', `${PORT} port.on('message', () => { throw new Error('no') })`],
    ['cannot be loaded', 'import "./nothing.mjs"'],
    ['does not heed the deadline', `${PORT} port.on('message', () => { for (;;); })`],
  ])('one that %s leaves its texts cut, and the next job has another', async (_, source) => {
    const threads = opened({ program: program(source), most: 1 })
    for (let i = 0; i < 2; i++)
      expect(await threads.scan([MAIL, ''], within(200))).toMatchObject([
        { spans: [], cut: MAIL.length },
        { spans: [], cut: 0 },
      ])
    expect(threads.size()).toBe(0)
  })

  it('that dies half way leaves what it sent', async () => {
    const findings =
      'words: [], spans: new Float64Array(), injections: new Float64Array(), hits: new Float64Array(), cuts: new Float64Array()'
    const threads = opened({
      program: program(
        `${PORT} let job; port.on('message', (m) => { if (m.kind === 'begin') job = m.job; else { port.postMessage({ job, first: 0, count: 1, isLast: false, ${findings} }); setTimeout(() => process.exit(1), 20) } })`,
      ),
    })
    expect(await threads.scan(['abcdef', 'abcdef'], within(5_000))).toMatchObject([
      { cut: 0 },
      { cut: 6 },
    ])
  })

  it('take no more than they may: what is too much is cut at once', async () => {
    const threads = opened({ mostUnits: 100, most: 1 })
    const first = threads.scan(['x '.repeat(60)], within(20_000))
    expect(await threads.scan(['y '.repeat(20)], within(20_000))).toMatchObject([{ cut: 40 }])
    expect(await first).toMatchObject([{ cut: 0 }])
    expect(await threads.scan(['y '.repeat(20)], within(20_000))).toMatchObject([{ cut: 0 }])
  })

  it('cut what waits beyond its deadline, and what waits when they are closed', async () => {
    const threads = opened({
      program: program(`${PORT} port.on('message', () => {})`),
      most: 1,
    })
    const running = threads.scan(['abcdef'], within(10_000))
    expect(await threads.scan(['abcdef'], within(30))).toMatchObject([{ cut: 6 }])
    const waiting = threads.scan(['abcdef'], within(10_000))
    await threads.close()
    expect(await running).toMatchObject([{ cut: 6 }])
    expect(await waiting).toMatchObject([{ cut: 6 }])
    expect(await threads.scan(['abcdef'], within(10_000))).toMatchObject([{ cut: 6 }])
  })

  it('keep no process from ending, and end none that waits for them', async () => {
    const source = path.resolve(import.meta.dirname, '../../../src/infra/sensitive/scanWorkers.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module-typescript',
      '--eval',
      `import { scanWorkers } from ${JSON.stringify(source)}
       scanWorkers().scan([${JSON.stringify(MAIL)}], { injection: false, deadline: performance.now() + 20000 })
         .then(([one]) => console.log(one.cut, one.spans.length))`,
    ])
    expect(stdout.trim()).toBe('0 1')
  })
})
