// What was registered where, and from what the plugin's files were made: a file of ours in the
// configuration folder. It outlives `disable`, which removes the plugin, so that `enable` can make it
// again, and it is what the plugin's files are compared with. It grants nothing.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as path from 'node:path'
import { fromUtf8 } from '../../domain/bytes.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { shown, type FileFailure } from '../files/failure.ts'
import { readIfThere } from '../files/readOwnFile.ts'
import type { AppPaths } from '../paths.ts'
import { HookClientOptions } from '../transport/hookClient.ts'
import { parseJson } from './clientFiles.ts'

export const Registration = Schema.Union([
  Schema.Struct({ scope: Schema.Literal('user') }),
  /** The folder whose `.claude/settings.json` enables the plugin. Absolute. */
  Schema.Struct({ scope: Schema.Literal('project'), dir: Schema.String }),
])
export type Registration = typeof Registration.Type

export const WiringRecord = Schema.Struct({
  format: Schema.Literal(1),
  /** The client's folder of the user, absolute. */
  clientDir: Schema.String,
  registrations: Schema.Array(Registration),
  /** False after `disable`: the registrations are what `enable` makes again. */
  enabled: Schema.Boolean,
  plugin: Schema.Struct({
    version: Schema.String,
    cli: Schema.Array(Schema.String),
    client: HookClientOptions,
  }),
  /** The client as it was found when the plugin was installed. */
  clientProgram: Schema.NullOr(Schema.String),
  clientVersion: Schema.NullOr(Schema.String),
  /**
   * When it was first installed, epoch milliseconds: what ran before that did not slip past anything.
   * Absent in a record of an earlier version.
   */
  installed: Schema.optionalKey(Schema.Finite),
})
export type WiringRecord = typeof WiringRecord.Type

/** The file is there and holds something else. */
export class WiringDamaged extends Schema.TaggedError<WiringDamaged>()('WiringDamaged', {
  path: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

export const wiringFile = ({ configDir }: Pick<AppPaths, 'configDir'>): string =>
  path.join(configDir, 'wiring.json')

const MOST_BYTES = 262_144

const decode = Schema.decodeUnknownResult(WiringRecord)

/** The record, or undefined where nothing was ever installed. */
export const readWiringRecord = (
  paths: Pick<AppPaths, 'configDir'>,
): Result.Result<WiringRecord | undefined, WiringDamaged | FileFailure> => {
  const file = wiringFile(paths)
  return readIfThere(file, { maxBytes: MOST_BYTES }, (bytes) => {
    const parsed = parseJson(fromUtf8(bytes) ?? '')
    const decoded = 'value' in parsed ? decode(parsed.value) : undefined
    return decoded !== undefined && Result.isSuccess(decoded)
      ? Result.succeed(decoded.success)
      : Result.fail(
          new WiringDamaged({
            path: file,
            detail: 'does not hold what was written at install',
            remedy: `rm ${shown(file)}, then isonapse hook install`,
          }),
        )
  })
}

/** Writes it (0600) into the configuration folder, which must exist. */
export const writeWiringRecord = (
  paths: Pick<AppPaths, 'configDir'>,
  record: WiringRecord,
): Result.Result<void, FileFailure> =>
  atomicWrite(wiringFile(paths), `${JSON.stringify(record, null, 2)}\n`)

export const sameRegistration = (a: Registration, b: Registration): boolean =>
  a.scope === 'user'
    ? b.scope === 'user'
    : b.scope === 'project' && path.normalize(a.dir) === path.normalize(b.dir)
