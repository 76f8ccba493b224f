// Follows the transcripts of the sessions that are at work, their subagents' too, and charges each new
// message within a fifth of a second. Hook events tell it which; between them the files' sizes are asked
// for. What was charged and how far was read is known from the log alone, never from a file of its own.
//
//   line ─▶ chargeLines, against what the log holds ─▶ one batch: CostCharged …, read to here
//
// A crash before the batch leaves the place before it, and the lines are read again; after it they are
// known messages. One batch at a time over all sessions: a fork repeats the messages of another.
import { inDollars } from '../../domain/cost/money.ts'
import type { Prices } from '../../domain/cost/prices.ts'
import { isReported } from '../../domain/cost/reconcile.ts'
import { CostReconciled, CostUnread } from '../../domain/event/event.ts'
import { spendOf } from '../../projections/budgets.ts'
import { readTo } from '../../projections/charges.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { chargeLines } from './chargeLines.ts'
import { agentsDir, agentsOf, transcriptOf } from './place.ts'
import { type NoSlice, type Position, readSlice, type Slice, START } from './transcriptFile.ts'
import { named, namedUid } from '../files/named.ts'

export interface FollowerOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  /** The client's folders of transcripts, absolute. */
  readonly dirs: () => ReadonlyArray<string>
  readonly prices: () => Prices
  /** Epoch milliseconds. */
  readonly now: () => number
  /** One line for the operator's log. */
  readonly onNotice: (line: string) => void
}

