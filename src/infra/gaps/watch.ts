// Notices transcripts that grow, whether the gate hears of their session or not: a session that runs
// without hooks tells it nothing. The files' sizes are asked for every few seconds; there is nothing to
// rely on that would tell (fs.watch does not see appends below a folder on every platform).
import { slices } from '../store/slices.ts'
import { stampOf } from '../transcript/follower.ts'
import { agentsDir, agentsOf } from '../transcript/place.ts'
import { SETTLED_MS, type Comparer, type Comparison, type Target } from './compare.ts'
import { lookAt, MOST_TRANSCRIPTS, projectFolders, transcriptsIn } from './transcripts.ts'

export interface WatchOptions {
  /** The client's folders of transcripts, absolute. */
  readonly dirs: () => ReadonlyArray<string>
  /** Whether sessions that began in this folder of transcripts are to be gated. */
  readonly isGated: (folder: string) => boolean
  readonly compare: Comparer['compare']
  /** How far the log has compared a session's transcript already, in bytes. */
  readonly comparedTo: (session: string) => number
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly onFound: (found: Comparison) => void
  /** One line for the operator's log. */
  readonly onNotice: (line: string) => void
}

export interface Watch {
  /** The session ended: its transcripts are compared when the last call can be judged. */
  readonly ended: (session: string) => void
  /** Looks once. Never rejects. */
  readonly look: () => Promise<void>
  readonly stop: () => Promise<void>
}

const EVERY_MS = 5000
/** Transcripts that did not change for a day are looked at only each so many looks. */
const SWEEP_LOOKS = 12
const DAY_MS = 86_400_000
/** Subagents go on writing while the session's own transcript may stand still. */
const WITH_AGENTS_MS = 3_600_000
/** A transcript that grew no more for so long is compared for the record. */
const QUIET_MS = 60_000
/** At the start, what changed since then is compared. */
export const RECENT_MS = 7 * DAY_MS
const MOST_AT_START = 256
/** Compared in one go: in between the control plane may end. */
const AT_ONCE = 8

interface Watched {
  readonly target: Target
  changed: number
  stamp: string
  /** When it is to be compared, and when for the record; by the clock that nobody sets. */
  due: number | undefined
  final: number | undefined
}

export const makeWatch = (options: WatchOptions): Watch => {
  const { now, compare, onNotice } = options
  const watched = new Map<string, Watched>()
  const folders = new Map<string, string>()
  let looks = 0
  let running: Promise<void> | undefined
  let stopped = false
  let failed = false

  /** Takes in what is new in folders that changed. */
  const list = async (): Promise<void> => {
    const slice = slices()
    for (const folder of projectFolders(options.dirs())) {
      const { stamp } = stampOf(folder)
      if (folders.get(folder) === stamp || !options.isGated(folder)) continue
      folders.set(folder, stamp)
      if (slice.spent()) await slice.rest()
      for (const { session, file, size, changed } of transcriptsIn(folder)) {
        if (watched.has(file) || watched.size >= MOST_TRANSCRIPTS) continue
        const one: Watched = {
          target: { session, file },
          changed,
          stamp: '',
          due: undefined,
          final: undefined,
        }
        one.stamp = contentOf(one)
        watched.set(file, one)
        const isNew = looks > 0 || now() - changed < RECENT_MS
        if (isNew && size !== options.comparedTo(session)) mark(one)
      }
    }
    // What was there at the start and has settled need not wait.
    if (looks === 0) {
      const recent = [...watched.values()]
        .filter(({ due }) => due !== undefined)
        .sort((a, b) => b.changed - a.changed)
      for (const [i, one] of recent.entries()) {
        one.due = undefined
        one.final = i < MOST_AT_START ? 0 : undefined
      }
    }
  }

  const mark = (one: Watched): void => {
    const at = performance.now()
    one.due ??= at + SETTLED_MS
    one.final = at + QUIET_MS
  }

  const contentOf = ({ target: { file }, changed }: Watched): string => {
    const isRecent = now() - changed < WITH_AGENTS_MS
    const agents = isRecent ? agentsOf(file).map((one) => stampOf(one.file).stamp) : []
    return [stampOf(file).stamp, stampOf(agentsDir(file)).stamp, ...agents].join(' ')
  }

  const lookAtAll = async (): Promise<void> => {
    const sweep = looks % SWEEP_LOOKS === 0
    const slice = slices()
    for (const [file, one] of watched) {
      if (!sweep && now() - one.changed >= DAY_MS) continue
      if (slice.spent()) await slice.rest()
      const found = lookAt(file)
      if (found === undefined) {
        watched.delete(file)
        continue
      }
      one.changed = found.changed
      const stamp = contentOf(one)
      if (stamp === one.stamp) continue
      one.stamp = stamp
      mark(one)
    }
  }

  const compareDue = async (final: boolean): Promise<void> => {
    const at = performance.now()
    const due = [...watched.values()].filter((one) => (final ? one.final : one.due)! <= at)
    if (due.length === 0) return
    for (const one of due) {
      one.due = undefined
      if (final) one.final = undefined
    }
    for (let from = 0; from < due.length; from += AT_ONCE)
      await compareSome(due.slice(from, from + AT_ONCE), final)
  }

  const compareSome = async (due: ReadonlyArray<Watched>, final: boolean): Promise<void> => {
    if (stopped) return
    try {
      const found = await compare(
        due.map(({ target }) => target),
        final,
      )
      if (found.waiting > 0) for (const one of due) mark(one)
      if (found.gaps.length + found.ungated.length > 0) options.onFound(found)
      failed = false
    } catch (error) {
      for (const one of due) mark(one)
      // The store; nothing was passed by, and it is tried again.
      if (!failed) onNotice(`transcripts wait to be compared: ${String(error)}`)
      failed = true
    }
  }

  const lookOnce = async (): Promise<void> => {
    try {
      await list()
      if (looks > 0) await lookAtAll()
      looks += 1
      await compareDue(true)
      if (!stopped) await compareDue(false)
    } catch (error) {
      onNotice(`transcripts are not watched: ${String(error)}`)
    }
  }

  const look = (): Promise<void> => {
    running ??= lookOnce().finally(() => {
      running = undefined
    })
    return running
  }

  const timer = setInterval(() => void look(), EVERY_MS).unref()

  return {
    ended: (session) => {
      for (const one of watched.values())
        if (one.target.session === session) one.final = performance.now() + SETTLED_MS
    },
    look,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
