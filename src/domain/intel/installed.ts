// What an installed model says of itself: `installed.json` in the model's folder, written last by the
// download, so that a folder without it holds nothing that is used. Whoever can write the folder can
// write this file too; the hashes find a file that was swapped or broken, not a forged installation.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8 } from '../bytes.ts'
import { Digest } from '../hash.ts'

/** Name of the file below `<models>/<id>/`. */
export const INSTALLED_FILE = 'installed.json'
export const MOST_INSTALLED_BYTES = 64 * 1024

/** Also the folder's name: one plain segment. */
export const ModelId = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, {
    expected: 'an id such as bert-small-pii: lowercase letters, digits, dots, dashes',
  }),
)

/** Below the model's folder: segments with `/` between them, none of which begins with a dot. */
const FilePath = Schema.String.check(
  Schema.isMaxLength(200),
  Schema.isPattern(/^[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)*$/, {
    expected: 'a path below the model’s folder',
  }),
)

const Words = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))

export const InstalledFile = Schema.Struct({
  path: FilePath,
  bytes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 16 * 2 ** 30 })),
  sha256: Digest,
})
export type InstalledFile = typeof InstalledFile.Type

export const ModelRole = Schema.Literals(['pii', 'injection'])
export type ModelRole = typeof ModelRole.Type

export const InstalledModel = Schema.Struct({
  v: Schema.Literal(1),
  id: ModelId,
  repository: Words,
  revision: Words,
  role: ModelRole,
  files: Schema.Array(InstalledFile).check(Schema.isMinLength(1), Schema.isMaxLength(32)),
  task: Schema.Literals(['token-classification', 'sequence-classification']),
  tokenizer: Schema.Literals(['wordpiece', 'hub']),
  /** Tokens of one window, its special tokens included. */
  maxLength: Schema.Int.check(Schema.isBetween({ minimum: 16, maximum: 8192 })),
  /** The label of its own that says injection. */
  positive: Schema.optionalKey(Words),
  /** When, in epoch milliseconds. */
  installed: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })),
}).check(
  Schema.makeFilter((model) => {
    const paths = model.files.map((file) => file.path)
    if (new Set(paths).size !== paths.length) return 'names a file twice'
    if (paths.includes(INSTALLED_FILE)) return `lists ${INSTALLED_FILE} itself`
    if ((model.role === 'pii') !== (model.task === 'token-classification'))
      return `cannot have the role ${model.role} with ${model.task}`
    if (model.role === 'pii' && model.tokenizer !== 'wordpiece')
      return 'needs the wordpiece tokenizer, the one that knows where each token stands'
    if (model.role === 'injection' && model.positive === undefined)
      return 'does not say which label of its own is injection (positive)'
    return undefined
  }),
)
export type InstalledModel = typeof InstalledModel.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(InstalledModel))

/** Failure is what is wrong, as a sentence's end. */
export const parseInstalled = (bytes: Uint8Array): Result.Result<InstalledModel, string> => {
  const text = fromUtf8(bytes)
  if (text === undefined) return Result.fail('is no UTF-8 text')
  return Result.mapError(
    decode(text),
    ({ message }) => `is not what a download writes: ${message.replaceAll(/\s+/g, ' ')}`,
  )
}

/** The files of an installation by what loading needs; failure is what is missing. */
export interface ModelFiles {
  readonly model: InstalledFile
  readonly tokenizer: InstalledFile
  readonly config: InstalledFile
  /** Everything else that was downloaded, such as the weights of a large model beside it. */
  readonly others: ReadonlyArray<InstalledFile>
}

export const modelFilesOf = ({ files }: InstalledModel): Result.Result<ModelFiles, string> => {
  const only = (
    what: string,
    is: (name: string) => boolean,
  ): Result.Result<InstalledFile, string> => {
    const found = files.filter(({ path }) => is(path.slice(path.lastIndexOf('/') + 1)))
    return found.length === 1
      ? Result.succeed(found[0]!)
      : Result.fail(`holds ${found.length === 0 ? 'no' : 'more than one'} ${what}`)
  }
  const model = only('.onnx file', (name) => name.endsWith('.onnx'))
  if (Result.isFailure(model)) return Result.fail(model.failure)
  const tokenizer = only('tokenizer.json', (name) => name === 'tokenizer.json')
  if (Result.isFailure(tokenizer)) return Result.fail(tokenizer.failure)
  const config = only('config.json', (name) => name === 'config.json')
  if (Result.isFailure(config)) return Result.fail(config.failure)
  const named = [model.success, tokenizer.success, config.success]
  return Result.succeed({
    model: model.success,
    tokenizer: tokenizer.success,
    config: config.success,
    others: files.filter((file) => !named.includes(file)),
  })
}
