// Workers that go wrong, as programs for modelHost: what it does about them is what is tested.
import { parentPort, threadId, workerData } from 'node:worker_threads'
import type { WorkerStart } from '../../../src/infra/intel/workerMessages.ts'

const port = parentPort!
const { installed } = workerData as WorkerStart

switch (installed.id) {
  case 'never-ready':
    setInterval(() => {}, 1000)
    break
  case 'exits':
    process.exit(3)
    break
  case 'throws':
    throw new Error('boom\nwith more lines')
  case 'hangs':
    port.postMessage({ kind: 'ready', sessionMs: 1 })
    port.on('message', () => {
      for (;;);
    })
    break
  case 'dies-of-a-question':
    port.postMessage({ kind: 'ready', sessionMs: 1 })
    port.on('message', () => process.exit(4))
    break
  default:
    port.postMessage({ kind: 'ready', sessionMs: threadId })
    port.on('message', ({ texts }: { readonly texts: ReadonlyArray<string> }) => {
      const found = texts.map(() => ({ spans: [], cut: 0 }))
      setTimeout(() => port.postMessage({ kind: 'found', found }), 50)
    })
}
