import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { initialise } from '../../../src/infra/control/initialise.ts'
import { connectControl } from '../../../src/infra/control/socketControl.ts'
import { startDaemon } from '../../../src/infra/control/startDaemon.ts'
import { pathsUnder } from '../../../src/infra/paths.ts'

/** Starts as many as asked at once, ends the one that runs, and says what became of each. */
const startAtOnce = async (count: number) => {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-')))
  const paths = pathsUnder(path.join(base, 'iso'))
  const home = path.join(base, 'home')
  fs.mkdirSync(home)
  try {
    await Effect.runPromise(initialise({ paths }))
    const starts = await Promise.allSettled(
      Array.from({ length: count }, () => Effect.runPromise(startDaemon({ paths, home }))),
    )
    const { pid } = JSON.parse(
      fs.readFileSync(path.join(paths.dataDir, 'holder.json'), 'utf8'),
    ) as { pid: number }
    process.kill(pid, 'SIGTERM')
    while ((await Effect.runPromise(connectControl(paths.controlSocket))) !== undefined)
      await new Promise((resolve) => setTimeout(resolve, 20))
    return { starts, pid }
  } finally {
    fs.rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

describe('starting a control plane in the background', () => {
  it('works for everybody who does it at once, and starts one', async () => {
    const { starts, pid } = await startAtOnce(3)
    expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    const started = starts.flatMap((one) =>
      one.status === 'fulfilled' && one.value.started ? [one.value.pid] : [],
    )
    expect(started).toEqual([pid])
  }, 30_000)
})
