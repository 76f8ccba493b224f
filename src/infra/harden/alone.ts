// One run of `hook harden` at a time, either way round: two would move the same log.
import type * as Effect from 'effect/Effect'
import { ControlFailure } from '../../domain/control/methods.ts'
import { type FileFailure, shown } from '../files/failure.ts'
import { whileLocked } from '../files/lockFile.ts'
import type { HardenRoots } from './places.ts'

/** The lock lies beside the program, in a folder that only root can write to. */
export const alone = <A, E>(
  { program }: Pick<HardenRoots, 'program'>,
  work: Effect.Effect<A, E>,
): Effect.Effect<A, E | ControlFailure | FileFailure> => {
  const file = `${program}.lock`
  return whileLocked(
    file,
    (pid) =>
      new ControlFailure({
        kind: 'busy',
        message: `process ${pid} is hardening this machine, or undoing it`,
        remedy: `wait for it to end; if process ${pid} is something else, rm ${shown(file)}`,
        exit: 1,
      }),
    work,
  )
}
