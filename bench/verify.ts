// How fast a log is verified: entries, every node, checkpoints, and the fold of all projections.
// Says too how long it kept the event loop at most. `node bench/verify.ts [--json] [--entries N]`
import * as Effect from 'effect/Effect'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { appendEvents, type BenchRow, flag, runAlone, scratchLog } from './scratch.ts'

const TARGET = 60_000

export const benchVerify = async (
  entries = flag('entries', 200_000),
): Promise<ReadonlyArray<BenchRow>> => {
  const scratch = await scratchLog()
  const { log, close } = await scratch.open()
  await appendEvents(log, Math.ceil(entries / 2), 64)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  const report = await Effect.runPromise(log.verify())
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  await close()
  scratch.remove()
  if (report.verdict === 'bad') throw new Error(`the benchmark's own log is bad: ${report.problem}`)
  return [
    {
      name: `verify ${report.size.toLocaleString('en')} entries`,
      value: Math.round(report.size / seconds),
      unit: 'entries/s',
      target: TARGET,
    },
    { name: 'verify, event loop held, p99', value: round(delay.percentile(99)), unit: 'ms' },
    { name: 'verify, event loop held, most', value: round(delay.max), unit: 'ms' },
  ]
}

const round = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10

await runAlone(import.meta, benchVerify)
