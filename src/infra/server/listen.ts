// Listening on a Unix socket that nobody but the user can reach: in a private directory, with a
// stale file of an earlier control plane removed first, never anything else.
import type * as net from 'node:net'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { ensurePrivateDir } from '../files/secureDirs.ts'
import { checkSocketPath, removeStaleSocket } from '../files/socketFile.ts'

/**
 * Listens, or fails naming the path and the remedy. The socket's file goes when the server closes.
 * What comes back tells whether the file at the path is still this server's: whoever may write to
 * the folder can remove it, or put a socket of his own there.
 */
export const listenPrivately = Effect.fn('listenPrivately')(function* (
  server: net.Server,
  socket: string,
): Effect.fn.Return<() => boolean, FileFailure> {
  yield* fromResult(checkSocketPath(socket))
  yield* fromResult(ensurePrivateDir(path.dirname(socket)))
  yield* removeStaleSocket(socket)
  return yield* Effect.callback<() => boolean, FileFailure>((resume) => {
    const failed = (error: Error) => resume(Effect.fail(failureOf(socket, 'listen on it', error)))
    server.once('error', failed)
    server.listen(socket, () => {
      server.off('error', failed)
      // An accept that fails later (no file descriptors left) must not end the control plane.
      server.on('error', () => {})
      // In the server's own event: what is thrown here would end the process.
      try {
        fs.chmodSync(socket, 0o600)
        const own = identityOf(socket)
        resume(Effect.succeed(() => own !== undefined && identityOf(socket) === own))
      } catch (error) {
        failed(error as Error)
      }
    })
  })
})

/** An inode's number alone is given again as soon as it is free. */
const identityOf = (file: string): string | undefined => {
  try {
    const { dev, ino, birthtimeNs } = fs.lstatSync(file, { bigint: true })
    return `${dev} ${ino} ${birthtimeNs}`
  } catch {
    return undefined
  }
}

export const fromResult = <A, E>(result: Result.Result<A, E>): Effect.Effect<A, E> =>
  Result.isSuccess(result) ? Effect.succeed(result.success) : Effect.fail(result.failure)
