// What the hook path waits for: short texts in its own thread, long ones in a thread of theirs, and for
// how long the first is held up while the second works.
import { openScanner } from '../../src/infra/sensitive/openScanner.ts'

export interface WorkerSpeed {
  /** 4 kB through the scanner, in this thread. Milliseconds. */
  readonly p95: number
  /** 1 MB, the best of several; the first, with the start of the thread. Milliseconds. */
  readonly megabyte: number
  readonly first: number
  /** 20 MB within the time that a hook has: what it took, and UTF-16 units that were cut. */
  readonly twenty: readonly [ms: number, cut: number]
  /**
   * Milliseconds between turns of this thread's loop meanwhile, and as long before with nothing to do: all
   * but one in a hundred, and the longest. What the machine does besides is in both.
   */
  readonly turns: Turns
  readonly idleTurns: Turns
  /** Milliseconds by size, and how much more than in proportion the largest takes. */
  readonly bySize: ReadonlyArray<readonly [megabytes: number, ms: number]>
  readonly growth: number
}

type Turns = readonly [p99: number, longest: number]

const turnsWhile = async (work: () => Promise<void>): Promise<Turns> => {
  const gaps: Array<number> = []
  let last = performance.now()
  const turn = setInterval(() => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }, 1)
  await work()
  clearInterval(turn)
  gaps.sort((a, b) => a - b)
  return [gaps[Math.floor(gaps.length * 0.99)]!, gaps.at(-1)!]
}

/** What a hook has for it. Milliseconds. */
export const MOST_MS = 3000

export const workerSpeedOn = async (material: string): Promise<WorkerSpeed> => {
  const scanner = openScanner()
  const ofSize = (size: number): string =>
    material.repeat(Math.ceil(size / material.length)).slice(0, size)
  const scan = async (
    text: string,
    within: number = 60_000,
  ): Promise<readonly [ms: number, cut: number]> => {
    const start = performance.now()
    const [looked] = await scanner.scan([text], {
      injection: true,
      models: false,
      deadline: start + within,
    })
    return [performance.now() - start, looked!.cut]
  }
  try {
    const [first] = await scan(ofSize(1_000_000))
    const best = async (megabytes: number, rounds: number): Promise<number> => {
      let least = Infinity
      for (let i = 0; i < rounds; i++)
        least = Math.min(least, (await scan(ofSize(megabytes * 1_000_000)))[0])
      return least
    }
    const megabyte = await best(1, 8)
    const bySize: Array<readonly [number, number]> = []
    for (const megabytes of [2, 4, 8]) bySize.push([megabytes, await best(megabytes, 2)])
    const text = ofSize(20_000_000)
    const idleTurns = await turnsWhile(() => new Promise((done) => setTimeout(done, 1500)))
    let twenty: WorkerSpeed['twenty'] = [0, 0]
    const turns = await turnsWhile(async () => {
      twenty = await scan(text, MOST_MS)
    })
    const pieces: Array<number> = []
    for (let i = 0; i < 1000; i++)
      pieces.push(
        (await scan(material.slice((i * 7919) % (material.length - 4096)).slice(0, 4096)))[0],
      )
    pieces.sort((a, b) => a - b)
    return {
      p95: pieces[950]!,
      megabyte,
      first,
      twenty,
      turns,
      idleTurns,
      bySize,
      growth: bySize.at(-1)![1] / (4 * bySize[0]![1]),
    }
  } finally {
    await scanner.close()
  }
}
