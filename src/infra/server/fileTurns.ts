// When files that hold values hold them, and when the agent's tokens: see restoredFiles.ts.
import {
  endedInBackground,
  isWithinClient,
  runsInBackground,
} from '../../domain/hook/claudeParts.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { FilesNow, RestoredFiles } from './restoredFiles.ts'

export interface FileTurns {
  /** Turns what the event asks for, once it is logged; what the model is to know of it. */
  readonly after: (event: HookEvent, now: FilesNow, denied: boolean) => ReadonlyArray<string>
}

/** How the client begins to say that an edit does not fit the file. */
const NOT_FOUND = '<tool_use_error>String to replace not found'

const EDIT_AGAIN =
  'Isonapse: the file of an edit that was not found held values where you know tokens. It holds the tokens now: make the same edit again.'

/** A turn that ends without a word leaves no file with tokens for longer. Milliseconds. */
const IDLE_MS = 60_000

export const makeFileTurns = (files: RestoredFiles): FileTurns => {
  const inBackground = makeInBackground()
  const idle = makeIdle(async (event) => void (await files.now(event)).put())
  return {
    after: (event, now, denied) => {
      const { session } = event
      switch (event.kind) {
        case 'tool.before':
          if (denied || isWithinClient(event.call.name)) return []
          if (runsInBackground(event.call)) inBackground.began(session, event.call.useId)
          idle.stop(session)
          return now.put().map((one) => `Isonapse: ${one}.`)
        case 'tool.batch': {
          const failed = event.calls.filter(
            ({ response }) => typeof response === 'string' && response.includes(NOT_FOUND),
          )
          const again = [...new Set(failed.flatMap((call) => now.known(call) ?? []))]
          // What runs in the background reads the values whenever it likes.
          if (inBackground.isAny(session)) {
            now.put()
            for (const file of again) now.cover(file)
          } else now.cover()
          idle.start(session, event)
          return again.length === 0 ? [] : [EDIT_AGAIN]
        }
        case 'prompt':
          for (const useId of endedInBackground(event.prompt)) inBackground.ended(session, useId)
          return []
        case 'session.end':
        case 'stop':
          if (event.kind === 'session.end') inBackground.forget(session)
          idle.stop(session)
          now.put()
          return []
        default:
          return []
      }
    },
  }
}

/** Calls that go on, by session. One whose end nobody tells of counts until the session's. */
const makeInBackground = () => {
  const calls = new Map<string, Set<string>>()
  return {
    isAny: (session: string): boolean => calls.has(session),
    began: (session: string, useId = ''): void => {
      calls.set(session, (calls.get(session) ?? new Set()).add(useId))
    },
    ended: (session: string, useId: string): void => {
      const going = calls.get(session)
      going?.delete(useId)
      if (going?.size === 0) calls.delete(session)
    },
    forget: (session: string): void => void calls.delete(session),
  }
}

/** Does something for a session in which nothing comes for a while. */
const makeIdle = (act: (event: HookEvent) => Promise<void>) => {
  const timers = new Map<string, NodeJS.Timeout>()
  const stop = (session: string): void => {
    clearTimeout(timers.get(session))
    timers.delete(session)
  }
  return {
    stop,
    start: (session: string, event: HookEvent): void => {
      stop(session)
      const timer = setTimeout(() => {
        timers.delete(session)
        // What fails here is in the operator's log, and tried again at the next event.
        void act(event).catch(() => {})
      }, IDLE_MS)
      timer.unref()
      timers.set(session, timer)
    },
  }
}
