// Holds the client's transcripts against the log: every call that ran and that the log holds no decision
// on is a gap, told once. What is known of a gap is in the log alone, so a crash in between leaves what is
// compared again, and finds then what was told.
//
//   read on ─▶ calls that ran, old enough ─▶ known? folded state, else the log ─▶ GapFound …, compared to here
//
// One comparison at a time: two at once would tell a gap twice.
import type { Draft } from '../../domain/event/envelope.ts'
import { GapFound, SessionUngated, TranscriptCompared } from '../../domain/event/event.ts'
import { comparedTo, isUngated } from '../../projections/compared.ts'
import { findOpenCall } from '../../projections/openCalls.ts'
import { isKnownSession } from '../../projections/sessions.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { agentsOf } from '../transcript/place.ts'
import { readSlice, START } from '../transcript/transcriptFile.ts'
import { readCallRecord } from '../../domain/gap/transcriptCalls.ts'
import * as Result from 'effect/Result'
import { type CallReader, makeCallReader, type RanCall } from './callReader.ts'
import { seenIn } from './seenCalls.ts'
import { namedUid } from '../files/named.ts'

export interface CompareOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'scan'> &
    Partial<Pick<WitnessLog['Service'], 'append'>>
  /** When the hooks were installed, as their record says; undefined where it does not say. */
  readonly installed: () => number | undefined
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** A session's transcript to compare. */
export interface Target {
  readonly session: string
  readonly file: string
}

/** A call that slipped past, as it is told. */
export interface Gap {
  readonly session: string
  readonly event: GapFound
}

export interface Comparison {
  /** Calls that ran and were judged. */
  readonly calls: number
  /** Found by this comparison: earlier ones are in the log. */
  readonly gaps: ReadonlyArray<Gap>
  readonly ungated: ReadonlyArray<string>
  /** Calls that ended too short a time ago to be judged. */
  readonly waiting: number
  /** Lines that could not be read. */
  readonly unread: number
  /** Since when calls count, epoch milliseconds; null where the hooks were never there. */
  readonly since: number | null
}

export interface Comparer {
  /**
   * `final`: the place that was reached is recorded, also where no gap was. Rejects where the log cannot
   * be read or written; then nothing was passed by.
   */
  readonly compare: (targets: Iterable<Target>, final: boolean) => Promise<Comparison>
  /** Lets go of what is held of a session. */
  readonly forget: (session: string) => void
}

/**
 * A call is judged when its result is so old: a hook that the client gave up waiting for may still be
 * witnessed until then. Milliseconds.
 */
export const SETTLED_MS = 15_000
/**
 * A session that was running when the hooks were installed has none until it is started anew; for so long
 * that is no gap. Milliseconds.
 */
export const RUNNING_ON_MS = 86_400_000
/** An entry may be so much older than the transcript's own time. Milliseconds. */
const CLOCK_MS = 3_600_000
/** Calls that are looked for in the log at once. */
const MOST_AT_ONCE = 20_000
/** Entries in one append. */
const MOST_APPENDED = 256
/** Sessions whose readers are kept; of more, those compared longest ago are read from the log's place. */
const MOST_KEPT = 64

interface Reading {
  readonly session: string
  readonly readers: Map<string, CallReader>
  /** Calls judged since that was recorded, by reader. */
  readonly judged: Map<CallReader, number>
}

interface Open {
  readonly reading: Reading
  readonly reader: CallReader
  readonly call: RanCall
  /** It was denied, and ran all the same. */
  readonly decision?: number
}