export interface Follower {
  /** A session's event: its transcript is followed from now on, for a while. */
  readonly seen: (session: string, transcript: string | undefined) => void
  /** Resolves when all that the session's transcripts hold now is charged. Never rejects. */
  readonly catchUp: (session: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Files are looked at this often: what is written in between shares an append. Milliseconds. */
const EVERY_MS = 150
/** A session that neither told nor wrote anything for so long is let go until its next event. */
const IDLE_MS = 900_000
/** A subagent's file that did not grow for so long is only looked at now and then. */
const QUIET_MS = 30_000
const SWEEP_TICKS = 30
const RETRY_TICKS = 7
/** Two files may be made at what the file system takes for one time. Milliseconds. */
const ONE_TIME_MS = 2000
/** Sessions followed at once; of more, those silent for longest wait for their next event. */
const MOST_SESSIONS = 64
/** Where the client keeps its transcripts is asked for this often at most. Milliseconds. */
const DIRS_MS = 5000

interface FollowedFile {
  readonly agent: string | undefined
  readonly file: string
  position: Position
  /** Of the file when it was looked at last. */
  stamp: string
  /** Its stamp before it was last read to its end. */
  done: string
  grew: number
  /** The latest time that a record had: what stands for one that has none. */
  at: number | undefined
  problem: NoSlice | undefined
}

interface Followed {
  readonly session: string
  readonly main: FollowedFile
  readonly agents: Map<string, FollowedFile>
  /** The folder of the subagents' transcripts, and its stamp when it was looked at and when it was listed. */
  readonly folder: string
  folderStamp: string
  listed: string
  active: number
  running: Promise<void> | undefined
  again: boolean
  failed: boolean
  /** The client's total that was read last and not yet compared. */
  total: number | undefined
}

export const makeFollower = (options: FollowerOptions): Follower => {
  const { log, now, onNotice } = options
  const sessions = new Map<string, Followed>()
  const uid = namedUid()
  let timer: NodeJS.Timeout | undefined
  let dirs = { at: -DIRS_MS, all: new Array<string>() }
  let ticks = 0
  const life = { stopped: false }
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other, whatever became of the one before. */
  const alone = <A>(work: () => Promise<A>): Promise<A> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }

  const fileOf = (session: string, agent: string | undefined, file: string): FollowedFile => ({
    agent,
    file,
    position: readTo(log.projected().charges, session, agent) ?? START,
    stamp: '',
    done: '',
    grew: performance.now(),
    at: undefined,
    problem: undefined,
  })

  const seen = (session: string, transcript: string | undefined): void => {
    if (life.stopped) return
    const known = sessions.get(session)
    if (known !== undefined) {
      known.active = performance.now()
      return
    }
    const at = performance.now()
    if (at - dirs.at > DIRS_MS) dirs = { at, all: [...options.dirs()] }
    const file = dirs.all
      .map((dir) => transcriptOf(transcript, session, dir))
      .find((one) => one !== undefined)
    if (file === undefined) return
    if (sessions.size >= MOST_SESSIONS) letGo()
    sessions.set(session, {
      session,
      main: fileOf(session, undefined, file),
      agents: new Map(),
      folder: agentsDir(file),
      folderStamp: '',
      listed: '',
      active: performance.now(),
      running: undefined,
      again: false,
      failed: false,
      total: undefined,
    })
    timer ??= setInterval(tick, EVERY_MS).unref()
  }

  const letGo = (): void => {
    const [oldest] = [...sessions.values()]
      .filter(({ running }) => running === undefined)
      .sort((a, b) => a.active - b.active)
    if (oldest !== undefined) sessions.delete(oldest.session)
  }

  const tick = (): void => {
    ticks += 1
    const at = performance.now()
    for (const one of sessions.values()) {
      if (isChanged(one, at)) one.active = at
      else if (!one.failed || ticks % RETRY_TICKS !== 0) {
        if (at - one.active > IDLE_MS && one.running === undefined) sessions.delete(one.session)
        continue
      }
      void read(one)
    }
    if (sessions.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /** Whether any of its files is another than when it was looked at last. */
  const isChanged = (one: Followed, at: number): boolean => {
    let changed = looked(one.main, at)
    const folder = stampOf(one.folder).stamp
    if (folder !== one.folderStamp) {
      one.folderStamp = folder
      changed = true
    }
    for (const agent of one.agents.values())
      if (at - agent.grew < QUIET_MS || ticks % SWEEP_TICKS === 0)
        changed = looked(agent, at) || changed
    return changed
  }

  const read = (one: Followed): Promise<void> => {
    if (one.running !== undefined) {
      // What is under way may have passed by what was written since.
      one.again = true
      return one.running
    }
    one.running = readAll(one)
    return one.running
  }

  const readAll = async (one: Followed): Promise<void> => {
    try {
      do {
        one.again = false
        await readFile(one, one.main)
        list(one)
        for (const agent of one.agents.values()) await readFile(one, agent)
        await reconcile(one)
      } while (one.again && !life.stopped)
      one.failed = false
    } catch (error) {
      // The store; nothing was passed by, and it is tried again.
      if (!one.failed) onNotice(`costs of session ${one.session} wait: ${String(error)}`)
      one.failed = true
    } finally {
      one.running = undefined
    }
  }

  /** Takes in the subagents that are new. */
  const list = (one: Followed): void => {
    const { stamp, changed } = stampOf(one.folder)
    if (stamp === one.listed && Date.now() - changed > ONE_TIME_MS) return
    one.listed = stamp
    if (stamp === '') return
    for (const { agent, file } of agentsOf(one.main.file))
      if (!one.agents.has(agent)) one.agents.set(agent, fileOf(one.session, agent, file))
  }

  const readFile = async (one: Followed, of: FollowedFile): Promise<void> => {
    // A session may have hundreds of subagents, of which few still write.
    const { stamp } = stampOf(of.file)
    if (stamp !== '' && stamp === of.done) return
    for (;;) {
      const slice = readSlice(of.file, of.position, uid)
      if (typeof slice === 'string') {
        if (slice !== of.problem && slice !== 'missing')
          onNotice(`a transcript of session ${one.session} is not read: ${slice}`)
        of.problem = slice
        return
      }
      if (slice.lines.length > 0 || slice.tooLong) await alone(() => charge(one, of, slice))
      of.position = slice.end
      if (!slice.more || life.stopped) {
        if (!slice.more) of.done = stamp
        return
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  const charge = async (one: Followed, of: FollowedFile, slice: Slice): Promise<void> => {
    const { session } = one
    const { agent } = of
    const { charges, budgets } = log.projected()
    const found = chargeLines(slice.lines, {
      session,
      agent,
      state: charges,
      prices: options.prices(),
      now: now(),
      at: of.at,
    })
    const told = spendOf(budgets, session)?.unread ?? []
    const unread = [...found.unread, ...(slice.tooLong ? (['too-long'] as const) : [])]
    const events = [
      ...unread
        .filter((code) => !told.includes(code))
        .map((code) => new CostUnread({ code, ...(agent === undefined ? {} : { agent }) })),
      ...found.charges,
    ]
    if (events.length > 0) await log.append(events.map((event) => ({ session, event })))
    of.at = found.at
    one.total = found.total ?? one.total
  }

  const reconcile = async (one: Followed): Promise<void> => {
    const { session, total } = one
    if (total === undefined) return
    await alone(async () => {
      const spend = spendOf(log.projected().budgets, session)
      const charged = spend?.sum ?? 0
      if (spend?.client?.sum === total && spend.client.charged === charged) return
      await log.append([{ session, event: new CostReconciled({ client: total, charged }) }])
      if (isReported(total, charged))
        onNotice(
          `session ${session}: ${inDollars(charged)} was charged, the client says ${inDollars(total)}`,
        )
    })
    one.total = undefined
  }

  return {
    seen,
    catchUp: async (session) => {
      const one = sessions.get(session)
      if (one !== undefined && !life.stopped) await read(one)
    },
    stop: async () => {
      life.stopped = true
      clearInterval(timer)
      await Promise.all([...sessions.values()].map(({ running }) => running))
    },
  }
}

interface Stamp {
  /** Empty where there is no file. */
  readonly stamp: string
  /** Epoch milliseconds. */
  readonly changed: number
}

const NO_STAMP: Stamp = { stamp: '', changed: 0 }

/** What a file is known again by while nothing changes it; an empty stamp where it is not there. */
export const stampOf = (file: string): Stamp => {
  try {
    const stat = named.lstatSync(file, { throwIfNoEntry: false })
    return stat === undefined
      ? NO_STAMP
      : { stamp: `${stat.ino}:${stat.size}:${stat.mtimeMs}`, changed: stat.mtimeMs }
  } catch {
    return NO_STAMP
  }
}

const looked = (of: FollowedFile, at: number): boolean => {
  const { stamp } = stampOf(of.file)
  if (stamp === of.stamp) return false
  of.stamp = stamp
  of.grew = at
  return true
}
