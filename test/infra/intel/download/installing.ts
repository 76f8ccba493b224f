// A small model of a test's own, its folder, and the way to install it.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { type ManifestModel, parseManifest } from '../../../../src/domain/intel/manifest.ts'
import { whileLocked } from '../../../../src/infra/intel/download/downloadLock.ts'
import {
  installModel,
  type InstallRequest,
} from '../../../../src/infra/intel/download/downloadModel.ts'
import { endpointOf } from '../../../../src/infra/intel/download/endpoint.ts'
import { hubSource } from '../../../../src/infra/intel/download/hubSource.ts'
import type { Patience } from '../../../../src/infra/intel/download/source.ts'

export const QUICK: Patience = {
  answerMs: 400,
  stallMs: 300,
  leastBytes: 1024,
  pauseMs: 1,
  mostPauseMs: 5,
  tries: 3,
}

export const FILES = {
  'config.json': Buffer.from('{"id2label":{"0":"BENIGN","1":"MALICIOUS"}}'),
  'tokenizer.json': Buffer.from('{"model":{"type":"Unigram"}}'),
  'onnx/model.onnx': Buffer.alloc(300_000, 'weights '),
}

type FileFacts = { readonly bytes?: number; readonly most?: number; readonly sha256?: string }

/** A model whose files are unknown but for their bounds, unless told. */
export const modelWith = (
  facts: Readonly<Record<string, FileFacts>> = {},
  more: object = {},
): ManifestModel => {
  const manifest = parseManifest({
    version: 'test',
    models: [
      {
        id: 'small',
        role: 'injection',
        default: true,
        repository: 'owner/small',
        revision: 'main',
        files: Object.keys(FILES).map((name) => ({
          path: name,
          ...(facts[name] ?? { most: 1_000_000 }),
        })),
        size: 300_000,
        licence: { name: 'A licence', consent: true, notice: 'Kept notice.' },
        task: 'sequence-classification',
        tokenizer: 'hub',
        maxLength: 512,
        positive: 'MALICIOUS',
        labels: { from: 'config.json', known: [] },
        ...more,
      },
    ],
  })
  return Result.getOrThrow(manifest).models[0]!
}

export const scratchDir = (): string =>
  fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-models-')))

export const hubAt = (url: string, env: { HF_TOKEN?: string } = {}, patience = QUICK) =>
  hubSource(Result.getOrThrow(endpointOf(url, env)), patience)

/** Under the lock, as the command does it. */
export const install = (
  request: Pick<InstallRequest, 'model' | 'modelsDir' | 'source'> & Partial<InstallRequest>,
) =>
  Effect.runPromise(
    Effect.result(
      whileLocked(
        request.modelsDir,
        installModel({
          repin: false,
          patience: QUICK,
          report: () => {},
          freeBytes: () => 1e12,
          ...request,
        }),
      ),
    ),
  )

/** Every file of a folder, by its path below it. */
export const filesIn = (dir: string): ReadonlyArray<string> =>
  fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort()
