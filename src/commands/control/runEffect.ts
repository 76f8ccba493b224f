// Effects of the layers below as promises, their failures as the one failure that commands show.
// Loaded when a command runs. Effect is imported by name and never as a whole module at run time:
// the bundler then leaves out what nobody uses, which is most of it.
import * as Cause from 'effect/Cause'
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import { CommandFailure } from '../terminal/failure.ts'

/** Runs it; what it fails with, or dies of, is thrown as a CommandFailure. */
export const runEffect = async <A, E>(effect: Effect.Effect<A, E>): Promise<A> => {
  const exit = await Effect.runPromiseExit(effect)
  if (Exit.isSuccess(exit)) return exit.value
  throw commandFailureOf(Cause.squash(exit.cause))
}

interface Told {
  readonly _tag?: string
  readonly message: string
  readonly kind?: unknown
  readonly remedy?: unknown
  readonly exit?: unknown
}

/** Failures of the layers below carry their own words; anything else is a defect of ours. */
export const commandFailureOf = (error: unknown): CommandFailure => {
  if (error instanceof CommandFailure) return error
  const { _tag, message, kind, remedy, exit } = (
    error instanceof Error ? error : new Error(String(error))
  ) as Told
  if (_tag === undefined)
    return new CommandFailure({
      kind: 'defect',
      message: `this should not happen: ${message}`,
      remedy: 'run it again with --debug and report what it says',
      exit: 1,
      cause: error,
    })
  return new CommandFailure({
    kind: typeof kind === 'string' ? kind : _tag,
    message,
    ...(typeof remedy === 'string' ? { remedy } : {}),
    exit: exit === 2 ? 2 : 1,
    cause: error,
  })
}
