// One process at a time, where two at once would undo each other's work. The lock is a file that names
// its process; one whose process is gone is moved aside by exactly one of those who come after it.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { fromUtf8 } from '../../domain/bytes.ts'
import { createOnce } from './atomicWrite.ts'
import { errnoOf, failureOf, type FileFailure } from './failure.ts'
import { isAlive } from './isAlive.ts'
import { readOwnFile } from './readOwnFile.ts'

const MOST_BYTES = 256
const MOST_TRIES = 8

/**
 * Runs it while nobody else holds the file, whose folder exists. `busy`: what it fails with where somebody
 * does; pid 0 where others keep coming in between.
 */
export const whileLocked = <A, E, B>(
  file: string,
  busy: (pid: number) => B,
  work: Effect.Effect<A, E>,
): Effect.Effect<A, E | B | FileFailure> =>
  Effect.acquireUseRelease(
    Effect.suspend(() => Effect.fromResult(take(file, busy))),
    () => work,
    (mark) =>
      Effect.sync(() => {
        // Not one that another process has put there since.
        if (holderText(file) === mark) fs.rmSync(file, { force: true })
      }),
  )

const take = <B>(
  file: string,
  busy: (pid: number) => B,
): Result.Result<string, B | FileFailure> => {
  const mark = `${process.pid} ${randomBytes(12).toString('hex')}\n`
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const made = createOnce(file, mark)
    if (Result.isFailure(made)) return Result.fail(made.failure)
    if (made.success === 'created') return Result.succeed(mark)
    const held = holderText(file)
    // Gone between the two looks: whoever held it is done.
    if (held === undefined && !fs.existsSync(file)) continue
    const pid = Number(/^(\d{1,10}) /.exec(held ?? '')?.[1] ?? 0)
    if (pid !== 0 && isAlive(pid)) return Result.fail(busy(pid))
    const moved = moveAside(file, held)
    if (Result.isFailure(moved)) return Result.fail(moved.failure)
  }
  return Result.fail(busy(0))
}

/** rename(2) gives the file to one of many; what turns out to be a new holder's goes back. */
const moveAside = (file: string, held: string | undefined): Result.Result<void, FileFailure> => {
  const aside = `${file}.${process.pid}-${randomBytes(6).toString('hex')}`
  try {
    fs.renameSync(file, aside)
    if (holderText(aside) !== held) fs.linkSync(aside, file)
    fs.rmSync(aside, { force: true })
    return Result.succeed(undefined)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'EEXIST') return Result.succeed(undefined)
    return Result.fail(failureOf(file, 'move it aside', error))
  }
}

const holderText = (file: string): string | undefined => {
  const read = readOwnFile(file, { maxBytes: MOST_BYTES })
  return Result.isSuccess(read) ? fromUtf8(read.success) : undefined
}
