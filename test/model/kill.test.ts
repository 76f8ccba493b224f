// kill -9 at any instant loses no acknowledged event. ISONAPSE_KILL_ROUNDS sets how often it is tried.
import * as Effect from 'effect/Effect'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Pin } from '../../src/infra/keys/identity.ts'
import { create, openLog, scratchDir } from '../infra/store/scratchLog.ts'

const ROUNDS = Number(process.env['ISONAPSE_KILL_ROUNDS'] ?? 8)
const WRITER = fileURLToPath(new URL('killedWriter.ts', import.meta.url))

interface Acknowledged {
  readonly first: number
  readonly entries: number
  readonly token: string
}

/** When a round kills its writer: some time after it began to open, was open, or had acknowledged. */
const moments = ['acknowledged', 'opening', 'acknowledged', 'open', 'acknowledged'] as const

/** Runs a writer and kills it. Returns what it had acknowledged by then. */
const runAndKill = (dir: string, pin: Pin, round: number): Promise<ReadonlyArray<Acknowledged>> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--no-warnings', WRITER, dir, JSON.stringify(pin), String(round)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const moment = moments[round % moments.length]!
    const after = moment === 'acknowledged' ? 1 + Math.floor(Math.random() * 400) : 1
    let out = ''
    let errors = ''
    let timer: NodeJS.Timeout | undefined
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString()
      const seen =
        moment === 'acknowledged'
          ? out.split('\n').length - 3
          : out.split('\n').filter((line) => line === moment).length
      if (seen >= after && timer === undefined)
        timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 12)
    })
    child.on('error', reject)
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') {
        reject(new Error(`the writer ended by itself: ${errors}`))
        return
      }
      // The last piece has no newline, or is empty.
      const lines = out.split('\n').slice(0, -1)
      const acknowledged = lines.flatMap((line) => {
        const [, first, entries, token] = /^(\d+) (\d+) (\S+)$/.exec(line) ?? []
        return token === undefined
          ? []
          : [{ first: Number(first), entries: Number(entries), token }]
      })
      resolve(acknowledged)
    })
  })

describe('a writer killed at any instant', () => {
  it(
    `has lost nothing it acknowledged, ${ROUNDS} times in a row on one log`,
    { timeout: 10_000 + ROUNDS * 5_000 },
    async () => {
      const { dir, remove } = scratchDir()
      const pin = await create(dir)
      const all: Array<Acknowledged> = []
      for (let round = 0; round < ROUNDS; round++) {
        all.push(...(await runAndKill(dir, pin, round)))
        // Every other time the next writer is the one that finds the store as the kill left it.
        if (round % 2 === 0) continue
        const { log, close } = await openLog(dir, pin)
        const report = await Effect.runPromise(log.verify())
        expect(report.problem).toBeNull()
        for (const { first, entries, token } of all) {
          expect(first + entries).toBeLessThanOrEqual(report.size)
          const entry = await Effect.runPromise(log.entry(first))
          expect(Buffer.from(entry!.bytes).includes(`"session":"${token}"`)).toBe(true)
        }
        // Nothing of an append that was cut off: calls are there whole, or not at all.
        const { byKind } = log.projected().statistics
        expect(byKind['DecisionMade']).toBe(byKind['HookReceived'])
        expect(byKind['ToolFinished']).toBe(byKind['HookReceived'])
        await close()
      }
      expect(all.length).toBeGreaterThan(ROUNDS)
      remove()
    },
  )
})
