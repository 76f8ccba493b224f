import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { initialise } from '../../../src/infra/control/initialise.ts'
import { connectControl } from '../../../src/infra/control/socketControl.ts'
import { startDaemon } from '../../../src/infra/control/startDaemon.ts'
import { readPin } from '../../../src/infra/keys/identity.ts'
import { readLogKey } from '../../../src/infra/keys/logKey.ts'
import { type AppPaths, pathsUnder } from '../../../src/infra/paths.ts'
import { rangeOf } from '../../../src/infra/store/keys.ts'
import { openStoreDb } from '../../../src/infra/store/storeDb.ts'
import { callDrafts, openLog } from '../store/scratchLog.ts'

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

  it('waits and shows how far it is while a log is folded anew', async () => {
    const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-')))
    const paths = pathsUnder(path.join(base, 'iso'))
    try {
      await Effect.runPromise(initialise({ paths }))
      await fillWithoutSnapshots(paths)
      const seen: Array<readonly [number, number]> = []
      const { pid, started } = await Effect.runPromise(
        startDaemon({
          paths,
          home: base,
          onProgress: (done, total, what) => {
            seen.push([done, total])
            expect(what).toMatch(/^entries folded anew for gate, calls, /)
          },
        }),
      )
      process.kill(pid!, 'SIGTERM')
      while ((await Effect.runPromise(connectControl(paths.controlSocket))) !== undefined)
        await new Promise((resolve) => setTimeout(resolve, 20))
      expect(started).toBe(true)
      expect(fs.readFileSync(paths.logFile, 'utf8')).toMatch(
        /Z opening the log: 8192 of \d+ entries folded anew for gate, /,
      )
      // How many of them are seen depends on the machine; those that are go up.
      for (const [i, [done, total]] of seen.entries()) {
        expect(done).toBeLessThanOrEqual(total)
        if (i > 0) expect(done).toBeGreaterThan(seen[i - 1]![0])
      }
    } finally {
      fs.rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    }
  }, 60_000)
})

/** A long log as an earlier version would leave it that took no snapshots. */
const fillWithoutSnapshots = async (paths: AppPaths): Promise<void> => {
  const pin = Result.getOrThrow(readPin(paths.identityFile))!
  const signer = Result.getOrThrow(readLogKey(paths.keysDir))
  const { log, close } = await openLog(paths.witnessDir, pin, {
    signer,
    snapshotEvery: Number.POSITIVE_INFINITY,
  })
  const calls = Array.from({ length: 12_000 }, (_, n) => n)
  await Promise.all(calls.map((n) => log.append(callDrafts(n, 'AA'))))
  await close()
  const db = await openStoreDb(paths.witnessDir, { create: false })
  const cursor = db.cursor({ ...rangeOf('snapshot'), values: false })
  const keys = (await cursor.next(1000)).map(([key]) => ({ key, value: undefined }))
  await cursor.close()
  await db.write(keys, true)
  await db.close()
}
