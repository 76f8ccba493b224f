// The vault's methods. A value leaves only after the log says so, on the disk; what is destroyed is
// never asked for from inside the client.
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import type { SessionFigures, VaultFigures } from '../../domain/control/vault.ts'
import { VaultExported, VaultRevealed } from '../../domain/event/event.ts'
import { isToken } from '../../domain/vault/row.ts'
import { type VaultSession, vaultSessions } from '../../projections/vault.ts'
import { FileFailure } from '../files/failure.ts'
import { collectPayloadKeys } from '../keys/collectPayloadKeys.ts'
import { KeyFailure } from '../keys/keyFile.ts'
import { vaultKeyFile, vaultKeysDir } from '../keys/vaultKeyFiles.ts'
import { slices } from '../store/slices.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { Value } from '../vault/Vault.ts'
import type { Change } from './changes.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { fromInside as asksFromInside } from './asking.ts'
import type { SendItem } from './send.ts'

/** Sessions listed. */
const MOST_LISTED = 50
/** Younger than this no session counts as silent, whatever is asked for: its calls may be under way. */
const SILENT_MS = 3_600_000

export const vaultStats = (
  { session: asked }: Params<'vault.stats'>,
  context: ControlContext,
): Effect.Effect<ResultOf<'vault.stats'>, ControlFailure> =>
  Effect.suspend(() => {
    const { log, paths, now } = context
    const all = latestFirst(context)
    const sessions = asked === undefined ? all : all.filter(([id]) => id.startsWith(asked))
    if (asked !== undefined && sessions.length === 0) return Effect.fail(noSuchSession(asked))
    const exact = sessions.find(([id]) => id === asked)
    const shown = exact === undefined ? sessions : [exact]
    return Effect.succeed({
      now: now(),
      store: paths.witnessDir,
      keys: vaultKeysDir(paths.keysDir),
      sessions: shown.slice(0, MOST_LISTED).map(([id, one]) => figuresOf(id, one, paths.keysDir)),
      sessionsInAll: log.projected().vault.count,
      ...sumOf(shown.map(([, one]) => one)),
    })
  })

const latestFirst = ({ log }: ControlContext) =>
  [...vaultSessions(log.projected().vault)].sort(([, a], [, b]) => b.seen - a.seen)

const figuresOf = (session: string, one: VaultSession, keysDir: string): SessionFigures => {
  const { generation, rows, types, lookups, hits, used } = one
  const file = vaultKeyFile(keysDir, session, Math.max(0, generation))
  return {
    session,
    generation: Math.max(0, generation),
    rows,
    types,
    lookups,
    hits,
    ratio: ratioOf(hits, lookups),
    used: used === 0 ? null : used,
    keyFile: fs.existsSync(file) ? file : null,
  }
}

const sumOf = (all: ReadonlyArray<VaultSession>): VaultFigures => {
  const types: Record<string, number> = {}
  let [rows, lookups, hits] = [0, 0, 0]
  for (const one of all) {
    rows += one.rows
    lookups += one.lookups
    hits += one.hits
    for (const [type, n] of Object.entries(one.types))
      types[type] = (Object.hasOwn(types, type) ? types[type]! : 0) + n
  }
  return { rows, types, lookups, hits, ratio: ratioOf(hits, lookups) }
}

const ratioOf = (hits: number, lookups: number): number | null =>
  lookups === 0 ? null : hits / lookups

/** What revealing a token would write, where it can be revealed at all. */
export const draftReveal = (
  { token, session }: Params<'vault.reveal'>,
  context: ControlContext,
): Effect.Effect<Change, ControlFailure> =>
  Effect.map(found(token, session, context), (one) => ({
    event: new VaultRevealed({ token }),
    chunks: [],
    session: one.session,
  }))

/** After the log has it. */
export const revealed = (
  { token, session }: Params<'vault.reveal'>,
  index: number | null,
  context: ControlContext,
): Effect.Effect<ResultOf<'vault.reveal'>, ControlFailure> =>
  Effect.map(found(token, session, context), ({ session, type, value }) => ({
    session,
    token,
    type,
    plaintext: value,
    index: index ?? -1,
  }))

const found = (
  token: string,
  asked: string | undefined,
  context: ControlContext,
): Effect.Effect<Value & { readonly session: string }, ControlFailure> =>
  attempt(context, async () => {
    if (!isToken(token)) throw notAToken(token)
    const session =
      asked === undefined
        ? await context.vault.sessionOf(token)
        : (sessionsThatBegin(asked, context)[0] ?? asked)
    const value =
      session === undefined ? undefined : (await context.vault.of(session)).valueOf(token)
    if (session === undefined || value === undefined) throw unknownToken(token)
    return { session, ...value }
  })

