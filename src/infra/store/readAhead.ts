// A cursor read ahead of its consumer: while one slice is worked on, the next is being read on
// another thread. Verification reads some twenty ranges in step this way.
import type { Cursor, StorePair } from './storeDb.ts'

export interface ReadAhead {
  /** Reads until `count` pairs are buffered, or all that are left. */
  readonly ensure: (count: number) => Promise<void>
  /** Pairs buffered. */
  readonly buffered: () => number
  /** The next pair buffered; undefined when there is none. */
  readonly take: () => StorePair | undefined
  readonly close: () => Promise<void>
}

/** `slice`: pairs asked for at a time. Rejects with StoreFailure. */
export const readAhead = (cursor: Cursor, slice: number): ReadAhead => {
  let buffer: ReadonlyArray<StorePair> = []
  let at = 0
  let ended = false
  let ahead: Promise<ReadonlyArray<StorePair>> | undefined

  const ask = (): Promise<ReadonlyArray<StorePair>> => {
    const asked = cursor.next(slice)
    // It is awaited only when it is needed; a failure until then must not count as unhandled.
    asked.catch(() => undefined)
    return asked
  }

  return {
    ensure: async (count) => {
      while (!ended && buffer.length - at < count) {
        const more = await (ahead ?? ask())
        ended = more.length === 0
        ahead = ended ? undefined : ask()
        buffer = at === buffer.length ? more : [...buffer.slice(at), ...more]
        at = 0
      }
    },
    buffered: () => buffer.length - at,
    take: () => (at < buffer.length ? buffer[at++] : undefined),
    close: async () => {
      await ahead?.catch(() => undefined)
      await cursor.close()
    },
  }
}
