// The pins as a file beside the models: read whole, replaced whole, under the lock of a download.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import {
  MOST_PINS_BYTES,
  NO_PINS,
  parsePins,
  type Pins,
  PINS_FILE,
} from '../../../domain/intel/pins.ts'
import { atomicWrite } from '../../files/atomicWrite.ts'
import { type FileFailure, shown } from '../../files/failure.ts'
import { readIfThere } from '../../files/readOwnFile.ts'
import { modelFailure, type ModelFailure } from './modelFailure.ts'

const fileIn = (modelsDir: string): string => path.join(modelsDir, PINS_FILE)

/** None where there is no such file yet. A damaged one is never taken for none. */
export const readPins = (modelsDir: string): Result.Result<Pins, ModelFailure | FileFailure> => {
  const file = fileIn(modelsDir)
  const read = readIfThere(file, { maxBytes: MOST_PINS_BYTES }, (bytes) =>
    Result.mapError(parsePins(bytes), (why) =>
      modelFailure(
        'pins',
        `${file}: ${why}`,
        `look at it; rm ${shown(file)} pins every model anew at its next download`,
      ),
    ),
  )
  return Result.map(read, (pins) => pins ?? NO_PINS)
}

export const writePins = (modelsDir: string, pins: Pins): Result.Result<void, FileFailure> =>
  atomicWrite(fileIn(modelsDir), `${JSON.stringify(pins, null, 2)}\n`)
