// Looking for gaps, as a running control plane does it by itself, and as it is asked to: which
// transcripts, since when, and what is told of it.
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { GapLine, GapsFound, UngatedLine } from '../../domain/control/gaps.ts'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { comparedTo } from '../../projections/compared.ts'
import { clientDirsOf } from '../client/wiring.ts'
import { readWiringRecord } from '../client/wiringRecord.ts'
import { type Comparer, type Comparison, makeComparer, type Target } from '../gaps/compare.ts'
import { allTranscripts, folderOf } from '../gaps/transcripts.ts'
import { makeWatch, RECENT_MS, type Watch } from '../gaps/watch.ts'
import type { AppPaths } from '../paths.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { LevelWitness } from '../store/levelWitness.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { transcriptsDir } from '../transcript/place.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import type { SendItem } from './send.ts'

/** Listed at most. */
const MOST_LISTED = 1000
/** Transcripts between two progress reports. */
const AT_ONCE = 64

const recordOf = (paths: AppPaths) => Result.getOrUndefined(readWiringRecord(paths))

/** Where the client puts the transcripts of sessions that load our hooks. */
const isGatedIn =
  (paths: AppPaths) =>
  (folder: string): boolean => {
    const registrations = recordOf(paths)?.registrations ?? []
    if (registrations.length === 0 || registrations.some(({ scope }) => scope === 'user'))
      return true
    const name = path.basename(folder)
    return registrations.some((one) => one.scope === 'project' && folderOf(one.dir) === name)
  }

const comparerOf = (
  paths: AppPaths,
  log: Pick<WitnessLog['Service'], 'projected' | 'scan'> & Partial<WitnessLog['Service']>,
  now: () => number,
): Comparer => makeComparer({ log, installed: () => recordOf(paths)?.installed, now })

export interface Gaps {
  readonly compare: Comparer['compare']
  readonly watch: Watch
}

export interface GapsOptions {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
  readonly log: LevelWitness
  readonly now: () => number
  readonly onNotice: (line: string) => void
}

export const makeGaps = ({ paths, home, log, now, onNotice }: GapsOptions): Gaps => {
  const { compare } = comparerOf(paths, log, now)
  const watch = makeWatch({
    dirs: () => clientDirsOf(paths, home).map(transcriptsDir),
    isGated: isGatedIn(paths),
    compare,
    comparedTo: (session) => comparedTo(log.projected().compared, session, undefined)?.offset ?? 0,
    now,
    onFound: ({ gaps, ungated }) => {
      for (const session of ungated) onNotice(`session ${session} runs without the gate`)
      if (gaps.length > 0)
        onNotice(`${gaps.length} calls ran that the gate never saw: isonapse hook witness gaps`)
    },
    onNotice,
  })
  const unsubscribe = log.subscribe(({ event, session }) => {
    if (event._tag === 'HookReceived' && event.kind === 'session.end' && session !== null)
      watch.ended(session)
  })
  return {
    compare,
    watch: {
      ...watch,
      stop: async () => {
        unsubscribe()
        await watch.stop()
      },
    },
  }
}