export const draftExport = (
  { session }: Params<'vault.export'>,
  context: ControlContext,
): Effect.Effect<Change, ControlFailure> =>
  attempt(context, async () => {
    const sessions = exportedSessions(session, context)
    let rows = 0
    const breath = slices()
    for (const one of sessions)
      for (const _ of await context.vault.valuesOf(one)) {
        rows += 1
        if (breath.spent()) await breath.rest()
      }
    if (rows === 0) throw nothingToExport
    return {
      event: new VaultExported({ rows }),
      chunks: [],
      session: session === undefined ? null : sessions[0]!,
    }
  })

/** After the log has it: values go out as the vault opens them, at the caller's own pace. */
export const exported = (
  { session }: Params<'vault.export'>,
  index: number | null,
  context: ControlContext,
  send: SendItem,
): Effect.Effect<ResultOf<'vault.export'>, ControlFailure> =>
  attempt(context, async (signal) => {
    let rows = 0
    let sessions = 0
    for (const one of exportedSessions(session, context)) {
      let any = false
      for (const { token, type, value } of await context.vault.valuesOf(one)) {
        signal.throwIfAborted()
        await send({ row: { session: one, token, type, plaintext: value } })
        any = true
        rows += 1
      }
      if (any) sessions += 1
    }
    return { rows, sessions, index: index ?? -1 }
  })

const exportedSessions = (
  asked: string | undefined,
  context: ControlContext,
): ReadonlyArray<string> => {
  if (asked === undefined) return latestFirst(context).map(([id]) => id)
  const [session] = sessionsThatBegin(asked, context)
  if (session === undefined) throw noSuchSession(asked)
  return [session]
}

export const vaultGc = Effect.fn('vaultGc')(function* (
  { ttlMs, payloads = false, dryRun = false, pid }: Params<'vault.gc'>,
  context: ControlContext,
  send: SendItem,
): Effect.fn.Return<ResultOf<'vault.gc'>, ControlFailure> {
  if (!dryRun) {
    yield* requireRunning(context)
    if (asksFromInside(pid, context)) return yield* fromInside
  }
  const { vault, log, keys, paths, now } = context
  // At 0 nothing is spared, what is used at this moment least.
  const before = ttlMs === 0 ? now() + 1 : now() - ttlMs
  const done = yield* attempt(context, async (signal) => {
    // A file that holds a token whose value is gone would hold it for good.
    if (!dryRun) await context.running?.fillFiles()
    return vault.collect({
      before,
      dryRun,
      signal,
      onProgress: (at, total) =>
        send({ progress: { done: at, total, what: 'sessions looked through' } }),
    })
  })
  const payloadKeys = payloads
    ? yield* Effect.mapError(
        collectPayloadKeys({
          keysDir: paths.keysDir,
          log,
          keys,
          before: Math.min(before, now() - SILENT_MS),
          dryRun,
        }),
        controlFailureOf,
      )
    : null
  return { dryRun, ...done, payloadKeys }
})

const sessionsThatBegin = (asked: string, context: ControlContext): ReadonlyArray<string> => {
  const ids = latestFirst(context).map(([id]) => id)
  return ids.includes(asked) ? [asked] : ids.filter((id) => id.startsWith(asked))
}

const attempt = <A>(
  { paths }: ControlContext,
  work: (signal: AbortSignal) => Promise<A>,
): Effect.Effect<A, ControlFailure> =>
  Effect.tryPromise({
    try: work,
    catch: (error) => {
      if (error instanceof ControlFailure) return error
      if (error instanceof KeyFailure || error instanceof FileFailure)
        return controlFailureOf(error)
      return controlFailureOf(storeFailure(paths.witnessDir, error))
    },
  })

const failure = (kind: string, message: string, remedy: string, exit: 1 | 2 = 1) =>
  new ControlFailure({ kind, message, remedy, exit })

const notAToken = (text: string) =>
  failure(
    'usage',
    `${JSON.stringify(text.slice(0, 60))} is no token of the vault`,
    'a token reads [PII_ and 32 hexadecimal digits], quoted for the shell',
    2,
  )

const unknownToken = (token: string) =>
  failure(
    'unknown-token',
    `nothing is known of ${token}: it was collected, had no room in the vault, or is of another log`,
    'isonapse hook vault stats   (lists the sessions)',
  )

const noSuchSession = (asked: string) =>
  failure(
    'no-such-session',
    `no session that begins with ${JSON.stringify(asked.slice(0, 64))} has anything in the vault`,
    'isonapse hook vault stats   (lists the sessions)',
  )

const nothingToExport = failure(
  'empty',
  'the vault holds nothing that could be exported',
  'isonapse hook vault stats   (lists the sessions)',
)

const fromInside = failure(
  'denied',
  'the request to destroy keys comes from inside Claude Code',
  'run the command yourself, in a terminal of your own',
  2,
)
