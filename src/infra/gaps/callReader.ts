// The calls of one transcript, read on from where it was read before: those that ran and are not judged
// yet, and those whose result is still to come. The file is read as for costs, slice by slice; a crash
// loses nothing but what can be read again from the place that the log holds.
import * as Result from 'effect/Result'
import { CALL_MARKS, readCallRecord } from '../../domain/gap/transcriptCalls.ts'
import { loggedToolName } from '../../domain/event/witnessed.ts'
import { type Line, type Position, readSlice } from '../transcript/transcriptFile.ts'
import { namedUid } from '../files/named.ts'

/** A call that ran. */
export interface RanCall {
  readonly useId: string
  /** As the log holds it. */
  readonly tool: string
  /** When its result was written, epoch milliseconds; undefined where that is not known. */
  readonly at: number | undefined
  /** When the model made it, likewise: what was decided on it is no older. */
  readonly made: number | undefined
  /** A place before the record that made it. */
  readonly before: Position
}

export interface CallReader {
  readonly file: string
  readonly agent: string | undefined
  /** Reads to the file's end. */
  readonly read: () => Promise<void>
  /** Hands out the calls that ran and that `isSettled` says can be judged; the rest waits. */
  readonly take: (isSettled: (at: number | undefined) => boolean) => ReadonlyArray<RanCall>
  /** They could not be judged after all. */
  readonly giveBack: (calls: ReadonlyArray<RanCall>) => void
  /** Calls that ran and wait to be judged. */
  readonly waiting: () => number
  /** When the model first answered in what was read here; undefined where it did not. */
  readonly answered: () => number | undefined
  /** Lines that were none of the client's, or longer than is read. */
  readonly unread: () => number
  /** Everything before this place has been judged. */
  readonly place: (now: number) => Position
}

const MARKS = CALL_MARKS.map((mark) => Buffer.from(mark))

/** Calls whose result is waited for; of more, the oldest are given up, and known by their id alone. */
const MOST_PENDING = 4096
/** A call without a result for so long is not waited for: its session was killed. Milliseconds. */
const PENDING_MS = 6 * 3_600_000

interface Pending {
  readonly tool: string
  readonly at: number | undefined
  readonly before: Position
}

export const makeCallReader = (
  file: string,
  agent: string | undefined,
  from: Position,
): CallReader => {
  const uid = namedUid()
  const pending = new Map<string, Pending>()
  let ran: Array<RanCall> = []
  let position = from
  /** End of the last line that was looked at: what a call that the next one makes stands after. */
  let before = from
  let at: number | undefined
  let first: number | undefined
  let unread = 0

  const take = ({ text, end }: Line): void => {
    const read = readCallRecord(text)
    if (Result.isFailure(read)) unread += 1
    const record = Result.getOrUndefined(read)
    if (record !== undefined) {
      at = record.at ?? at
      if (record.answer) first ??= at
      for (const { useId, tool } of record.made) {
        pending.set(useId, { tool: loggedToolName(tool), at, before })
        if (pending.size > MOST_PENDING) pending.delete(pending.keys().next().value!)
      }
      for (const { useId, ran: hasRun } of record.ended) {
        const made = pending.get(useId)
        pending.delete(useId)
        if (!hasRun) continue
        const call = made ?? { tool: '?', at: undefined, before }
        ran.push({ useId, tool: call.tool, at, made: call.at, before: call.before })
      }
    }
    before = end
  }

  return {
    file,
    agent,
    read: async () => {
      for (;;) {
        const slice = readSlice(file, position, uid, MARKS)
        if (typeof slice === 'string') return
        if (slice.restarted) {
          // Another file, or a shorter one: what it holds is judged as it stands.
          pending.clear()
          before = { offset: 0, tail: '' }
        }
        for (const line of slice.lines) take(line)
        if (slice.tooLong) unread += 1
        before = slice.end
        position = slice.end
        if (!slice.more) return
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    take: (isSettled) => {
      const settled = ran.filter((call) => isSettled(call.at))
      ran = ran.filter((call) => !isSettled(call.at))
      return settled
    },
    giveBack: (calls) => {
      ran = [...calls, ...ran]
    },
    waiting: () => ran.length,
    answered: () => first,
    unread: () => unread,
    place: (now) => {
      let place = position
      const hold = (one: Position): void => {
        if (one.offset < place.offset) place = one
      }
      for (const call of ran) hold(call.before)
      for (const call of pending.values())
        if (call.at === undefined || now - call.at < PENDING_MS) hold(call.before)
      return place
    },
  }
}
