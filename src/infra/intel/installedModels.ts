// Which models are on this machine: one folder each below the models' folder, with an installed.json that
// a download writes last. Whatever else lies there is told as a problem or passed over, never loaded.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Fault } from '../../domain/control/methods.ts'
import {
  INSTALLED_FILE,
  type InstalledModel,
  type ModelRole,
  modelFilesOf,
  MOST_INSTALLED_BYTES,
  parseInstalled,
} from '../../domain/intel/installed.ts'
import { errnoOf, shown } from '../files/failure.ts'
import { readIfThere } from '../files/readOwnFile.ts'

export interface Installed {
  readonly models: ReadonlyArray<InstalledModel>
  readonly problems: ReadonlyArray<Fault>
}

/** Folders that are looked into. */
const MOST_FOLDERS = 64

export const installedIn = (modelsDir: string): Installed => {
  const models: Array<InstalledModel> = []
  const problems: Array<Fault> = []
  for (const name of foldersIn(modelsDir, problems)) {
    const file = path.join(modelsDir, name, INSTALLED_FILE)
    const read = readIfThere<InstalledModel, Fault>(
      file,
      { maxBytes: MOST_INSTALLED_BYTES },
      (bytes) => Result.mapError(usable(name, bytes), (detail) => unusable(file, detail)),
    )
    if (Result.isFailure(read))
      problems.push({ message: read.failure.message, remedy: read.failure.remedy })
    else if (read.success !== undefined) models.push(read.success)
  }
  return { models, problems }
}

/** The one that serves: of several for a role the one that was installed last. */
export const chosenFor = (
  role: ModelRole,
  models: ReadonlyArray<InstalledModel>,
): InstalledModel | undefined =>
  models
    .filter((model) => model.role === role)
    .sort((a, b) => b.installed - a.installed || (a.id < b.id ? -1 : 1))[0]

/** What tells one installation from another: a model that was downloaded anew is another. */
export const installationOf = ({ id, revision, installed }: InstalledModel): string =>
  `${id} ${revision} ${installed}`

const usable = (name: string, bytes: Uint8Array): Result.Result<InstalledModel, string> =>
  Result.flatMap(parseInstalled(bytes), (model) =>
    model.id === name
      ? Result.map(modelFilesOf(model), () => model)
      : Result.fail(`is of the model ${model.id}, not of ${name}`),
  )

const unusable = (file: string, detail: string): Fault => ({
  message: `${file}: ${detail}`,
  remedy: `rm -r ${shown(path.dirname(file))}, then isonapse hook intel download`,
})

const foldersIn = (dir: string, problems: Array<Fault>): ReadonlyArray<string> => {
  try {
    return fs
      .readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
      .slice(0, MOST_FOLDERS)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT')
      problems.push({
        message: `${dir}: cannot list it (${errnoOf(error) ?? 'unknown'})`,
        remedy: `see ls -ld ${shown(dir)}`,
      })
    return []
  }
}
