// `config show`: where everything lies, and every setting with what it may be.
import type { ConfigEntry, ConfigShown, StatusReport } from '../../domain/control/methods.ts'
import { nearest } from '../../domain/nearest.ts'
import { usage } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrapped } from '../terminal/width.ts'

export const configLines = (
  { paths, settings }: ConfigShown,
  { mode, posture }: Pick<StatusReport, 'mode' | 'posture'>,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => [
  ...facts(
    [
      ['mode', mode],
      ['posture', posture ?? 'auto'],
    ],
    { width, dim: style.dim },
  ),
  '',
  style.bold('Paths'),
  ...facts(
    Object.entries(paths).map(([name, path]) => [name, printed(path)] as const),
    { width, dim: style.dim },
  ),
  '',
  style.bold('Settings'),
  ...settings.flatMap((entry) => settingLines(entry, { style, width })),
]

const settingLines = (
  { key, value, default: standard, type, about }: ConfigEntry,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const changed = JSON.stringify(value) !== JSON.stringify(standard)
  const note = changed ? style.yellow(` (default ${valueText(standard)})`) : ''
  const text = `${printed(about)} Must be ${printed(type)}.`
  return [
    `  ${key} = ${style.bold(valueText(value))}${note}`,
    ...(width === Infinity ? [text] : wrapped(text, width - 6)).map(
      (line) => `      ${style.dim(line)}`,
    ),
  ]
}

const valueText = (value: unknown): string => printed(JSON.stringify(value) ?? 'unset')

/** The setting of a key; the failure names the valid ones. */
export const settingNamed = (settings: ReadonlyArray<ConfigEntry>, key: string): ConfigEntry => {
  const found = settings.find((entry) => entry.key === key)
  if (found !== undefined) return found
  const keys = settings.map((entry) => entry.key)
  const like = nearest(key, keys)
  throw usage(
    `there is no setting "${key}"${like === undefined ? '' : `; did you mean ${like}?`}`,
    `the settings are ${keys.join(', ')}`,
  )
}
