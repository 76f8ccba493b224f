// What recorded sessions cost by us, by the client's own total, and by the npm package ccusage on the
// same files: `npm run bench:cost -- DIR [--ccusage PROGRAM] [--json]`. DIR holds NAME.transcript.jsonl
// and NAME.subagent….jsonl; PROGRAM is ccusage's entry, installed somewhere else. Nothing is changed there.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { pricesWith } from '../src/domain/cost/prices.ts'
import { dollarsOf } from '../src/domain/cost/money.ts'
import { makeFollower } from '../src/infra/transcript/follower.ts'
import { spendOf } from '../src/projections/budgets.ts'
import { priceTable } from '../src/templates/prices.ts'
import { scratchLog } from './scratch.ts'

const { values, positionals } = parseArgs({
  options: { ccusage: { type: 'string' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [folder] = positionals
if (folder === undefined || !fs.existsSync(folder)) {
  console.error('usage: npm run bench:cost -- DIR   (a folder of NAME.transcript.jsonl files)')
  process.exit(2)
}

const SESSION = '11111111-1111-4111-8111-111111111111'
const AGENT = /\.subagent(\w*)\.jsonl$/

/** One session in a client's folder of its own, as the client lays it out. */
const laidOut = (dir: string, name: string): string => {
  const client = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-cost-'))
  const project = path.join(client, 'projects', '-project')
  const agents = path.join(project, SESSION, 'subagents')
  fs.mkdirSync(agents, { recursive: true })
  for (const file of fs.readdirSync(dir).filter((one) => one.startsWith(`${name}.`))) {
    const agent = AGENT.exec(file)?.[1]
    const to = file.endsWith('.transcript.jsonl')
      ? path.join(project, `${SESSION}.jsonl`)
      : agent === undefined
        ? undefined
        : path.join(agents, `agent-a${agent}.jsonl`)
    if (to === undefined) continue
    // The one session has one name here, whatever it had.
    const text = fs.readFileSync(path.join(dir, file), 'utf8')
    fs.writeFileSync(to, text.replaceAll(/"sessionId":"[^"]*"/g, `"sessionId":"${SESSION}"`))
  }
  return client
}

const ourCost = async (client: string) => {
  const scratch = await scratchLog()
  const { log, close } = await scratch.open()
  const dir = path.join(client, 'projects')
  const follower = makeFollower({
    log,
    dirs: () => [dir],
    prices: () => pricesWith(priceTable(), new Map()),
    now: () => Date.now(),
    onNotice: (line) => console.error(line),
  })
  follower.seen(SESSION, path.join(dir, '-project', `${SESSION}.jsonl`))
  await follower.catchUp(SESSION)
  await follower.stop()
  const spend = spendOf(log.projected().budgets, SESSION)
  await close()
  scratch.remove()
  return spend
}

const ccusageCost = (program: string, client: string): number | undefined => {
  const { stdout } = spawnSync(process.execPath, [program, 'session', '--offline', '--json'], {
    env: { PATH: process.env['PATH'], HOME: client, CLAUDE_CONFIG_DIR: client },
    encoding: 'utf8',
  })
  try {
    return (JSON.parse(stdout) as { totals: { totalCost: number } }).totals.totalCost
  } catch {
    return undefined
  }
}

const names = fs
  .readdirSync(folder)
  .flatMap((file) => /^(.+)\.transcript\.jsonl$/.exec(file)?.[1] ?? [])
const rows = []
for (const name of names) {
  const client = laidOut(folder, name)
  const spend = await ourCost(client)
  const ours = spend === undefined ? 0 : dollarsOf(spend.sum)
  const theirs = spend?.client === undefined ? undefined : dollarsOf(spend.client.sum)
  const ccusage = values.ccusage === undefined ? undefined : ccusageCost(values.ccusage, client)
  fs.rmSync(client, { recursive: true })
  rows.push({ name, messages: spend?.messages ?? 0, ours, client: theirs, ccusage })
}

const amount = (value: number | undefined): string =>
  value === undefined ? '–' : `$${value.toFixed(7)}`
const off = (ours: number, other: number | undefined): string =>
  other === undefined ? '–' : `${((100 * (ours - other)) / other).toFixed(3)}%`

if (values.json) console.log(JSON.stringify(rows, null, 2))
else {
  const cells = [
    ['session', 'messages', 'charged', 'client', 'differs', 'ccusage', 'differs'],
    ...rows.map(({ name, messages, ours, client, ccusage }) => [
      name,
      String(messages),
      amount(ours),
      amount(client),
      off(ours, client),
      amount(ccusage),
      off(ours, ccusage),
    ]),
  ]
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)))
  for (const row of cells)
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  '),
    )
}
