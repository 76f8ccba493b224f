// One download at a time in a folder of models: two would write the same parts, and lose each other's
// pins.
import type * as Effect from 'effect/Effect'
import * as path from 'node:path'
import { type FileFailure, shown } from '../../files/failure.ts'
import { whileLocked as whileFileLocked } from '../../files/lockFile.ts'
import { modelFailure, type ModelFailure } from './modelFailure.ts'

const LOCK_FILE = '.download.lock'

/** Runs it while no other download runs in the folder, which exists. */
export const whileLocked = <A, E>(
  modelsDir: string,
  work: Effect.Effect<A, E>,
): Effect.Effect<A, E | ModelFailure | FileFailure> => {
  const file = path.join(modelsDir, LOCK_FILE)
  return whileFileLocked(file, (pid) => busy(file, pid), work)
}

const busy = (file: string, pid: number): ModelFailure =>
  modelFailure(
    'busy',
    pid === 0 ? 'other downloads keep coming in between' : `process ${pid} is downloading models`,
    `wait for it to end; if process ${pid} is something else, rm ${shown(file)}`,
  )
