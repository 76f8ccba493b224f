// What was downloaded first is what may be downloaded again: the hashes of a model's files, and the
// commit they came from, kept at the first download where the manifest knows no hash. Whoever can write
// the user's files can change the pins too; what they stop is a server that gives out another model.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8 } from '../bytes.ts'
import { InstalledFile, ModelId } from './installed.ts'
import { type ManifestFile, ManifestModel } from './manifest.ts'

/** Name of the file below `<models>/`. */
export const PINS_FILE = 'pins.json'
export const MOST_PINS_BYTES = 1024 * 1024

export const Pin = Schema.Struct({
  repository: ManifestModel.fields.repository,
  /** As the manifest asked for it: a manifest that asks for another commit is pinned anew. */
  asked: ManifestModel.fields.revision,
  /** The commit that `asked` stood for, where the server said so. */
  revision: ManifestModel.fields.revision,
  files: Schema.Array(InstalledFile),
  /** When, in epoch milliseconds. */
  pinned: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })),
})
export type Pin = typeof Pin.Type

export const Pins = Schema.Struct({ v: Schema.Literal(1), models: Schema.Record(ModelId, Pin) })
export type Pins = typeof Pins.Type

export const NO_PINS: Pins = { v: 1, models: {} }

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Pins))

/** Failure is what is wrong, as a sentence's end. */
export const parsePins = (bytes: Uint8Array): Result.Result<Pins, string> => {
  const text = fromUtf8(bytes)
  if (text === undefined) return Result.fail('is no UTF-8 text')
  return Result.mapError(
    decode(text),
    ({ message }) => `is not what a download writes: ${message.replaceAll(/\s+/g, ' ')}`,
  )
}

/** The pin that holds for a model as the manifest has it now. */
export const pinOf = (pins: Pins, model: ManifestModel): Pin | undefined => {
  const pin = Object.hasOwn(pins.models, model.id) ? pins.models[model.id] : undefined
  return pin !== undefined && pin.repository === model.repository && pin.asked === model.revision
    ? pin
    : undefined
}

export const withPin = (pins: Pins, id: string, pin: Pin | undefined): Pins => {
  const { [id]: _, ...others } = pins.models
  return { v: 1, models: pin === undefined ? others : { ...others, [id]: pin } }
}

/** What a file must be before it is used. */
export interface Expected {
  readonly path: string
  /** Exact; undefined where only the bound is known. */
  readonly bytes: number | undefined
  readonly most: number
  readonly sha256: string | undefined
  /** Who knows the hash; undefined where nobody does, and what comes is pinned. */
  readonly by: 'manifest' | 'pin' | undefined
}

/** The manifest's word first: a pin adds to it and never replaces it. */
export const expectedOf = (file: ManifestFile, pin: Pin | undefined): Expected => {
  const { path } = file
  const pinned = pin?.files.find((one) => one.path === path)
  const bytes = file.bytes ?? (file.sha256 === undefined ? pinned?.bytes : undefined)
  const sha256 = file.sha256 ?? pinned?.sha256
  return {
    path,
    bytes,
    most: bytes ?? file.most!,
    sha256,
    by: file.sha256 !== undefined ? 'manifest' : pinned === undefined ? undefined : 'pin',
  }
}
