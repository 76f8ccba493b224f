// A worker that holds one model and answers one question at a time. It keeps nothing of a text, and what
// it cannot do it says; whoever asks ends it when it says nothing at all.
import * as Result from 'effect/Result'
import { parentPort, workerData } from 'node:worker_threads'
import { firstLine, type Found, loadModel } from './loadModel.ts'
import type { WorkerAsk, WorkerSays, WorkerStart } from './workerMessages.ts'

const port = parentPort!
const say = (message: WorkerSays): void => port.postMessage(message)

const { dir, installed, threads } = workerData as WorkerStart

/**
 * Whether one more step of about the length of those before it ends in time: an answer that says how far
 * it came is worth more than one that comes too late.
 */
const timer = (within: number): (() => boolean) => {
  const begun = performance.now()
  let last = begun
  let longest = 0
  return () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    return now - begun + longest * 1.25 < within
  }
}

const loaded = await loadModel(dir, installed, threads).catch((error: unknown) =>
  Result.fail({
    message: `${installed.id}: cannot be loaded: ${firstLine(error)}`,
    remedy: 'isonapse hook intel status shows what is installed',
  }),
)
if (Result.isFailure(loaded)) say({ kind: 'refused', fault: loaded.failure })
else {
  const { read, sessionMs } = loaded.success
  port.on('message', ({ texts, within }: WorkerAsk) => {
    const hasTime = timer(within)
    const answer = async (): Promise<ReadonlyArray<Found>> => {
      const found: Array<Found> = []
      for (const text of texts) found.push(await read(text, hasTime))
      return found
    }
    answer().then(
      (found) => say({ kind: 'found', found }),
      (error: unknown) => say({ kind: 'failed', message: firstLine(error) }),
    )
  })
  say({ kind: 'ready', sessionMs })
}
