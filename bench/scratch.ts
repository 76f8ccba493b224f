// A log in a temporary folder for a benchmark, and the row format all benchmarks share.
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Scope from 'effect/Scope'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { ed25519Signer } from '../src/infra/crypto/nodeCrypto.ts'
import type { Pin } from '../src/infra/keys/identity.ts'
import { createLog } from '../src/infra/store/createLog.ts'
import {
  type LevelWitness,
  makeLevelWitness,
  type WriteOptionsOfLog,
} from '../src/infra/store/levelWitness.ts'
import { sampleHook } from './sampleHook.ts'

export interface BenchRow {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the value must reach: at most it when the unit is a time or a size, else at least. */
  readonly target?: number
}

const signer = ed25519Signer(new Uint8Array(32).fill(9))

export interface ScratchLog {
  readonly dir: string
  readonly pin: Pin
  readonly open: (options?: Partial<WriteOptionsOfLog>) => Promise<OpenedLog>
  readonly remove: () => void
}

export interface OpenedLog {
  readonly log: LevelWitness
  readonly close: () => Promise<void>
}

export const scratchLog = async (): Promise<ScratchLog> => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-bench-'))
  const dir = path.join(root, 'witness')
  const now = (): number => Date.now()
  const create = createLog({
    dir,
    signer,
    origin: 'bench/log',
    authority: null,
    engine: 'bench',
    now,
  })
  const { identity: pin } = await Effect.runPromise(create)
  const open: ScratchLog['open'] = async (options = {}) => {
    const scope = Effect.runSync(Scope.make())
    const made = makeLevelWitness({
      dir,
      identity: pin,
      writable: true,
      signer,
      durability: () => 'os',
      checkpointEvery: () => ({ idleMs: 2000, dirtyMs: 60_000 }),
      now,
      ...options,
    })
    const log = await Effect.runPromise(made.pipe(Scope.provide(scope)))
    return { log, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
  }
  return { dir, pin, open, remove: () => fs.rmSync(root, { recursive: true, force: true }) }
}

/** Appends `events` sample hook events from `writers` at once, each waiting for its own. */
export const appendEvents = async (
  log: LevelWitness,
  events: number,
  writers: number,
  from = 0,
): Promise<void> => {
  let next = from
  const writer = async (): Promise<void> => {
    while (next < from + events) await log.append(sampleHook(next++))
  }
  await Promise.all(Array.from({ length: writers }, writer))
}

/** Value of `--name N` on the command line. */
export const flag = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  const value = at < 0 ? fallback : Number(process.argv[at + 1])
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number`)
  return value
}

/** Runs a benchmark when its file is the program, and prints its rows. */
export const runAlone = async (
  meta: ImportMeta,
  bench: () => Promise<ReadonlyArray<BenchRow>>,
): Promise<void> => {
  if (!meta.main) return
  const rows = await bench()
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
  else
    for (const { name, value, unit, target } of rows)
      console.log(
        `${name.padEnd(48)} ${String(value).padStart(10)} ${unit.padEnd(10)}${target === undefined ? '' : ` (target ${target})`}`,
      )
}
