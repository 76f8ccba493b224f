// What of the models lies in the user's folder: which are whole, which were begun, which are damaged;
// and the way to be rid of one. Reads and removes; what is downloaded is another file's business.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  INSTALLED_FILE,
  type InstalledModel,
  MOST_INSTALLED_BYTES,
  parseInstalled,
} from '../../../domain/intel/installed.ts'
import type { Manifest, ManifestModel } from '../../../domain/intel/manifest.ts'
import { pinOf, type Pins } from '../../../domain/intel/pins.ts'
import { syncDirectory } from '../../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../../files/failure.ts'
import { readIfThere } from '../../files/readOwnFile.ts'
import { modelFailure, type ModelFailure } from './modelFailure.ts'

export type ModelState = 'installed' | 'unfinished' | 'damaged' | 'absent'

export interface ListedModel {
  readonly model: ManifestModel
  readonly state: ModelState
  readonly installed: InstalledModel | undefined
  /** Whether a first download has pinned its files. */
  readonly pinned: boolean
}

/** Undefined where nothing is installed; a failure where what says so cannot be read. */
export const installedIn = (
  modelsDir: string,
  id: string,
): Result.Result<InstalledModel | undefined, FileFailure | ModelFailure> => {
  const file = path.join(modelsDir, id, INSTALLED_FILE)
  return readIfThere(file, { maxBytes: MOST_INSTALLED_BYTES }, (bytes) =>
    Result.mapError(parseInstalled(bytes), (why) =>
      modelFailure('damaged', `${file}: ${why}`, `isonapse hook intel download ${id}`),
    ),
  )
}

/** As the folder says; files are looked at by their sizes alone, whose hashes loading checks. */
export const listModels = (
  { models }: Manifest,
  modelsDir: string,
  pins: Pins,
): ReadonlyArray<ListedModel> =>
  models.map((model) => {
    const found = installedIn(modelsDir, model.id)
    const installed = Result.isSuccess(found) ? found.success : undefined
    const state = Result.isFailure(found)
      ? 'damaged'
      : installed !== undefined
        ? sizesAreRight(path.join(modelsDir, model.id), installed)
          ? 'installed'
          : 'damaged'
        : fs.existsSync(path.join(modelsDir, model.id))
          ? 'unfinished'
          : 'absent'
    return { model, state, installed, pinned: pinOf(pins, model) !== undefined }
  })

const sizesAreRight = (dir: string, { files }: InstalledModel): boolean =>
  files.every(({ path: name, bytes }) => {
    const stat = fs.lstatSync(path.join(dir, name), { throwIfNoEntry: false })
    return stat !== undefined && stat.isFile() && stat.size === bytes
  })

/**
 * Removes a model's folder, `false` where there was none. Its pin stays: the next download must bring
 * the same. A crash leaves a folder without `installed.json`, which holds nothing that is used.
 */
export const removeModel = (
  modelsDir: string,
  { id }: ManifestModel,
): Result.Result<boolean, FileFailure> => {
  const dir = path.join(modelsDir, id)
  try {
    const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
    if (stat === undefined) return Result.succeed(false)
    if (stat.isDirectory()) fs.rmSync(path.join(dir, INSTALLED_FILE), { force: true })
    // A link in its place goes itself; what it leads to is nobody's model.
    fs.rmSync(dir, { recursive: true, force: true })
    syncDirectory(modelsDir)
    return Result.succeed(true)
  } catch (error) {
    return Result.fail(failureOf(dir, 'remove it', error))
  }
}
