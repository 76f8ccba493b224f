// Our command as the client's status line. The client has one: the user's own from before is kept and
// run by ours, with the same input. Only the user's settings are edited; every unrelated byte stays.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fromUtf8 } from '../../domain/bytes.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure, shown } from '../files/failure.ts'
import { readIfThere } from '../files/readOwnFile.ts'
import { ensurePrivateDir } from '../files/secureDirs.ts'
import type { AppPaths } from '../paths.ts'
import { member, parseJson, userSettingsFile } from './clientFiles.ts'
import { memberText, removeMember, setMember, setMemberText } from './jsonEdit.ts'
import { done, failed, kept, type Step } from './report.ts'
import {
  addToSettings,
  readStrictly,
  removeFromSettings,
  type SettingsRefused,
  type TextEdit,
} from './settings.ts'

const MEMBER = 'statusLine'

export const StatusLineRecord = Schema.Struct({
  format: Schema.Literal(1),
  /** The settings file that names our command, absolute. */
  file: Schema.String,
  command: Schema.String,
  /** The value that stood there before, as its bytes were; null where there was none. */
  previous: Schema.NullOr(Schema.String),
})
export type StatusLineRecord = typeof StatusLineRecord.Type

export const statusLineFile = ({ configDir }: Pick<AppPaths, 'configDir'>): string =>
  path.join(configDir, 'statusline.json')

const MOST_BYTES = 262_144

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(StatusLineRecord))

/** Undefined where it was not installed; a file that holds something else counts as none. */
export const readStatusLine = (
  paths: Pick<AppPaths, 'configDir'>,
): Result.Result<StatusLineRecord | undefined, FileFailure> =>
  readIfThere(statusLineFile(paths), { maxBytes: MOST_BYTES }, (bytes) =>
    Result.succeed(Result.getOrUndefined(decode(fromUtf8(bytes) ?? ''))),
  )

/**
 * The line for the client's shell. The folders are in it and none is looked up: a repository's settings
 * can choose the environment that the client starts it with, and what Node would load first.
 */
export const statusLineCommand = (
  cli: ReadonlyArray<string>,
  { configDir, runDir }: Pick<AppPaths, 'configDir' | 'runDir'>,
): string =>
  [
    'NODE_OPTIONS=',
    ...[...cli, 'hook', 'statusline', '--config-dir', configDir, '--run-dir', runDir].map(shown),
  ].join(' ')

const isOurs = (command: unknown): boolean =>
  typeof command === 'string' && command.includes(' hook statusline --config-dir ')

export interface StatusLineOptions {
  readonly paths: Pick<AppPaths, 'configDir' | 'runDir'>
  readonly clientDir: string
  readonly cli: ReadonlyArray<string>
}

/**
 * Names our command. The record comes first: a crash after it leaves the user's own line in the settings
 * and a record that says so. Repeated, it renews our command and keeps what is kept.
 */
export const installStatusLine = ({
  paths,
  clientDir,
  cli,
}: StatusLineOptions): Result.Result<ReadonlyArray<Step>, FileFailure | SettingsRefused> =>
  Result.gen(function* () {
    const file = userSettingsFile(clientDir)
    const command = statusLineCommand(cli, paths)
    const before = yield* readStatusLine(paths)
    const found = yield* readStrictly(file)
    const now = found === undefined ? undefined : valueIn(found.text)
    const named = member(now, 'command')
    const previous = isOurs(named)
      ? // Ours without a record of it: run by itself it would run itself.
        before?.command === named
        ? (before?.previous ?? null)
        : null
      : found === undefined || now === undefined
        ? null
        : (Result.getOrUndefined(memberText(found.text, MEMBER)) ?? null)
    yield* ensurePrivateDir(paths.configDir)
    const record: StatusLineRecord = { format: 1, file, command, previous }
    yield* atomicWrite(statusLineFile(paths), `${JSON.stringify(record, null, 2)}\n`)
    const { outcome, backup } = yield* addToSettings(file, (text) =>
      setMember(text, [MEMBER], { type: 'command', command }),
    )
    const detail =
      previous === null
        ? 'names isonapse hook statusline'
        : 'names isonapse hook statusline, which runs the one that stood there and prints it first'
    return [
      (outcome === 'unchanged' ? kept : done)(
        'status line',
        file,
        backup === null ? detail : `${detail}; the bytes before are in ${backup}`,
      ),
    ]
  })

const valueIn = (text: string): unknown => {
  const parsed = parseJson(text)
  return 'value' in parsed ? member(parsed.value, MEMBER) : undefined
}

/** What stood there before ours, where ours is there. */
export const withoutStatusLine =
  ({ command, previous }: StatusLineRecord): TextEdit =>
  (text) =>
    member(valueIn(text), 'command') !== command
      ? Result.succeed(text)
      : previous === null
        ? removeMember(text, [MEMBER])
        : setMemberText(text, MEMBER, previous)

/** Puts back what stood there. Another command than ours stays: the user has changed it since. */
export const uninstallStatusLine = (
  paths: Pick<AppPaths, 'configDir'>,
  /** No step where it was not installed. */
  quiet = false,
): ReadonlyArray<Step> => {
  const record = readStatusLine(paths)
  if (Result.isFailure(record))
    return [failed('status line', statusLineFile(paths), record.failure)]
  if (record.success === undefined)
    return quiet ? [] : [kept('status line', null, 'isonapse hook statusline was not installed')]
  const { file, previous } = record.success
  const edited = removeFromSettings(file, withoutStatusLine(record.success))
  if (Result.isFailure(edited)) return [failed('status line', file, edited.failure)]
  try {
    fs.rmSync(statusLineFile(paths), { force: true })
  } catch (error) {
    return [
      failed(
        'status line',
        statusLineFile(paths),
        failureOf(statusLineFile(paths), 'remove it', error),
      ),
    ]
  }
  return [
    edited.success.outcome === 'unchanged'
      ? kept('status line', file, 'names another command by now, which stays')
      : done('status line', file, previous === null ? 'taken out' : 'as it was before'),
  ]
}
