// The settings, as a table: what exists, its default, what it may be. What is in force is what the
// log holds; this module only gives it its types. Changing any of them but a budget that is lowered counts as
// loosening the gate (domain/authority), so nothing here has to say which.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { ConfigEntry } from '../../domain/control/methods.ts'
import { nearest } from '../../domain/nearest.ts'
import { BUDGET_KEYS, DEFAULT_WARN_PERCENT, WARN_KEY } from '../../domain/cost/budget.ts'
import { INJECTION_ACTIONS } from '../../domain/sensitive/injection/reaction.ts'
import { PII_ACTIONS } from '../../domain/sensitive/piiActions.ts'
import {
  anchor,
  choice,
  dollars,
  ownFile,
  patterns,
  prices,
  type Setting,
  typeActions,
  wholeNumber,
} from './setting.ts'

export const SETTINGS = {
  'gate.max_payload_bytes': wholeNumber({
    default: 33_554_432,
    min: 65_536,
    max: 268_435_456,
    unit: 'bytes',
    about: 'Largest hook payload that is read. A larger one is rejected, and logged so.',
    applies: 'live',
  }),
  'gate.deadline_ms': wholeNumber({
    default: 3000,
    min: 100,
    max: 60_000,
    unit: 'milliseconds',
    about: 'How long a hook may take to send its whole payload before it is rejected as slow.',
    applies: 'live',
  }),
  'witness.durability': choice({
    default: 'os',
    values: ['os', 'fsync'],
    about:
      'What an acknowledged entry survives: "os" a killed process, "fsync" a power cut (slower). Consequential calls are always synced.',
    applies: 'live',
  }),
  'witness.checkpoint_idle_ms': wholeNumber({
    default: 2000,
    min: 100,
    max: 3_600_000,
    unit: 'milliseconds',
    about: 'A checkpoint is signed when nothing new came for this long.',
    applies: 'live',
  }),
  'witness.checkpoint_dirty_ms': wholeNumber({
    default: 30_000,
    min: 100,
    max: 86_400_000,
    unit: 'milliseconds',
    about: 'A checkpoint is signed at the latest this long after an entry that none covers.',
    applies: 'live',
  }),
  'witness.anchor': anchor({
    default: '',
    about:
      'Where every signed checkpoint is sent as well: a file it is appended to, or a command that gets it on standard input. It may name secrets that are declared for --program anchor.',
    applies: 'live',
  }),
  [BUDGET_KEYS.session]: dollars({
    default: 0,
    about: 'What a session may cost in all, its subagents included.',
    applies: 'live',
  }),
  [BUDGET_KEYS.hour]: dollars({
    default: 0,
    about: 'What all sessions together may cost in 60 minutes.',
    applies: 'live',
  }),
  [BUDGET_KEYS.day]: dollars({
    default: 0,
    about: 'What all sessions together may cost in 24 hours.',
    applies: 'live',
  }),
  [WARN_KEY]: wholeNumber({
    default: DEFAULT_WARN_PERCENT,
    min: 1,
    max: 100,
    unit: 'percent',
    about: 'The user is told once when this much of a budget is spent.',
    applies: 'live',
  }),
  'injection.action': choice({
    default: 'warn',
    values: INJECTION_ACTIONS,
    about:
      'Text that tries to instruct the agent, in what it reads: "report" records it and taints the session as the policy says, "warn" tells the model as well, "withhold" keeps what is sure and from elsewhere from the model, "off" looks for none.',
    applies: 'live',
  }),
  'secrets.ticket_seconds': wholeNumber({
    default: 120,
    min: 5,
    max: 3600,
    unit: 'seconds',
    about: 'How long a permitted command has to begin before it gets its secrets no more.',
    applies: 'live',
  }),
  'cost.prices': prices({
    default: '',
    about:
      'Your own prices, before those that come with the program: model input output [write-5m write-1h read], US dollars per million tokens.',
    applies: 'live',
  }),
  'pii.action': choice({
    default: 'tokenize',
    values: PII_ACTIONS,
    about:
      'What is done about personal data and secrets in what passes: nothing, they are counted, or in enforce mode tokens take their place in what the model reads.',
    applies: 'live',
  }),
  'pii.types': typeActions({
    default: '',
    about:
      'The same by type, where it is to be less than pii.action says, or more than is usual for the type (addresses of machines are usually only counted).',
    applies: 'live',
  }),
  'pii.patterns': patterns({
    default: '',
    about:
      'Your own patterns beside the rules, in RE2’s syntax: NAME = regex ; NAME = regex. What they find is of type OWN_NAME.',
    applies: 'live',
  }),
  'pii.prompt': choice({
    default: 'warn',
    values: ['off', 'warn', 'block'],
    about:
      'Values in a prompt, or in a file it mentions, reach the model as they are: the client lets no hook change them. Nothing, a warning, or in enforce mode the prompt is held back and its masked text offered.',
    applies: 'live',
  }),
  'pii.failures': choice({
    default: 'report',
    values: ['report', 'filter'],
    about:
      'Output of commands that fail reaches the model as it is. It is reported, or in enforce mode commands are run so that their output is filtered first.',
    applies: 'live',
  }),
  'pii.restore': choice({
    default: 'files',
    values: ['off', 'files', 'commands'],
    about:
      'Where tokens become values again: nowhere, in files that Write and Edit make, or in shell commands as well that reach no network.',
    applies: 'live',
  }),
  'context.policy': choice({
    default: 'on',
    values: ['on', 'off'],
    about:
      'Whether the model is given a short summary of the policy when a session begins, in enforce mode.',
    applies: 'live',
  }),
  'context.file': ownFile({
    default: '',
    about:
      'A file whose text the model is given when a session begins: yours, closed to others’ writing, at most 8192 bytes. Sensitive values in it are withheld.',
    applies: 'live',
  }),
  'intel.models': choice({
    default: 'on',
    values: ['on', 'off'],
    about:
      'Whether downloaded models look as well as the rules, where there are some. Off: rules alone decide.',
    applies: 'live',
  }),
} as const

