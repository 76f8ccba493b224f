// How long opening takes: a log that was closed in order, and one whose process was killed just
// before a snapshot was due, the worst there is. `node bench/open.ts [--json] [--most ENTRIES]`
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  appendEvents,
  type BenchRow,
  flag,
  type OpenedLog,
  runAlone,
  type ScratchLog,
  scratchLog,
} from './scratch.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const TARGET_MS = 300
const RUNS = 3
/** As levelWitness.ts has it. */
const SNAPSHOT_EVERY = 8192

const median = (values: Array<number>): number => values.sort((a, b) => a - b)[values.length >> 1]!

/** Milliseconds to open, the median of several. `prepare` makes the store to open. */
const timeOpen = async (scratch: ScratchLog, prepare: () => string): Promise<number> => {
  const times: Array<number> = []
  for (let run = 0; run < RUNS; run++) {
    const dir = prepare()
    const start = performance.now()
    const opened = await scratch.open({ dir })
    times.push(performance.now() - start)
    await opened.close()
  }
  return Math.round(median(times) * 10) / 10
}

/** Appends until the next entry would bring a snapshot round. */
const toBeforeSnapshot = async ({ log }: OpenedLog): Promise<void> => {
  const taken = (): number => log.projected().statistics.byKind['SnapshotTaken'] ?? 0
  const before = taken()
  let n = 0
  while (taken() === before) await appendEvents(log, 1, 1, n++)
  await appendEvents(log, SNAPSHOT_EVERY / 2 - 10, 64, n)
}

/** Copies a store that is open and at rest, as a kill would leave it. */
const copyStore = (from: string, to: string): void => {
  for (;;) {
    const before = fs.readdirSync(from).join()
    fs.rmSync(to, { recursive: true, force: true })
    fs.mkdirSync(to, { recursive: true })
    try {
      for (const name of fs.readdirSync(from))
        fs.copyFileSync(path.join(from, name), path.join(to, name))
      if (fs.readdirSync(from).join() === before) return
    } catch (error) {
      // LevelDB is still merging tables, and removed one just now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

export const benchOpen = async (
  most = flag('most', SIZES.at(-1)!),
): Promise<ReadonlyArray<BenchRow>> => {
  const scratch = await scratchLog()
  const rows: Array<BenchRow> = []
  for (const size of SIZES.filter((one) => one <= most)) {
    const opened = await scratch.open()
    const missing = size - SNAPSHOT_EVERY - opened.log.head().size
    await appendEvents(opened.log, Math.max(0, Math.ceil(missing / 2)), 64)
    await toBeforeSnapshot(opened)
    const entries = opened.log.head().size
    const copy = path.join(path.dirname(scratch.dir), 'killed', 'witness')
    const killed = await timeOpen(scratch, () => {
      copyStore(scratch.dir, copy)
      return copy
    })
    await opened.close()
    const closed = await timeOpen(scratch, () => scratch.dir)
    const target = size === SIZES.at(-1) ? { target: TARGET_MS } : {}
    const of = `of ${entries.toLocaleString('en')} entries`
    rows.push({ name: `open a log ${of}`, value: closed, unit: 'ms', ...target })
    rows.push({ name: `open a log ${of}, after a kill`, value: killed, unit: 'ms', ...target })
  }
  scratch.remove()
  return rows
}

await runAlone(import.meta, benchOpen)
