// What following costs: a transcript of 200 MB that grows by ten lines a second. How long until a line
// is charged in the log, and how much of a core that takes; and how long the first reading of it takes.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { pricesWith } from '../src/domain/cost/prices.ts'
import { makeFollower } from '../src/infra/transcript/follower.ts'
import { priceTable } from '../src/templates/prices.ts'
import { type BenchRow, runAlone, scratchLog } from './scratch.ts'

const SESSION = '11111111-1111-4111-8111-111111111111'
const MEGABYTE = 1_048_576

const record = (message: number): string =>
  `${JSON.stringify({
    parentUuid: crypto.randomUUID(),
    isSidechain: false,
    message: {
      id: `msg_${message}`,
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'text', text: 'x'.repeat(600) }],
      usage: { input_tokens: 10, output_tokens: 100, cache_read_input_tokens: 50_000 },
    },
    type: 'assistant',
    uuid: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    sessionId: SESSION,
  })}\n`

const said = (): string =>
  `${JSON.stringify({ type: 'user', uuid: crypto.randomUUID(), message: { role: 'user', content: 'y'.repeat(20_000) } })}\n`

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0

const rounded = (value: number): number => Math.round(value * 100) / 100

const benchFollow = async (): Promise<ReadonlyArray<BenchRow>> => {
  const quick = process.argv.includes('--quick')
  const megabytes = quick ? 50 : 200
  const lines = quick ? 50 : 300
  const client = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-follow-'))
  const dir = path.join(client, 'projects')
  const file = path.join(dir, '-p', `${SESSION}.jsonl`)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  let messages = 0
  for (let written = 0; written < megabytes * MEGABYTE;) {
    const text = Array.from({ length: 50 }, (_, i) =>
      i % 10 === 0 ? record((messages += 1)) : said(),
    ).join('')
    fs.appendFileSync(file, text)
    written += text.length
  }
  const first = messages
  const scratch = await scratchLog()
  const { log, close } = await scratch.open()
  const charged = new Map<string, number>()
  log.subscribe(({ event }) => {
    if (event._tag === 'CostCharged') charged.set(event.message, performance.now())
  })
  const follower = makeFollower({
    log,
    dirs: () => [dir],
    prices: () => pricesWith(priceTable(), new Map()),
    now: () => Date.now(),
    onNotice: (line) => console.error(line),
  })
  const begun = performance.now()
  follower.seen(SESSION, file)
  await follower.catchUp(SESSION)
  const reading = performance.now() - begun
  if (charged.size !== first) throw new Error(`${charged.size} of ${first} messages were charged`)
  // What the first reading left to do is not what following costs.
  await wait(3000)

  const fd = fs.openSync(file, 'a')
  /** Grows by ten lines a second, of which so many in five are a new message. */
  const growing = async (share: number, many = lines) => {
    const grown = new Map<string, number>()
    // The lines are made before: making them is not what is measured.
    const texts = Array.from({ length: many }, (_, i) =>
      i % 5 < share ? record((messages += 1)) : said(),
    )
    let message = messages - texts.filter((text) => text.includes('"assistant"')).length
    const cpu = process.cpuUsage()
    const from = performance.now()
    for (const [i, text] of texts.entries()) {
      fs.writeSync(fd, text)
      if (text.includes('"assistant"')) grown.set(`msg_${(message += 1)}`, performance.now())
      await wait(Math.max(0, from + (i + 1) * 100 - performance.now()))
    }
    await wait(300)
    const { user, system } = process.cpuUsage(cpu)
    const percent = (user + system) / 10 / (performance.now() - from)
    const latencies = [...grown]
      .map(([id, at]) => (charged.get(id) ?? Infinity) - at)
      .sort((a, b) => a - b)
    return { percent, latencies }
  }
  // A control plane runs for days: what compiling its code takes at first is not what following costs.
  await growing(5, Math.min(lines, 150))
  const usual = await growing(2)
  const all = await growing(5)
  await follower.stop()
  // The same writing and waiting with nobody following: what the measuring itself takes.
  const none = await growing(2)
  fs.closeSync(fd)
  await close()
  scratch.remove()
  fs.rmSync(client, { recursive: true })
  const latencies = [...usual.latencies, ...all.latencies].sort((a, b) => a - b)
  return [
    {
      name: `follow ${megabytes} MB that grow by 10 lines a second: a line is charged after`,
      value: rounded(quantile(latencies, 0.5)),
      unit: 'ms',
    },
    { name: '… at most', value: rounded(quantile(latencies, 1)), unit: 'ms', target: 200 },
    {
      name: '… hundredths of a core, two lines in five a message as recorded',
      value: rounded(usual.percent - none.percent),
      unit: '%',
      target: 1,
    },
    {
      name: '… hundredths of a core, every line a message',
      value: rounded(all.percent - none.percent),
      unit: '%',
    },
    { name: '… taken off for the measuring itself', value: rounded(none.percent), unit: '%' },
    {
      name: `read ${megabytes} MB the first time, ${first} messages`,
      value: rounded(reading),
      unit: 'ms',
    },
  ]
}

await runAlone(import.meta, benchFollow)
