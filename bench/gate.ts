// The gate over its socket and in this process: how long one event takes to be answered, with its
// append, beside a bare echo; and how many 64 clients get through at once, none lost.
// `node bench/gate.ts [--json] [--quick]`. Needs the built daemon.
import * as path from 'node:path'
import { encodeRequestHead, parseFrame } from '../src/domain/hook/frame.ts'
import * as Result from 'effect/Result'
import { exchange, startEcho } from './exchange.ts'
import { hookPayload } from './hookPayloads.ts'
import { benchInProcess } from './inProcess.ts'
import { ended, makeHome, type Plane, startPlane } from './plane.ts'
import { isQuick, median, percentile, rounded } from './samples.ts'
import { runAlone } from './scratch.ts'
import type { ComparedRow } from './table.ts'

const CLIENTS = 64
const ECHO_NAME = 'bare echo'

const requestOf = (n: number, project: string, run: string): Buffer => {
  const { event, bytes } = hookPayload(n, project, run)
  return Buffer.concat([encodeRequestHead({ event }), bytes])
}

const assertAnswer = (bytes: Buffer): void => {
  const answer = parseFrame(bytes)
  if (Result.isFailure(answer)) throw new Error(`no whole answer: ${bytes.toString('latin1')}`)
}

interface Latency {
  readonly p50: number
  readonly p99: number
}

/** One request after the other, the gate and the echo in turn. Milliseconds. */
const latencies = async (
  plane: Plane,
  echo: string,
  count: number,
  run: string,
): Promise<{ readonly gate: Latency; readonly echo: Latency }> => {
  const times = { gate: new Array<number>(), echo: new Array<number>() }
  for (let n = 0; n < count; n++) {
    const request = requestOf(n, plane.project, run)
    const start = performance.now()
    const answer = await exchange(plane.paths.hookSocket, request)
    const between = performance.now()
    await exchange(echo, request)
    const end = performance.now()
    assertAnswer(answer)
    times.gate.push(between - start)
    times.echo.push(end - between)
  }
  const latency = (samples: Array<number>): Latency => ({
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
  })
  return { gate: latency(times.gate), echo: latency(times.echo) }
}

const received = async (plane: Plane): Promise<number> =>
  (await plane.call('witness.stats', {})).byKind['HookReceived'] ?? 0

/** Events a second from clients that each send the next as soon as they are answered. */
const throughput = async (plane: Plane, count: number, run: string): Promise<number> => {
  const before = await received(plane)
  let next = 0
  const client = async (): Promise<void> => {
    while (next < count)
      assertAnswer(await exchange(plane.paths.hookSocket, requestOf(next++, plane.project, run)))
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const seconds = (performance.now() - start) / 1000
  const counted = (await received(plane)) - before
  if (counted !== count) throw new Error(`${count} events were answered, ${counted} are in the log`)
  return count / seconds
}

export const benchGate = async (quick = isQuick()): Promise<ReadonlyArray<ComparedRow>> => {
  const runs = quick ? 3 : 7
  const home = await makeHome()
  const plane = await startPlane(home)
  const echoSocket = path.join(home.root, 'echo.sock')
  const echoServer = await startEcho(echoSocket)
  try {
    await plane.call('mode.set', { mode: 'enforce' })
    await latencies(plane, echoSocket, quick ? 300 : 1000, 'warm')
    const measured: Array<Awaited<ReturnType<typeof latencies>>> = []
    const rates: Array<number> = []
    for (let run = 0; run < runs; run++) {
      measured.push(await latencies(plane, echoSocket, quick ? 300 : 1500, `one${run}`))
      rates.push(await throughput(plane, quick ? 1500 : 6000, `many${run}`))
    }
    const over = (of: 'gate' | 'echo', which: keyof Latency): number =>
      rounded(median(measured.map((one) => one[of][which])))
    const inProcess = await benchInProcess(quick)
    return [
      ...inProcess,
      { name: ECHO_NAME, value: over('echo', 'p50'), unit: 'ms' },
      { name: 'bare echo, p99', value: over('echo', 'p99'), unit: 'ms' },
      {
        name: 'one event over the socket, append in it, p50',
        value: over('gate', 'p50'),
        unit: 'ms',
        target: 1,
        beside: { name: ECHO_NAME, value: over('echo', 'p50'), atMost: 2.5 },
      },
      {
        name: 'one event over the socket, append in it, p99',
        value: over('gate', 'p99'),
        unit: 'ms',
        target: 5,
        beside: { name: 'bare echo, p99', value: over('echo', 'p99') },
      },
      {
        name: `${CLIENTS} clients at once, all counted in the log`,
        value: Math.round(median(rates)),
        unit: 'events/s',
        target: 1500,
      },
    ]
  } finally {
    await plane.stop()
    await ended(echoServer)
    home.remove()
  }
}

await runAlone(import.meta, benchGate)
