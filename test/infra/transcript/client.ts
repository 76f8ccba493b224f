// A client's folder with transcripts for tests, and a log in memory that folds what is appended as the
// real one does, may fail at will, and can be opened again from its bytes alone.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { pricesWith } from '../../../src/domain/cost/prices.ts'
import { decodeEntry, type Draft, encodeEntry } from '../../../src/domain/event/envelope.ts'
import type { CostCharged } from '../../../src/domain/event/event.ts'
import { foldInto, initialStates } from '../../../src/infra/store/fold.ts'
import { type Follower, makeFollower } from '../../../src/infra/transcript/follower.ts'
import { priceTable } from '../../../src/templates/prices.ts'

export const NOW = Date.UTC(2026, 10, 29, 12)

/** `lost`: nothing is written; `landed`: it is, and yet reported as failed. */
export type Failing = 'lost' | 'landed' | undefined

export const memoryLog = (stored: ReadonlyArray<Uint8Array> = []) => {
  const bytes = [...stored]
  const states = initialStates()
  const fold = (leaf: Uint8Array): void => foldInto(states, Result.getOrThrow(decodeEntry(leaf)))
  for (const leaf of bytes) fold(leaf)
  let failing: Failing
  return {
    bytes,
    failNext: (how: Failing) => void (failing = how),
    projected: () => states,
    scan: async function* ({ reverse = false }: { readonly reverse?: boolean } = {}) {
      const all = bytes.map((leaf, index) => ({ index, bytes: leaf }))
      if (all.length > 0) yield reverse ? all.toReversed() : all
    },
    append: async (drafts: ReadonlyArray<Draft>) => {
      const how = failing
      failing = undefined
      await Promise.resolve()
      if (how === 'lost') throw new Error('the store failed')
      const first = bytes.length
      for (const draft of drafts) {
        const entry = { index: bytes.length, time: NOW, ...draft }
        const leaf = Result.getOrThrow(encodeEntry(entry))
        bytes.push(leaf)
        fold(leaf)
      }
      if (how === 'landed') throw new Error('the store failed')
      return { first, size: bytes.length }
    },
    charges: (): ReadonlyArray<CostCharged> =>
      bytes.flatMap((leaf) => {
        const { event } = Result.getOrThrow(decodeEntry(leaf))
        return event._tag === 'CostCharged' ? [event] : []
      }),
    kinds: () => bytes.map((leaf) => Result.getOrThrow(decodeEntry(leaf)).event._tag),
  }
}
export type MemoryLog = ReturnType<typeof memoryLog>

export const follow = (
  log: MemoryLog,
  dir: string,
  told: Array<string> = [],
  now: () => number = () => NOW,
): Follower =>
  makeFollower({
    log,
    dirs: () => [dir],
    prices: () => pricesWith(priceTable(), new Map()),
    now,
    onNotice: (line) => told.push(line),
  })

/** One project's folder of transcripts below a client's folder. */
export const clientIn = (root: string) => {
  const dir = path.join(root, 'projects')
  const project = path.join(dir, '-home-dev-project')
  fs.mkdirSync(project, { recursive: true })
  const file = (session: string) => path.join(project, `${session}.jsonl`)
  const agentFile = (session: string, agent: string): string => {
    const folder = path.join(project, session, 'subagents')
    fs.mkdirSync(folder, { recursive: true })
    return path.join(folder, `agent-${agent}.jsonl`)
  }
  return { dir, project, file, agentFile }
}

export const RECORDED = path.resolve(import.meta.dirname, '../../transcripts')

export const recordedText = (name: string): string =>
  fs.readFileSync(path.join(RECORDED, `${name}.jsonl`), 'utf8')

/** A record of an assistant's message with this many tokens of output. */
export const line = (message: string, output: number, more: object = {}): string =>
  `${JSON.stringify({
    type: 'assistant',
    message: { id: message, model: 'claude-sonnet-4-5', usage: { output_tokens: output } },
    timestamp: '2026-11-29T11:00:00.000Z',
    ...more,
  })}\n`

/** Nano-dollars of a token of output of that model. */
export const EACH = 15_000
