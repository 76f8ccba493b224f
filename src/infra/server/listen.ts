// Listening on a Unix socket that nobody but the user can reach: in a private directory, with a
// stale file of an earlier control plane removed first, never anything else.
import type * as net from 'node:net'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { failureOf, FileFailure } from '../files/failure.ts'
import { checkAncestors, ensurePrivateDir, ownUid } from '../files/secureDirs.ts'
import { checkSocketPath, removeStaleSocket } from '../files/socketFile.ts'

/**
 * `owner`: nobody but this uid. `group`: as at assurance level `hardened`, in a folder that root made, of
 * this uid, whose group may enter it and nothing else; the socket takes the folder's group.
 */
export type SocketReach = 'owner' | 'group'

const checkGroupDir = (dir: string): Result.Result<void, FileFailure> => {
  const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && stat.uid === ownUid() && (stat.mode & 0o7777) === 0o2710
    ? checkAncestors(dir)
    : Result.fail(
        new FileFailure({
          reason: 'mode',
          path: dir,
          detail: 'is not the folder that root makes for the sockets',
          remedy: 'sudo isonapse hook start',
        }),
      )
}

/**
 * Listens, or fails naming the path and the remedy. The socket's file goes when the server closes.
 * What comes back tells whether the file at the path is still this server's: whoever may write to
 * the folder can remove it, or put a socket of his own there.
 */
export const listenPrivately = Effect.fn('listenPrivately')(function* (
  server: net.Server,
  socket: string,
  reach: SocketReach = 'owner',
): Effect.fn.Return<() => boolean, FileFailure> {
  yield* fromResult(checkSocketPath(socket))
  const dir = path.dirname(socket)
  yield* fromResult(reach === 'owner' ? ensurePrivateDir(dir) : checkGroupDir(dir))
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
        fs.chmodSync(socket, reach === 'owner' ? 0o600 : 0o660)
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
