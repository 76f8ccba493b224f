// What one hook event costs the client: the whole hook client, spawn included, against a server that
// answers at once, beside what any program costs. `node bench/spawn.ts [--json] [--rounds N]`
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { hookClientArgv, hookClientScript } from '../src/infra/transport/hookClient.ts'
import { probeTransports } from '../src/infra/transport/probe.ts'
import type { Contender, Medians, Race } from './race.ts'
import { type BenchRow, flag, runAlone } from './scratch.ts'

const TARGET_MS = 8
const TARGET_MS_LARGE = 16
/** Of bare `node -e 0`, the client may take a quarter. */
const TARGET_TIMES = 4

const PAYLOAD = payloadOf(500)
const LARGE = payloadOf(5_000_000)

function payloadOf(size: number): string {
  const call = { tool_name: 'Bash', tool_input: { command: 'x'.repeat(size) } }
  return `${JSON.stringify({ session_id: 'bench', hook_event_name: 'PreToolUse', ...call })}\n`
}

/** In a process of its own: a spawn that is waited for stops this one's event loop. */
const SERVER = `
const frame = 'ISO1 0 2\\n{}\\nISO1-END\\n'
require('node:net').createServer({ allowHalfOpen: true }, (peer) => {
  peer.on('error', () => peer.destroy()).on('data', () => {}).on('end', () => peer.end(frame))
}).listen(process.argv[1], () => process.stdout.write('up'))`

export const race = (contenders: ReadonlyArray<Contender>, rounds: number): Medians => {
  const file = path.join(import.meta.dirname, 'race.ts')
  const ran = spawnSync(process.execPath, [file], {
    input: JSON.stringify({ contenders, rounds } satisfies Race),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (ran.status !== 0) throw new Error(`the race ended with ${ran.status ?? ran.signal}`)
  return JSON.parse(ran.stdout.toString()) as Medians
}

export const benchSpawn = async (
  rounds = flag('rounds', 200),
): Promise<ReadonlyArray<BenchRow>> => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-bench-'))
  const socket = path.join(dir, 's')
  const server = spawn(process.execPath, ['-e', SERVER, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise((resolve) => server.stdout.once('data', resolve))
    const { programs, working, chosen } = await Effect.runPromise(
      probeTransports({ socket, scratch: dir, node: process.execPath }),
    )
    const clients = working.map(({ kind, path: program }): Contender => {
      const script = hookClientScript({
        programs,
        exchange: { kind, path: program },
        socket,
        marker: path.join(dir, 'marker'),
        start: [programs.env],
        startEnvironment: {},
        deadlineSeconds: 20,
        startSeconds: 1,
      })
      const file = path.join(dir, kind)
      fs.writeFileSync(file, Result.getOrThrow(script))
      return {
        name: `hook client, ${kind}${kind === chosen.kind ? ' (chosen)' : ''}`,
        argv: hookClientArgv(programs, file, 'PreToolUse'),
        input: PAYLOAD,
        stdout: '{}',
      }
    })
    const client = clients[working.indexOf(chosen)]!
    const large = { ...client, name: `${client.name}, 5 MB payload`, input: LARGE }
    const bare: ReadonlyArray<Contender> = [
      { name: '/bin/true', argv: ['/bin/true'], input: '', stdout: '' },
      { name: 'sh -c true', argv: [programs.sh, '-c', 'true'], input: '', stdout: '' },
      { name: 'node -e 0', argv: [process.execPath, '-e', '0'], input: '', stdout: '' },
    ]
    const medians = new Map([
      ...race([...bare, ...clients], rounds),
      ...race([large], Math.ceil(rounds / 4)),
    ])
    const targets = new Map([
      [client.name, TARGET_MS],
      [large.name, TARGET_MS_LARGE],
    ])
    const rows = [...medians].map(([name, ms]): BenchRow => {
      const target = targets.get(name)
      const row = { name: `spawn, ${name}`, value: round(ms), unit: 'ms' }
      return target === undefined ? row : { ...row, target }
    })
    const times = medians.get('node -e 0')! / medians.get(client.name)!
    return [
      ...rows,
      {
        name: 'spawn, hook clients in the time of one node -e 0',
        value: round(times),
        unit: '×',
        target: TARGET_TIMES,
      },
    ]
  } finally {
    server.kill()
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

await runAlone(import.meta, benchSpawn)