export const makeComparer = ({ log, installed, now }: CompareOptions): Comparer => {
  const kept = new Map<string, Reading>()
  let last: Promise<unknown> = Promise.resolve()

  const alone = <A>(work: () => Promise<A>): Promise<A> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }

  /** Before the log began or the hooks came nothing could be seen. */
  const sinceOf = (): number | undefined => {
    const { statistics, compared } = log.projected()
    const known = [installed(), compared.firstHook ?? undefined].filter((one) => one !== undefined)
    // A record that says a later time than the first hook would hide what ran in between.
    return known.length === 0 ? undefined : Math.max(statistics.oldest ?? 0, Math.min(...known))
  }

  const readingOf = ({ session, file }: Target): Reading => {
    let reading = kept.get(session)
    if (reading !== undefined && reading.readers.get('')?.file !== file) reading = undefined
    reading ??= { session, readers: new Map(), judged: new Map() }
    // The one that was used last stands last.
    kept.delete(session)
    kept.set(session, reading)
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!)
    const add = (agent: string | undefined, of: string): void => {
      if (reading.readers.has(agent ?? '')) return
      const from = comparedTo(log.projected().compared, session, agent) ?? START
      reading.readers.set(agent ?? '', makeCallReader(of, agent, from))
    }
    add(undefined, file)
    for (const one of agentsOf(file)) add(one.agent, one.file)
    return reading
  }

  const compare = async (targets: Iterable<Target>, final: boolean): Promise<Comparison> => {
    const since = sinceOf()
    const found = { calls: 0, gaps: [] as Array<Gap>, ungated: [] as Array<string> }
    let [waiting, unread] = [0, 0]
    const result = (): Comparison => ({ ...found, waiting, unread, since: since ?? null })
    if (since === undefined) return result()
    const isSettled = (at: number | undefined): boolean => {
      const age = at === undefined ? Infinity : now() - at
      // A time to come is nobody's: it must not put the judgement off.
      return age < 0 || age >= SETTLED_MS
    }
    let readings: Array<Reading> = []
    let open: Array<Open> = []

    const flush = async (): Promise<void> => {
      const [done, asked] = [readings, open]
      readings = []
      open = []
      await judge(done, asked, since, final, isSettled, found)
    }

    for (const target of targets) {
      const reading = readingOf(target)
      readings.push(reading)
      for (const reader of reading.readers.values()) {
        await reader.read()
        const calls = reader.take(isSettled)
        waiting += reader.waiting()
        unread += reader.unread()
        const counted = calls.filter(({ at }) => at === undefined || at >= since)
        found.calls += counted.length
        reading.judged.set(reader, (reading.judged.get(reader) ?? 0) + counted.length)
        const { calls: known } = log.projected()
        for (const call of counted) {
          const decided = findOpenCall(known, reading.session, call.useId)
          if (decided === undefined) open.push({ reading, reader, call })
          else if (decided.denied === true && decided.finished !== true)
            open.push({ reading, reader, call, decision: decided.decision })
        }
      }
      if (open.length >= MOST_AT_ONCE) await flush()
    }
    await flush()
    return result()
  }

  const judge = async (
    readings: ReadonlyArray<Reading>,
    open: ReadonlyArray<Open>,
    since: number,
    final: boolean,
    isSettled: (at: number | undefined) => boolean,
    found: { gaps: Array<Gap>; ungated: Array<string> },
  ): Promise<void> => {
    let settledAll = false
    try {
      const { sessions, compared } = log.projected()
      const strangers = readings.filter(({ session }) => !isKnownSession(sessions, session))
      const answered = strangers.filter((one) => {
        const at = answeredIn(one)
        return at !== undefined && at >= since && isSettled(at) && !isUngated(compared, one.session)
      })
      const asked = open.filter(({ decision }) => decision === undefined)
      const seen = await seenIn(log, {
        calls: new Set(asked.map(({ call }) => call.useId)),
        sessions: new Set([
          ...answered.map(({ session }) => session),
          ...asked
            .filter((one) => strangers.includes(one.reading))
            .map((one) => one.reading.session),
        ]),
        since: earliest(asked, answered) - CLOCK_MS,
      })
      const isExcused = excuses(since)
      for (const reading of readings) {
        const isStranger = strangers.includes(reading) && !seen.sessions.has(reading.session)
        const excused = isStranger && isExcused(reading)
        const ungated =
          isStranger &&
          answered.includes(reading) &&
          !(excused && (answeredIn(reading) ?? 0) < since + RUNNING_ON_MS)
        const gaps = open.filter(
          (one) =>
            one.reading === reading &&
            (one.decision !== undefined || !seen.calls.has(one.call.useId)) &&
            !(excused && (one.call.at ?? 0) < since + RUNNING_ON_MS),
        )
        const { drafts, placed } = draftsOf(reading, gaps, ungated, final)
        if (log.append !== undefined)
          for (let at = 0; at < drafts.length; at += MOST_APPENDED)
            await log.append(drafts.slice(at, at + MOST_APPENDED))
        for (const reader of placed) reading.judged.delete(reader)
        for (const { session, event } of drafts)
          if (event._tag === 'GapFound') found.gaps.push({ session: session!, event })
        if (ungated) found.ungated.push(reading.session)
      }
      settledAll = true
    } finally {
      // The store failed: the calls are judged again, and those that were told are then known.
      if (!settledAll)
        for (const { reading, reader, call } of open) {
          reader.giveBack([call])
          reading.judged.set(reader, Math.max(0, (reading.judged.get(reader) ?? 0) - 1))
        }
    }
  }

  const draftsOf = (
    reading: Reading,
    gaps: ReadonlyArray<Open>,
    ungated: boolean,
    final: boolean,
  ): { readonly drafts: ReadonlyArray<Draft>; readonly placed: ReadonlyArray<CallReader> } => {
    const { session, readers, judged } = reading
    const drafts: Array<Draft> = []
    const placed: Array<CallReader> = []
    if (ungated) {
      const at = answeredIn(reading)
      drafts.push({ session, event: new SessionUngated(at === undefined ? {} : { at }) })
    }
    const told = new Set<string>()
    for (const reader of readers.values()) {
      const { agent } = reader
      const of = agent === undefined ? {} : { agent }
      let count = 0
      for (const { reader: by, call, decision } of gaps) {
        // A transcript may hold a result twice.
        if (by !== reader || told.has(call.useId)) continue
        told.add(call.useId)
        count += 1
        const event = new GapFound({
          tool: call.tool,
          toolUseId: call.useId,
          ...(decision === undefined ? {} : { decision }),
          seenIn: 'transcript',
          ...of,
          ...(call.at === undefined ? {} : { at: call.at }),
        })
        drafts.push({ session, event })
      }
      const calls = judged.get(reader) ?? 0
      if (count === 0 && !(final && calls > 0)) continue
      const { offset, tail } = reader.place(now())
      const event = new TranscriptCompared({ ...of, calls, gaps: count, read: { offset, tail } })
      drafts.push({ session, event })
      placed.push(reader)
    }
    return { drafts, placed }
  }

  return {
    compare: (targets, final) => alone(() => compare(targets, final)),
    forget: (session) => void kept.delete(session),
  }
}

const answeredIn = ({ readers }: Reading): number | undefined => readers.get('')?.answered()

const earliest = (open: ReadonlyArray<Open>, answered: ReadonlyArray<Reading>): number => {
  let least = Infinity
  for (const { call } of open) least = Math.min(least, call.made ?? 0)
  for (const reading of answered) least = Math.min(least, answeredIn(reading) ?? 0)
  return least
}

const HEAD_MARKS = [Buffer.from('"timestamp"')]

/** Whether a session that the gate never heard of began before calls count. */
const excuses =
  (since: number) =>
  ({ readers }: Reading): boolean => {
    const file = readers.get('')?.file
    const slice = file === undefined ? 'missing' : readSlice(file, START, namedUid(), HEAD_MARKS)
    if (typeof slice === 'string') return false
    for (const { text } of slice.lines) {
      const record = readCallRecord(text)
      const at = Result.isSuccess(record) ? record.success?.at : undefined
      if (at !== undefined) return at < since
    }
    return false
  }
