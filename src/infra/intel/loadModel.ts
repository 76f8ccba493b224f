// From an installed folder to a model that answers, in a worker: every file is compared with its recorded
// hash before anything is made of it, and what does not fit together is refused with what mends it.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { Fault } from '../../domain/control/methods.ts'
import {
  type InstalledFile,
  type InstalledModel,
  modelFilesOf,
} from '../../domain/intel/installed.ts'
import { labelsOf, tokenLabelOf } from '../../domain/intel/labels.ts'
import { wordPieceOf } from '../../domain/intel/wordpiece.ts'
import { LEAST_SCORE } from '../../domain/sensitive/span.ts'
import { shown } from '../files/failure.ts'
import { hubTokenizerOf } from './hubTokenizer.ts'
import { checkModelFile, MOST_HELD_BYTES, readModelFile } from './modelFile.ts'
import { classifierOf, loadOnnx } from './onnx.ts'
import {
  type HasTime,
  type InjectionFound,
  type PiiFound,
  readInjection,
  readPii,
} from './reading.ts'

export type Found = PiiFound | InjectionFound

export interface LoadedModel {
  readonly read: (text: string, hasTime: HasTime) => Promise<Found>
  /** Milliseconds that creating the session took. */
  readonly sessionMs: number
}

/** `dir`: the model's own folder. */
export const loadModel = async (
  dir: string,
  installed: InstalledModel,
  threads: number,
): Promise<Result.Result<LoadedModel, Fault>> => {
  const fault = (message: string): Result.Result<never, Fault> =>
    Result.fail({
      message: `${installed.id}: ${message}`,
      remedy: `rm -r ${shown(dir)}, then isonapse hook intel download`,
    })
  const files = modelFilesOf(installed)
  if (Result.isFailure(files)) return fault(files.failure)
  const tokenizer = json(dir, files.success.tokenizer)
  if (Result.isFailure(tokenizer)) return Result.fail(tokenizer.failure)
  const config = json(dir, files.success.config)
  if (Result.isFailure(config)) return Result.fail(config.failure)
  const names = labelsOf(config.success)
  if (Result.isFailure(names)) return fault(`config.json ${names.failure}`)
  const onnx = await loadOnnx()
  if (Result.isFailure(onnx)) return Result.fail(onnx.failure)
  const weights = weightsOf(dir, files.success.model, files.success.others)
  if (Result.isFailure(weights)) return Result.fail(weights.failure)

  const labels = names.success
  const { maxLength, id } = installed
  const detector = `model:${id}`
  const threshold = LEAST_SCORE
  const begun = performance.now()
  let classify
  try {
    classify = await classifierOf(onnx.success, weights.success, { threads, labels: labels.length })
  } catch (error) {
    return fault(`the runtime does not take the model: ${firstLine(error)}`)
  }
  const sessionMs = performance.now() - begun
  if (installed.task === 'token-classification') {
    const pieces = wordPieceOf(tokenizer.success)
    if (Result.isFailure(pieces)) return fault(`tokenizer.json ${pieces.failure}`)
    const tokenLabels = labels.map(tokenLabelOf)
    if (tokenLabels.every(({ type }) => type === undefined))
      return fault('config.json names no kind of value that is known here')
    const model = { tokenizer: pieces.success, labels: tokenLabels }
    return Result.succeed({
      sessionMs,
      read: (text, hasTime) =>
        readPii(text, { ...model, classify, maxLength, threshold, detector }, hasTime),
    })
  }
  const positive = labels.indexOf(installed.positive ?? '')
  if (positive === -1)
    return fault(`config.json has no label ${JSON.stringify(installed.positive)}`)
  const tokens = hubTokenizerOf(tokenizer.success)
  if (Result.isFailure(tokens)) return fault(`tokenizer.json ${tokens.failure}`)
  const model = { tokenizer: tokens.success, labels: labels.length, positive }
  return Result.succeed({
    sessionMs,
    read: (text, hasTime) =>
      readInjection(text, { ...model, classify, maxLength, threshold, detector }, hasTime),
  })
}

/** The model's bytes, or its path where it is too large to be held or has weights beside it. */
const weightsOf = (
  dir: string,
  model: InstalledFile,
  others: ReadonlyArray<InstalledFile>,
): Result.Result<Uint8Array | string, Fault> => {
  for (const other of others) {
    const checked = checkModelFile(dir, other)
    if (Result.isFailure(checked)) return Result.fail(checked.failure)
  }
  const beside = others.some(({ path }) => /\.onnx[._]data/.test(path))
  if (!beside && model.bytes <= MOST_HELD_BYTES) return readModelFile(dir, model)
  return Result.map(checkModelFile(dir, model), () => path.join(dir, model.path))
}

const json = (dir: string, file: InstalledFile): Result.Result<unknown, Fault> =>
  Result.flatMap(readModelFile(dir, file), (bytes) => {
    try {
      return Result.succeed(JSON.parse(fromUtf8(bytes) ?? '') as unknown)
    } catch {
      return Result.fail({
        message: `${path.join(dir, file.path)}: is no JSON`,
        remedy: `rm -r ${shown(dir)}, then isonapse hook intel download`,
      })
    }
  })

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300)
