// config.toml: a view of the settings in force, for people to read. It is written from the log and
// never obeyed: an edit shows as drift until it is made with `config set`.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { parse, TomlError } from 'smol-toml'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { Drift } from '../../domain/control/methods.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import {
  checkSetting,
  isSettingKey,
  SETTING_KEYS,
  type SettingKey,
  SETTINGS,
  type Settings,
} from './settings.ts'

/** Our own rendering takes 2 KB. */
const MOST_BYTES = 262_144
const MOST_DEPTH = 16

export class ConfigUnreadable extends Schema.TaggedError<ConfigUnreadable>()('ConfigUnreadable', {
  /** Line and column, from 1; absent where the whole is not text. */
  line: Schema.optionalKey(Schema.Int),
  column: Schema.optionalKey(Schema.Int),
  detail: Schema.String,
}) {
  override get message(): string {
    return this.line === undefined ? this.detail : `line ${this.line}: ${this.detail}`
  }
}

const HEADER = `# The settings of Isonapse hook, as they are in force. This file shows them and does not change them:
#   isonapse hook config set KEY VALUE
`

/** Every setting with what it is about, its default and its value, by table. */
export const renderConfig = (settings: Settings): string => {
  let out = HEADER
  let table = ''
  for (const key of SETTING_KEYS) {
    const [group, name] = splitKey(key)
    if (group !== table) out += `\n[${group}]\n`
    table = group
    const { about, type, default: standard, applies } = SETTINGS[key]
    const when = applies === 'restart' ? ' Takes effect at the next start.' : ''
    out += `# ${about}${when}\n# ${type}; default ${tomlValue(standard)}\n`
    out += `${name} = ${tomlValue(settings[key])}\n`
  }
  return out
}

const splitKey = (key: SettingKey): readonly [string, string] => {
  const dot = key.indexOf('.')
  return [key.slice(0, dot), key.slice(dot + 1)]
}

/** A JSON string without control characters and lone surrogates is a TOML basic string. */
const tomlValue = (value: string | number): string => JSON.stringify(value)

/** Dotted keys and values of a TOML text, whatever they are. */
export const readConfig = (
  text: string,
): Result.Result<ReadonlyMap<string, unknown>, ConfigUnreadable> => {
  try {
    const found = new Map<string, unknown>()
    flatten(parse(text, { maxDepth: MOST_DEPTH, unsafeKeyBehaviour: 'keep' }), '', found, 0)
    return Result.succeed(found)
  } catch (error) {
    // The parser's own error quotes the text after its first line; its line number is enough.
    const [first = ''] = String(error instanceof Error ? error.message : error).split('\n')
    const place = error instanceof TomlError ? { line: error.line, column: error.column } : {}
    const detail = first.replace(/^Invalid TOML document: /, '')
    return Result.fail(new ConfigUnreadable({ ...place, detail }))
  }
}

const flatten = (
  table: Readonly<Record<string, unknown>>,
  prefix: string,
  into: Map<string, unknown>,
  depth: number,
): void => {
  for (const [name, value] of Object.entries(table)) {
    const key = `${prefix}${name}`
    if (isTable(value) && depth < MOST_DEPTH) flatten(value, `${key}.`, into, depth + 1)
    else into.set(key, value)
  }
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Writes the view anew; a crash leaves the old one. */
export const writeConfig = (file: string, settings: Settings): Result.Result<void, FileFailure> =>
  atomicWrite(file, renderConfig(settings))

/**
 * Whether the file says of every setting it names what is in force, and lacks some: one that an earlier
 * version wrote, which knew fewer.
 */
export const isEarlierConfig = (file: string, inForce: Settings): boolean => {
  const read = readOwnFile(file, { maxBytes: MOST_BYTES })
  const text = Result.isSuccess(read) ? fromUtf8(read.success) : undefined
  const config = text === undefined ? undefined : readConfig(text)
  if (config === undefined || Result.isFailure(config)) return false
  const named = [...config.success.keys()]
  return (
    named.length > 0 &&
    named.length < SETTING_KEYS.length &&
    named.every((key) => isSettingKey(key) && config.success.get(key) === inForce[key])
  )
}

/** In what the file differs from what is in force; empty when it says the same. */
export const configDrift = (file: string, inForce: Settings): ReadonlyArray<Drift> => {
  const drift = (detail: string): Drift => ({ subject: 'config', detail })
  const read = readOwnFile(file, { maxBytes: MOST_BYTES })
  if (Result.isFailure(read)) return [drift(`${read.failure.message}; ${read.failure.remedy}`)]
  const text = fromUtf8(read.success)
  if (text === undefined) return [drift(`${file}: is not UTF-8`)]
  const config = readConfig(text)
  if (Result.isFailure(config)) return [drift(`${file}: ${config.failure.message}`)]
  const found = config.success
  const differing = SETTING_KEYS.flatMap((key) => {
    if (!found.has(key)) return [drift(`${key} is not in ${file}`)]
    const checked = checkSetting(key, found.get(key))
    if (Result.isFailure(checked)) return [drift(checked.failure.message)]
    if (checked.success === inForce[key]) return []
    const [there, here] = [checked.success, inForce[key]].map(tomlValue)
    return [drift(`${key} is ${there} in ${file}, and ${here} in force`)]
  })
  const unknown = [...found.keys()].flatMap((key) => {
    const checked = isSettingKey(key) ? undefined : checkSetting(key, undefined)
    return checked !== undefined && Result.isFailure(checked)
      ? [drift(checked.failure.message)]
      : []
  })
  return [...differing, ...unknown]
}
