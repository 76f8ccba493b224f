// The record of what root laid down: written before anything else is, removed after everything else is,
// so that a run that ended half-way can be finished, or taken back, by the next. It is root's, anybody
// may read it, and it grants nothing: what it says is checked piece by piece (check.ts).
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import { atomicWrite } from '../files/atomicWrite.ts'
import { type FileFailure, shown } from '../files/failure.ts'
import { readRecord } from '../files/readOwnFile.ts'
import { checkAncestors } from '../files/secureDirs.ts'
import { HookClientOptions } from '../transport/hookClient.ts'
import { type HardenRoots, recordFile } from './places.ts'

const Roots = Schema.Struct({
  program: Schema.String,
  state: Schema.String,
  run: Schema.String,
  managed: Schema.String,
  units: Schema.String,
})

export const HardenedRecord = Schema.Struct({
  format: Schema.Literal(1),
  /**
   * `laying`: the user's own log counts. `hardened`: the log here does. `returning`: it is on its way
   * back and still counts. `returned`: a whole copy of it is at the user's, and what is here may go.
   */
  state: Schema.Literals(['laying', 'hardened', 'returning', 'returned']),
  version: Schema.String,
  user: Schema.Struct({
    name: Schema.String,
    uid: Schema.Int,
    gid: Schema.Int,
    home: Schema.String,
  }),
  /** `made`: by us, and so ours to remove. `uid` null: about to be made. */
  service: Schema.Struct({
    name: Schema.String,
    uid: Schema.NullOr(Schema.Int),
    gid: Schema.NullOr(Schema.Int),
    made: Schema.Boolean,
  }),
  /** The user's own folders, where the log came from and goes back to. */
  from: Schema.Struct({
    configDir: Schema.String,
    dataDir: Schema.String,
    runDir: Schema.String,
  }),
  /** The program that was run first: the user's own goes on with it afterwards. */
  source: Schema.Array(Schema.String),
  /** What of the environment says where his folders are. */
  env: Schema.Record(Schema.String, Schema.String),
  roots: Roots,
  /** What the hook script is made of. */
  client: HookClientOptions,
  /** Folders of managed settings that were not there before. */
  made: Schema.Array(Schema.String),
  /** Whether a unit of systemd's starts it. */
  systemd: Schema.Boolean,
})
export type HardenedRecord = typeof HardenedRecord.Type

const MOST_BYTES = 262_144

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(HardenedRecord))

/** Undefined where nothing is hardened here. Any user may ask; one that is not root's is refused. */
export const readHardened = (
  roots: Pick<HardenRoots, 'program'>,
): Result.Result<HardenedRecord | undefined, FileFailure> => {
  const file = recordFile(roots)
  // Asked at every command of every user: where there is nothing, one look is enough.
  if (!fs.existsSync(file)) return Result.succeed(undefined)
  return Result.gen(function* () {
    yield* checkAncestors(file, 0)
    return yield* readRecord(file, { maxBytes: MOST_BYTES, uid: 0, readers: 'all' }, decode, {
      detail: 'does not hold what isonapse hook harden wrote',
      remedy: `restore ${shown(file)} from a backup`,
    })
  })
}

export const writeHardened = (record: HardenedRecord): Result.Result<void, FileFailure> =>
  atomicWrite(recordFile(record.roots), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o644 })
