// The memory of a control plane that takes in a million events and then goes on: the process that
// `hook start` runs, fed over its own socket. `node bench/memory.ts [--json] [--quick] [--events N]`
import { encodeRequestHead } from '../src/domain/hook/frame.ts'
import { exchange } from './exchange.ts'
import { hookPayload } from './hookPayloads.ts'
import { makeHome, type Plane, startPlane } from './plane.ts'
import { isQuick } from './samples.ts'
import { flag, runAlone } from './scratch.ts'
import type { ComparedRow } from './table.ts'

const CLIENTS = 64
const TARGET_MB = 150
/** After the last, this share more is sent, in which the memory must not grow. */
const MORE = 0.2
const STEPS = 10

const feed = async (plane: Plane, from: number, count: number): Promise<void> => {
  let next = from
  const client = async (): Promise<void> => {
    while (next < from + count) {
      const { event, bytes } = hookPayload(next++, plane.project, 'm')
      const head = encodeRequestHead({ event })
      await exchange(plane.paths.hookSocket, Buffer.concat([head, bytes]))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

export const benchMemory = async (
  events = flag('events', isQuick() ? 20_000 : 1_000_000),
): Promise<ReadonlyArray<ComparedRow>> => {
  const home = await makeHome()
  const plane = await startPlane(home)
  try {
    const rows: Array<ComparedRow> = [
      { name: 'memory at the start', value: megabytes(plane.memory().now), unit: 'MB' },
    ]
    const step = Math.ceil(events / STEPS)
    for (let done = 0; done < events; done += step) {
      await feed(plane, done, Math.min(step, events - done))
      if (process.stderr.isTTY)
        console.error(`${done + step} events: ${megabytes(plane.memory().now)} MB`)
    }
    const of = `${events.toLocaleString('en')} events`
    const after = plane.memory()
    rows.push(
      { name: `memory after ${of}`, value: megabytes(after.now), unit: 'MB', target: TARGET_MB },
      { name: `memory at most in ${of}`, value: megabytes(after.peak), unit: 'MB' },
    )
    const more = Math.ceil(events * MORE)
    await feed(plane, events, more)
    const { byKind } = await plane.call('witness.stats', {})
    if (byKind['HookReceived'] !== events + more) throw new Error('events were lost')
    rows.push({
      name: `memory after ${more.toLocaleString('en')} more`,
      value: megabytes(plane.memory().now),
      unit: 'MB',
      beside: { name: `at ${of}`, value: megabytes(after.now), atMost: 1.1 },
    })
    return rows
  } finally {
    await plane.stop()
    home.remove()
  }
}

await runAlone(import.meta, benchMemory)
