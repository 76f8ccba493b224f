// The file of a Unix socket: whether its path fits, and removing one that a dead process left. Never
// removes anything that is not a socket of ours that refuses connections.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as net from 'node:net'
import { errnoOf, failureOf, FileFailure, shown } from './failure.ts'
import { ownUid } from './secureDirs.ts'

/** Bytes of sun_path without its final NUL: 108 on Linux, 104 on macOS and the BSDs. */
export const socketPathLimit = (platform: NodeJS.Platform): number =>
  platform === 'linux' ? 107 : 103

export const checkSocketPath = (
  file: string,
  platform: NodeJS.Platform = process.platform,
): Result.Result<void, FileFailure> => {
  const bytes = Buffer.byteLength(file)
  const limit = socketPathLimit(platform)
  if (bytes <= limit) return Result.succeed(undefined)
  return Result.fail(
    new FileFailure({
      reason: 'too-long',
      path: file,
      detail: `${bytes} bytes; this system's socket paths hold at most ${limit}`,
      remedy: `set ISONAPSE_HOME to a folder whose path is at least ${bytes - limit} bytes shorter`,
    }),
  )
}

/** How long a connect may take before the socket counts as in use. */
const CONNECT_MS = 1000

/**
 * Clears the way for binding: removes a socket file that nobody listens on, does nothing where there
 * is none. Fails with `in-use` when somebody answers or might. Call it while holding the store's
 * lock: it is what keeps a second starter from removing the first one's fresh socket.
 */
export const removeStaleSocket = Effect.fn('removeStaleSocket')(function* (
  file: string,
  uid: number = ownUid(),
) {
  const found = yield* look(file)
  if (found === undefined) return
  const refuse = (reason: FileFailure['reason'], detail: string, remedy: string) =>
    new FileFailure({ reason, path: file, detail, remedy })
  if (!found.isSocket())
    return yield* refuse('not-socket', 'is not a socket', `move ${shown(file)} away`)
  if (found.uid !== uid)
    return yield* refuse(
      'owner',
      `belongs to user ${found.uid}, not to you (${uid})`,
      `sudo rm ${shown(file)}`,
    )
  const answer = yield* connectOnce(file)
  if (answer === 'gone') return
  if (answer === 'in-use')
    return yield* refuse('in-use', 'another process listens on it', endWhoListens(file))
  const now = yield* look(file)
  // Somebody bound it anew between the question and now: then it is not the one that refused.
  if (now !== undefined && (now.ino !== found.ino || now.dev !== found.dev))
    return yield* refuse('in-use', 'another process just bound it', endWhoListens(file))
  yield* Effect.try({
    try: () => fs.rmSync(file, { force: true }),
    catch: (error) => failureOf(file, 'remove it', error),
  })
})

/** Who holds the store's lock is told apart before: this is somebody who is no control plane of it. */
export const endWhoListens = (file: string): string =>
  `find that process (lsof ${shown(file)}) and end it, then isonapse hook start`

const look = (file: string) =>
  Effect.try({
    try: () => fs.lstatSync(file, { throwIfNoEntry: false }),
    catch: (error) => failureOf(file, 'look at it', error),
  })

const connectOnce = (file: string): Effect.Effect<'refused' | 'gone' | 'in-use', FileFailure> =>
  Effect.callback((resume) => {
    const socket = net.connect(file)
    const end = (result: Effect.Effect<'refused' | 'gone' | 'in-use', FileFailure>) => {
      socket.destroy()
      resume(result)
    }
    socket.setTimeout(CONNECT_MS, () => end(Effect.succeed('in-use')))
    socket.once('connect', () => end(Effect.succeed('in-use')))
    socket.once('error', (error) => {
      const code = errnoOf(error)
      if (code === 'ECONNREFUSED') end(Effect.succeed('refused'))
      else if (code === 'ENOENT') end(Effect.succeed('gone'))
      // A full backlog: somebody listens and is busy.
      else if (code === 'EAGAIN') end(Effect.succeed('in-use'))
      else end(Effect.fail(failureOf(file, 'connect to it', error)))
    })
    return Effect.sync(() => socket.destroy())
  })
