// The models as a command asks for them: those to fetch, one after the other under the folder's lock, and
// those to remove. What is trusted to detect is changed by it, so the client's own tree may not.
import * as Effect from 'effect/Effect'
import { existsSync } from 'node:fs'
import type { Manifest, ManifestModel } from '../../../domain/intel/manifest.ts'
import type { FileFailure } from '../../files/failure.ts'
import { checkAncestors, ensurePrivateDir } from '../../files/secureDirs.ts'
import type { AppPaths } from '../../paths.ts'
import { isInsideClient } from '../../server/processTree.ts'
import { whileLocked } from './downloadLock.ts'
import { type Installed, installModel, type InstallRequest } from './downloadModel.ts'
import { type ListedModel, listModels, removeModel } from './listModels.ts'
import { modelFailure, type ModelFailure } from './modelFailure.ts'
import { readPins } from './pinFile.ts'

type Failure = ModelFailure | FileFailure

/** Like every loosening: a fence, not a wall (server/processTree.ts). */
export const refuseInsideClient = (pid: number): Effect.Effect<void, ModelFailure> =>
  Effect.suspend(() =>
    isInsideClient(pid)
      ? Effect.fail(
          modelFailure(
            'inside-client',
            'models are not changed from inside Claude Code: they decide what is found',
            'run it in a terminal of your own',
            2,
          ),
        )
      : Effect.void,
  )

export const modelsIn = (
  { modelsDir }: AppPaths,
  manifest: Manifest,
): Effect.Effect<ReadonlyArray<ListedModel>, Failure> =>
  Effect.suspend(() =>
    Effect.map(Effect.fromResult(readPins(modelsDir)), (pins) =>
      listModels(manifest, modelsDir, pins),
    ),
  )

/** `onDone`: after each model, so that what is there is told even where a later one fails. */
export const installModels = Effect.fn('installModels')(function* (
  { dataDir, modelsDir }: AppPaths,
  models: ReadonlyArray<ManifestModel>,
  options: Omit<InstallRequest, 'model' | 'modelsDir' | 'report'> & {
    readonly report: (model: ManifestModel, done: number, total: number) => void
    readonly onDone: (installed: Installed) => void
  },
): Effect.fn.Return<void, Failure> {
  yield* Effect.fromResult(checkAncestors(modelsDir))
  for (const dir of [dataDir, modelsDir]) yield* Effect.fromResult(ensurePrivateDir(dir))
  yield* whileLocked(
    modelsDir,
    Effect.forEach(
      models,
      (model) =>
        installModel({
          ...options,
          model,
          modelsDir,
          report: (done, total) => options.report(model, done, total),
        }).pipe(Effect.map(options.onDone)),
      { discard: true },
    ),
  )
})

/** Whether there was one. */
export const removeModels = (
  { modelsDir }: AppPaths,
  model: ManifestModel,
): Effect.Effect<boolean, Failure> =>
  Effect.suspend((): Effect.Effect<boolean, Failure> =>
    existsSync(modelsDir)
      ? whileLocked(
          modelsDir,
          Effect.suspend(() => Effect.fromResult(removeModel(modelsDir, model))),
        )
      : Effect.succeed(false),
  )
