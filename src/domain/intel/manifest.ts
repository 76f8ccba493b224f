// The models that can be downloaded, as data: where their files are, how large they may be, under which
// licence, and what loading them takes. A hash that is not known here is pinned at the first download
// (pins.ts); what the manifest does know, no pin overrides.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { Digest } from '../hash.ts'
import { nearest } from '../nearest.ts'
import { InstalledFile, InstalledModel, ModelId } from './installed.ts'

const Bytes = InstalledFile.fields.bytes
const Words = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(400))

export const ManifestFile = Schema.Struct({
  path: InstalledFile.fields.path,
  /** Its exact size, where that is known. */
  bytes: Schema.optionalKey(Bytes),
  /** More than this is never taken from a server, where the exact size is not known. */
  most: Schema.optionalKey(Bytes),
  sha256: Schema.optionalKey(Digest),
}).check(
  Schema.makeFilter(({ path, bytes, most }) =>
    (bytes === undefined) === (most === undefined) ? `${path} needs bytes, or most` : undefined,
  ),
)
export type ManifestFile = typeof ManifestFile.Type

export const Licence = Schema.Struct({
  name: Words,
  /** Whether the user has to agree to it before anything is downloaded. */
  consent: Schema.Boolean,
  /** What it asks to be shown where the model is used. */
  attribution: Schema.optionalKey(Words),
  /** What it asks to be kept beside the files. */
  notice: Schema.optionalKey(Words),
})
export type Licence = typeof Licence.Type

export const ManifestModel = Schema.Struct({
  id: ModelId,
  role: InstalledModel.fields.role,
  /** Whether it is downloaded when no model is named. */
  default: Schema.Boolean,
  repository: Schema.String.check(
    Schema.isMaxLength(200),
    Schema.isPattern(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/),
  ),
  /** A commit, or `main` where none is known: then the commit of the first download is pinned. */
  revision: Schema.String.check(Schema.isPattern(/^(?:main|[0-9a-f]{40})$/)),
  files: Schema.Array(ManifestFile).check(Schema.isMinLength(1), Schema.isMaxLength(32)),
  /** Of all files, about, as it is shown before. */
  size: Bytes,
  licence: Licence,
  task: InstalledModel.fields.task,
  tokenizer: InstalledModel.fields.tokenizer,
  /** Where it is not known, the model cannot be used. */
  maxLength: Schema.optionalKey(InstalledModel.fields.maxLength),
  positive: InstalledModel.fields.positive,
  /** The file with the model's own labels, and those that it is known to have. */
  labels: Schema.Struct({ from: Words, known: Schema.Array(Words) }),
  notes: Schema.optionalKey(Words),
  /** Why this version cannot use it; such a model is listed, and not downloaded. */
  unusable: Schema.optionalKey(Words),
}).check(
  Schema.makeFilter(({ files, labels, maxLength, unusable }) => {
    if (new Set(files.map(({ path }) => path)).size !== files.length) return 'it names a file twice'
    if (!files.some(({ path }) => path === labels.from))
      return `its labels are in ${labels.from}, which is not downloaded`
    return unusable === undefined && maxLength === undefined ? 'it has no maxLength' : undefined
  }),
)
export type ManifestModel = typeof ManifestModel.Type

export const Manifest = Schema.Struct({
  version: Schema.String,
  models: Schema.Array(ManifestModel),
}).check(
  Schema.makeFilter(({ models }) =>
    new Set(models.map(({ id }) => id)).size === models.length
      ? undefined
      : 'it names a model twice',
  ),
)
export type Manifest = typeof Manifest.Type

const decode = Schema.decodeUnknownResult(Manifest)

/** Failure is what is wrong with the manifest. */
export const parseManifest = (json: unknown): Result.Result<Manifest, string> =>
  Result.mapError(decode(json), ({ message }) => message.replaceAll(/\s+/g, ' '))

export const defaultModels = ({ models }: Manifest): ReadonlyArray<ManifestModel> =>
  models.filter((model) => model.default)

/** The model of an id; the failure names the one that was probably meant, or all. */
export const modelNamed = (
  { models }: Manifest,
  id: string,
): Result.Result<ManifestModel, { readonly message: string; readonly remedy: string }> => {
  const found = models.find((model) => model.id === id)
  if (found !== undefined) return Result.succeed(found)
  const ids = models.map((model) => model.id)
  const like = nearest(id, ids)
  return Result.fail({
    message: `there is no model "${id}"`,
    remedy:
      like === undefined
        ? `name one of ${ids.join(', ')}`
        : `did you mean ${like}? all of them: isonapse hook intel download --list`,
  })
}
