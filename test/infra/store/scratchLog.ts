// Logs in temporary folders for tests: made, opened, closed and thrown away.
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Scope from 'effect/Scope'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Action, Capability } from '../../../src/domain/action/action.ts'
import type { Draft } from '../../../src/domain/event/envelope.ts'
import {
  DecisionMade,
  HookReceived,
  ModeChanged,
  ToolFinished,
} from '../../../src/domain/event/event.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { ed25519Signer } from '../../../src/infra/crypto/nodeCrypto.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { createLog } from '../../../src/infra/store/createLog.ts'
import {
  type LevelWitness,
  makeLevelWitness,
  type WitnessNotice,
  type WriteOptionsOfLog,
} from '../../../src/infra/store/levelWitness.ts'

export const ORIGIN = 'isonapse.test/log'
export const SIGNER = ed25519Signer(new Uint8Array(32).fill(7))

/** Milliseconds that count up, so that a test's log has the same bytes every time. */
export const tickingClock = (from = 1_760_000_000_000): (() => number) => {
  let now = from
  return () => now++
}

export const scratchDir = (): { readonly dir: string; readonly remove: () => void } => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-store-'))
  return {
    dir: path.join(root, 'witness'),
    remove: () => fs.rmSync(root, { recursive: true, force: true }),
  }
}

export const create = async (
  dir: string,
  options: { readonly authority?: string | null; readonly now?: () => number } = {},
): Promise<Pin> => {
  const { identity } = await Effect.runPromise(
    createLog({
      dir,
      signer: SIGNER,
      origin: ORIGIN,
      authority: options.authority ?? null,
      engine: 'test',
      now: options.now ?? tickingClock(),
    }),
  )
  return identity
}

export interface OpenLog {
  readonly log: LevelWitness
  readonly close: () => Promise<void>
}

/** Opens for writing; rejects with the failure itself. Timers are out of the way unless asked for. */
export const openLog = async (
  dir: string,
  identity: Pin,
  options: Partial<WriteOptionsOfLog> = {},
): Promise<OpenLog> => {
  const scope = Effect.runSync(Scope.make())
  const open = makeLevelWitness({
    dir,
    identity,
    writable: true,
    signer: SIGNER,
    durability: () => 'os',
    checkpointEvery: () => ({ idleMs: 3_600_000, dirtyMs: 3_600_000 }),
    now: tickingClock(1_760_000_001_000),
    ...options,
  })
  const log = await Effect.runPromise(open.pipe(Scope.provide(scope)))
  return { log, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

export const readLog = async (
  dir: string,
  identity: Pin,
  onNotice: (notice: WitnessNotice) => void = () => {},
): Promise<OpenLog> => {
  const scope = Effect.runSync(Scope.make())
  const open = makeLevelWitness({ dir, identity, writable: false, onNotice })
  const log = await Effect.runPromise(open.pipe(Scope.provide(scope)))
  return { log, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

const DIGEST = 'ab'.repeat(32) as Digest

/** What one tool call leaves in the log, as a real one would: the call, its decision, its end. */
export const callDrafts = (n: number, payload = 'AAAA'.repeat(100)): ReadonlyArray<Draft> => {
  const session = `session-${n % 5}`
  const toolUseId = `toolu_${n}`
  return [
    {
      session,
      event: new HookReceived({
        name: 'PreToolUse',
        kind: 'tool.before',
        tool: 'Bash',
        toolUseId,
        permissionMode: 'default',
        cwd: { project: '' },
        project: { home: 'work/thing' },
        payload: { key: session, nonce: 'AAAAAAAAAAAAAAAA', bytes: 300, data: payload },
      }),
    },
    {
      session,
      event: new DecisionMade({
        toolUseId,
        verdict: n % 7 === 0 ? 'deny' : 'permit',
        enforced: n % 2 === 0,
        receipt: {
          v: 1,
          engine: 'test',
          event: 'PreToolUse',
          action: { tool: 'Bash', origin: 'builtin', capabilities: [], effects: [] },
          observed: { cwd: { project: '' }, links: [] },
          policy: DIGEST,
          mode: 'enforce',
          posture: 'interactive',
          state: { suspended: false },
          verdict: n % 7 === 0 ? 'deny' : 'permit',
          rules: ['default.exec'],
        },
        receiptDigest: DIGEST,
        inputTag: 'cd'.repeat(16),
      }),
    },
    { session, event: new ToolFinished({ tool: 'Bash', toolUseId, outcome: 'finished' }) },
  ]
}

/** Writes a file; every other one of the network's. */
const fetches = (n: number): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: ['tool:Bash:curl' as Capability],
  effects: [
    ...(n % 2 === 0
      ? [{ kind: 'net.fetch', target: { host: 'a.example' }, certainty: 'certain', of: 0 } as const]
      : []),
    {
      kind: 'fs.write',
      target: { path: { project: `d${n % 9}/f${n}.sh` }, zone: 'project' },
      certainty: 'certain',
      by: 'curl',
      of: 0,
    },
  ],
})

/** As callDrafts(), of a call that every projection takes something from. */
export const fetchDrafts = (n: number, payload?: string): ReadonlyArray<Draft> =>
  callDrafts(n, payload).map(({ session, event }) => {
    if (event._tag !== 'DecisionMade') return { session, event }
    const { receipt } = event
    const state = { suspended: false, ...(n % 3 === 0 ? { rates: { fetches: n } } : {}) }
    const fetched = { ...receipt, action: fetches(n), state }
    return { session, event: new DecisionMade({ ...event, receipt: fetched }) }
  })

export const modeDraft = (to: 'profile' | 'enforce'): Draft => ({
  session: null,
  event: new ModeChanged({ from: to === 'enforce' ? 'profile' : 'enforce', to }),
})