export const witnessGaps = Effect.fn('witnessGaps')(function* (
  { session, all }: Params<'witness.gaps'>,
  context: ControlContext,
  send: SendItem,
): Effect.fn.Return<GapsFound, ControlFailure> {
  const { paths, home, log, running } = context
  const now = context.now()
  const isGated = isGatedIn(paths)
  const targets = allTranscripts(clientDirsOf(paths, home).map(transcriptsDir)).filter(
    (one) =>
      isGated(path.dirname(one.file)) &&
      (session === undefined
        ? all === true || now - one.changed < RECENT_MS
        : one.session.startsWith(session)),
  )
  const told = (one: Entry): boolean =>
    session === undefined
      ? all === true || now - one.time < RECENT_MS
      : (one.session ?? '').startsWith(session)
  const attempt = <A>(work: (signal: AbortSignal) => Promise<A>) =>
    Effect.tryPromise({
      try: work,
      catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
    })
  const { projected, scan } = log
  const compare =
    running?.gaps.compare ?? comparerOf(paths, { projected, scan }, context.now).compare
  const found = yield* attempt((signal) => compared(targets, compare, send, signal))
  const listed = yield* attempt((signal) =>
    listedIn(log, told, session === undefined && all !== true ? now - RECENT_MS : 0, signal),
  )
  if (session !== undefined && targets.length + listed.gaps.length + listed.ungated.length === 0)
    return yield* noSuchSession(session)
  const recorded = running !== null
  const unrecorded = recorded ? [] : found.gaps.map(({ session, event }) => lineOf(session, event))
  const gaps = [...unrecorded, ...listed.gaps]
  return {
    since: found.since,
    now,
    transcripts: targets.length,
    calls: found.calls,
    found: found.gaps.length,
    waiting: found.waiting,
    unread: found.unread,
    recorded,
    gaps: gaps.slice(0, MOST_LISTED),
    gapsInAll: gaps.length,
    ungated: [
      ...(recorded ? [] : found.ungated.map((one) => ({ index: null, session: one, time: null }))),
      ...listed.ungated,
    ].slice(0, MOST_LISTED),
  }
})

const compared = async (
  targets: ReadonlyArray<Target>,
  compare: Comparer['compare'],
  send: SendItem,
  signal: AbortSignal,
): Promise<Comparison> => {
  let sum = await compare([], true)
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    signal.throwIfAborted()
    const one = await compare(targets.slice(at, at + AT_ONCE), true)
    sum = {
      calls: sum.calls + one.calls,
      gaps: [...sum.gaps, ...one.gaps],
      ungated: [...sum.ungated, ...one.ungated],
      waiting: sum.waiting + one.waiting,
      unread: sum.unread + one.unread,
      since: one.since,
    }
    const done = Math.min(targets.length, at + AT_ONCE)
    if (targets.length > AT_ONCE)
      await send({ progress: { done, total: targets.length, what: 'transcripts compared' } })
  }
  return sum
}

const TOLD = /^\{"event":\{"_tag":"(?:GapFound|SessionUngated)"/

/** What the log says of gaps, the latest first. */
const listedIn = async (
  log: Pick<WitnessLog['Service'], 'scan'>,
  isAsked: (entry: Entry) => boolean,
  since: number,
  signal: AbortSignal,
): Promise<{
  readonly gaps: ReadonlyArray<GapLine>
  readonly ungated: ReadonlyArray<UngatedLine>
}> => {
  const gaps: Array<GapLine> = []
  const ungated: Array<UngatedLine> = []
  for await (const slice of log.scan({ reverse: true })) {
    signal.throwIfAborted()
    for (const { bytes } of slice) {
      if (!TOLD.test(Buffer.from(bytes.subarray(0, 48)).toString('latin1'))) continue
      const entry = Result.getOrUndefined(decodeEntry(bytes))
      if (entry === undefined || !isAsked(entry)) continue
      const { event, index, time } = entry
      const session = entry.session ?? ''
      if (event._tag === 'GapFound')
        gaps.push({ ...lineOf(session, event), index, time: event.at ?? time })
      if (event._tag === 'SessionUngated') ungated.push({ index, session, time: event.at ?? time })
    }
    const last = slice.at(-1)
    const oldest = last === undefined ? undefined : Result.getOrUndefined(decodeEntry(last.bytes))
    // Times go with indexes but for changes of the clock.
    if (oldest !== undefined && oldest.time < since - RECENT_MS) break
  }
  return { gaps, ungated }
}

const lineOf = (session: string, event: Comparison['gaps'][number]['event']): GapLine => ({
  index: null,
  session,
  tool: event.tool,
  toolUseId: event.toolUseId,
  agent: event.agent ?? null,
  time: event.at ?? null,
  seenIn: event.seenIn,
  decision: event.decision ?? null,
})

const noSuchSession = (asked: string): ControlFailure =>
  new ControlFailure({
    kind: 'no-such-session',
    message: `the client has no transcript of a session that begins with ${JSON.stringify(asked.slice(0, 64))}, and the log no gap of one`,
    remedy: 'isonapse hook witness gaps --all',
    exit: 1,
  })
