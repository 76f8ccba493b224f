// What is wrong on this machine that keeps the gate from working now, or will at the next start: for
// `status`, each with what mends it.
import * as Result from 'effect/Result'
import type { Fault } from '../../domain/control/methods.ts'
import { FileFailure } from '../files/failure.ts'
import { checkAncestors } from '../files/secureDirs.ts'
import { degradedOf } from '../intel/models.ts'
import { KeyFailure } from '../keys/keyFile.ts'
import { readLogKey } from '../keys/logKey.ts'
import { readMasterKey } from '../keys/masterKey.ts'
import { StoreFailure } from '../store/errors.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'

/** The last event that could not be witnessed, and when (epoch milliseconds). */
export interface Unwitnessed {
  readonly time: number
  readonly fault: Fault
}

export const faultsOf = ({ paths, log, models, running }: ControlContext): ReadonlyArray<Fault> => {
  const { configDir, dataDir, runDir, keysDir } = paths
  const found: Array<Fault> = []
  for (const dir of [configDir, dataDir, runDir]) {
    const checked = checkAncestors(dir)
    // One folder above all three is one fault.
    if (Result.isFailure(checked) && !found.some((one) => one.message === checked.failure.message))
      found.push(told(checked.failure))
  }
  for (const key of [readMasterKey(keysDir), Result.map(readLogKey(keysDir), () => undefined)])
    if (Result.isFailure(key)) found.push(told(key.failure))
  if (running?.isReached() === false)
    found.push({
      message: `${paths.hookSocket} is gone or no longer the control plane's: no hook reaches it`,
      remedy: 'isonapse hook stop, then isonapse hook start',
    })
  const unwitnessed = running?.unwitnessed()
  const { lastHook } = log.projected().statistics
  // An event that was witnessed since shows that it is over.
  if (unwitnessed !== undefined && unwitnessed.time >= (lastHook?.time ?? 0))
    found.push(unwitnessed.fault)
  found.push(...degradedOf(models.status()))
  return found
}

const told = ({ message, remedy }: Fault): Fault => ({ message, remedy })

/** What a failure to witness an event is to a person. */
export const faultOf = (error: unknown): Fault => {
  const known =
    error instanceof StoreFailure || error instanceof KeyFailure || error instanceof FileFailure
  const { message, remedy } = known
    ? controlFailureOf(error)
    : { message: error instanceof Error ? error.message : String(error), remedy: undefined }
  return {
    message: `the last event could not be witnessed: ${message}`,
    remedy: remedy ?? 'isonapse hook stop, then isonapse hook serve shows more',
  }
}
