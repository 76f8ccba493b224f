// The thread that scans what is too long for the thread that answers hooks. It holds one job at a time
// and keeps nothing of a text once it is scanned.
import { parentPort } from 'node:worker_threads'
import type { Looked } from './steps.ts'
import { stepsUntil } from './steps.ts'
import { type Begin, findingsOf, joinParts, type Part, sharedNow } from './scanMessages.ts'

const port = parentPort!
/** So many units are scanned before what was found is sent: what is sent is kept if this thread is ended. */
const SENT_AFTER = 524_288

let begun: Begin | undefined
let parts: Array<Part> = []

port.on('message', (message: Begin | Part) => {
  if (message.kind === 'begin') {
    begun = message
    parts = []
    return
  }
  parts.push(message)
  if (!message.isLast || begun === undefined) return
  const texts = joinParts(parts)
  parts = []
  scan(texts, begun)
  begun = undefined
})

const scan = (texts: ReadonlyArray<string>, { job, injection, own, deadline }: Begin): void => {
  const steps = stepsUntil(() => sharedNow() >= deadline, injection, own)
  let first = 0
  let units = 0
  let looked: Array<Looked> = []
  const send = (isLast: boolean): void => {
    const findings = findingsOf(job, first, looked, isLast)
    port.postMessage(findings, [
      findings.spans.buffer,
      findings.injections.buffer,
      findings.hits.buffer,
      findings.cuts.buffer,
    ])
    first += looked.length
    units = 0
    looked = []
  }
  for (const text of texts) {
    looked.push(steps.look(text))
    units += text.length
    if (units >= SENT_AFTER) send(false)
  }
  send(true)
}
