// How fast events are appended: one and 64 writers, both durabilities. An event is one append of the
// two entries a hook event makes. `node bench/append.ts [--json] [--events N]`
import type { Durability } from '../src/infra/store/WitnessLog.ts'
import { appendEvents, type BenchRow, flag, runAlone, scratchLog } from './scratch.ts'

const measure = async (
  durability: Durability,
  writers: number,
  events: number,
): Promise<ReadonlyArray<BenchRow>> => {
  const scratch = await scratchLog()
  const { log, close } = await scratch.open({ durability: () => durability })
  await appendEvents(log, Math.ceil(events / 10), writers)
  const start = performance.now()
  await appendEvents(log, events, writers, events)
  const seconds = (performance.now() - start) / 1000
  await close()
  scratch.remove()
  const name = `append, ${durability}, ${writers} writer${writers === 1 ? '' : 's'}`
  return [
    {
      name,
      value: Math.round(events / seconds),
      unit: 'events/s',
      ...(writers === 64 ? { target: 10_000 } : {}),
    },
    ...(writers === 1
      ? [{ name: `${name}, one event`, value: Math.round((seconds / events) * 1e6), unit: 'µs' }]
      : []),
  ]
}

export const benchAppend = async (
  events = flag('events', 40_000),
): Promise<ReadonlyArray<BenchRow>> => [
  ...(await measure('os', 1, Math.ceil(events / 4))),
  ...(await measure('os', 64, events)),
  ...(await measure('fsync', 1, Math.ceil(events / 8))),
  ...(await measure('fsync', 64, events)),
]

await runAlone(import.meta, benchAppend)