export type SettingKey = keyof typeof SETTINGS
type ValueOf<S> = S extends Setting<infer V> ? V : never
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof SETTINGS)[K]> }
export type SettingValue = Settings[SettingKey]

export const SETTING_KEYS = Object.keys(SETTINGS) as ReadonlyArray<SettingKey>

export class SettingInvalid extends Schema.TaggedError<SettingInvalid>()('SettingInvalid', {
  key: Schema.String,
  /** What is wrong, and what would be right. */
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.key}: ${this.detail}`
  }
}

/** Reads a value from a command line's text. An unknown key's error names the valid ones. */
export const parseSetting = (
  key: string,
  text: string,
): Result.Result<SettingValue, SettingInvalid> =>
  Result.flatMap(settingOf(key), (setting) => invalid(key, setting.parse(text)))

/** Checks a value from JSON or TOML. */
export const checkSetting = (
  key: string,
  value: unknown,
): Result.Result<SettingValue, SettingInvalid> =>
  Result.flatMap(settingOf(key), (setting) => invalid(key, setting.check(value)))

export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(SETTINGS, key)

/** The setting of a key; the failure names the nearest key, or all of them. */
const settingOf = (key: string): Result.Result<Setting<SettingValue>, SettingInvalid> => {
  if (isSettingKey(key)) return Result.succeed(SETTINGS[key] as Setting<SettingValue>)
  const like = nearest(key, SETTING_KEYS)
  const detail =
    like === undefined
      ? `no such setting; there are ${SETTING_KEYS.join(', ')}`
      : `no such setting; did you mean ${like}? (all: ${SETTING_KEYS.join(', ')})`
  return Result.fail(new SettingInvalid({ key, detail }))
}

const invalid = <V>(
  key: string,
  result: Result.Result<V, string>,
): Result.Result<V, SettingInvalid> =>
  Result.mapError(result, (detail) => new SettingInvalid({ key, detail }))

/**
 * The settings in force, from the log's folded ones (dotted key to JSON). A value that this version
 * does not accept (another version wrote it) counts as the default; unusableSettings names those.
 */
export const effectiveSettings = (state: Readonly<Record<string, string>>): Settings =>
  Object.fromEntries(
    SETTING_KEYS.map((key) => [
      key,
      Result.getOrElse(inState(key, state), () => SETTINGS[key].default),
    ]),
  ) as unknown as Settings

/** Settings that the log holds and this version ignores: unknown keys, values it does not accept. */
export const unusableSettings = (
  state: Readonly<Record<string, string>>,
): ReadonlyArray<SettingInvalid> =>
  Object.keys(state).flatMap((key) => {
    const checked = inState(key, state)
    return Result.isFailure(checked) ? [checked.failure] : []
  })

const inState = (
  key: string,
  state: Readonly<Record<string, string>>,
): Result.Result<SettingValue, SettingInvalid> => {
  if (!Object.hasOwn(state, key)) return Result.map(settingOf(key), (setting) => setting.default)
  return Result.flatMap(
    Result.try({
      try: (): unknown => JSON.parse(state[key]!),
      catch: () => new SettingInvalid({ key, detail: 'the value in the log is not JSON' }),
    }),
    (value) => checkSetting(key, value),
  )
}

/** What `config show` lists, in the table's order. */
export const configEntries = (settings: Settings): ReadonlyArray<ConfigEntry> =>
  SETTING_KEYS.map((key) => ({
    key,
    value: settings[key],
    default: SETTINGS[key].default,
    type: SETTINGS[key].type,
    about: SETTINGS[key].about,
  }))
