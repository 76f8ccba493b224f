// Downloading models, as the command does it: what would come from where is shown, its licences are
// agreed to, and only then anything is asked of a server. It needs no control plane.
import * as Result from 'effect/Result'
import type { ManifestModel } from '../../domain/intel/manifest.ts'
import { defaultModels, modelNamed } from '../../domain/intel/manifest.ts'
import { type Installed, ownFreeBytes } from '../../infra/intel/download/downloadModel.ts'
import { endpointOf } from '../../infra/intel/download/endpoint.ts'
import { folderSource } from '../../infra/intel/download/folderSource.ts'
import { hubSource } from '../../infra/intel/download/hubSource.ts'
import type { ListedModel } from '../../infra/intel/download/listModels.ts'
import {
  installModels,
  modelsIn,
  refuseInsideClient,
  removeModels,
} from '../../infra/intel/download/downloads.ts'
import { PATIENCE, type Source } from '../../infra/intel/download/source.ts'
import { modelManifest } from '../../templates/models.ts'
import { askLines, type Asking } from '../render/downloads.ts'
import { type Asker, confirm } from '../terminal/ask.ts'
import { fromHere } from '../terminal/currentDir.ts'
import { usage } from '../terminal/failure.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { notHardened, ownPlace } from './ownPlace.ts'
import { commandFailureOf, runEffect } from './runEffect.ts'

export interface DownloadFlags {
  readonly mirror: string | undefined
  readonly from: string | undefined
  readonly yes: boolean
  readonly repin: boolean
}

interface Person {
  readonly terminal: Terminal
  readonly asker: Asker
}

/** All that the manifest names, with what is there of each. */
export const listedModels = (): Promise<ReadonlyArray<ListedModel>> =>
  runEffect(modelsIn(ownPlace().paths, modelManifest()))

/** Undefined where the person said no, and nothing was asked of any server. */
export const downloadModels = async (
  ids: ReadonlyArray<string>,
  flags: DownloadFlags,
  { terminal, asker }: Person,
  onDone: (installed: Installed) => void,
): Promise<boolean> => {
  const models = chosen(ids)
  await runEffect(refuseInsideClient(process.pid))
  const { paths } = notHardened(ownPlace(), 'no model is loaded')
  const source = sourceOf(flags)
  const states = await listedModels()
  const coming = models.filter(
    ({ id }) => flags.repin || states.find(({ model }) => model.id === id)?.state !== 'installed',
  )
  if (coming.length > 0) {
    const asking: Asking = {
      models: coming,
      from: source.shown,
      into: paths.modelsDir,
      repin: flags.repin,
    }
    for (const line of askLines(asking, terminal)) terminal.err(`${line}\n`)
    if (!flags.yes && !(await confirm(asker, questionOf(coming)))) return false
  }
  const progress = progressOn(terminal)
  try {
    await runEffect(
      installModels(paths, models, {
        source,
        repin: flags.repin,
        patience: PATIENCE,
        freeBytes: ownFreeBytes,
        report: ({ id }, done, total) =>
          progress.update(kilobytes(done), kilobytes(total), `kB of ${id}`),
        onDone: (installed) => {
          progress.end()
          onDone(installed)
        },
      }),
    )
  } finally {
    progress.end()
  }
  return true
}

const kilobytes = (bytes: number): number => Math.ceil(bytes / 1000)

const chosen = (ids: ReadonlyArray<string>): ReadonlyArray<ManifestModel> =>
  ids.length === 0 ? defaultModels(modelManifest()) : [...new Set(ids)].map(named)

const named = (id: string): ManifestModel => {
  const found = modelNamed(modelManifest(), id)
  if (Result.isSuccess(found)) return found.success
  throw usage(found.failure.message, found.failure.remedy)
}

const sourceOf = ({ mirror, from }: DownloadFlags): Source => {
  if (from !== undefined) return folderSource(fromHere(from))
  const { env } = process
  const endpoint = endpointOf(mirror, {
    HF_ENDPOINT: env['HF_ENDPOINT'],
    HF_TOKEN: env['HF_TOKEN'],
  })
  if (Result.isFailure(endpoint)) throw commandFailureOf(endpoint.failure)
  const { url } = endpoint.success
  if (url.protocol === 'https:' && env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw usage(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 leaves certificates unchecked',
      'unset it and run the command again',
    )
  return hubSource(endpoint.success, PATIENCE)
}

const questionOf = (models: ReadonlyArray<ManifestModel>): string => {
  const licences = new Set(
    models.filter(({ licence }) => licence.consent).map(({ licence }) => licence.name),
  )
  return licences.size === 0
    ? 'Download?'
    : `Download, and agree to the ${[...licences].join(' and the ')}?`
}

/** `null` where the person said no; else whether there was one. */
export const removeDownloaded = async (
  id: string,
  { yes }: { readonly yes: boolean },
  { asker }: Person,
): Promise<boolean | null> => {
  const model = named(id)
  await runEffect(refuseInsideClient(process.pid))
  if (!yes && !(await confirm(asker, `Remove ${id}? What it finds is found by rules alone then.`)))
    return null
  return runEffect(removeModels(ownPlace().paths, model))
}
