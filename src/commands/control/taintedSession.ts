// Which of the tainted sessions a person means: the whole id of it, which is what is shown and signed.
import type { TaintLine } from '../../domain/control/taint.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'

/** `asked`: an id or the beginning of one. Undefined where nothing is asked for and none is tainted. */
export const sessionToClear = (
  sessions: ReadonlyArray<TaintLine>,
  asked: string | undefined,
): string | undefined => {
  const found = sessions.filter(
    ({ session }) => asked === undefined || (asked !== '' && session.startsWith(asked)),
  )
  const exact = found.find(({ session }) => session === asked)
  const [only, ...more] = exact === undefined ? found : [exact]
  if (only === undefined) {
    if (asked === undefined) return undefined
    throw new CommandFailure({
      kind: 'no-such-session',
      message: `no tainted session begins with ${JSON.stringify(asked.slice(0, 64))}`,
      remedy: 'isonapse hook taint   (lists them)',
      exit: 1,
    })
  }
  if (more.length > 0)
    throw new CommandFailure({
      kind: 'usage',
      message: `${found.length} sessions are tainted${asked === undefined ? '' : ` and begin so`}`,
      remedy: `isonapse hook taint clear --session ${printed(only.session, 64)}, or --all`,
      exit: 2,
    })
  return only.session
}
