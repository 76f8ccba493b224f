// What the user is told of something that would have had the client run without the gate.
import { printable } from '../oneLine.ts'
import { codeInWords, MEND_COMMAND } from './words.ts'

const KEY_WORDS: Readonly<Record<string, string>> = {
  disableAllHooks: 'says disableAllHooks',
  enabledPlugins: 'no longer enables the gate’s plugin (enabledPlugins)',
  extraKnownMarketplaces: 'names another place for the gate’s plugin (extraKnownMarketplaces)',
  unusable: 'is not valid, so that Claude Code drops all of it',
  allowManagedHooksOnly: 'says allowManagedHooksOnly, which leaves the gate out',
  missing: 'is gone, and with it what loads the gate',
}

/** A key of another version is shown as it is: they are words of ours. */
export const switchInWords = (key: string): string =>
  Object.hasOwn(KEY_WORDS, key) ? KEY_WORDS[key]! : key

export interface ToldSwitch {
  readonly key: string
  /** As a person would name it. */
  readonly file: string
  readonly mended: boolean
}

const MOST_TOLD = 3
const LONGEST_FILE = 200

/** Of a file as it is named already. */
export const configInWords = (file: string, key: string): string =>
  `${printable(file, LONGEST_FILE)} ${switchInWords(key)}`

/** One line. */
export const switchedInWords = (switches: ReadonlyArray<ToldSwitch>, enforced: boolean): string => {
  const all = switches.slice(0, MOST_TOLD)
  const what = all.map(({ key, file }) => configInWords(file, key)).join('; ')
  const then = !enforced
    ? 'Profile mode leaves it: the next session would run without the gate.'
    : switches.every(({ mended }) => mended)
      ? 'It was put back as it was. To take the gate out, run isonapse hook disable yourself.'
      : 'It could not be put back: the next session would run without the gate. Run isonapse hook doctor.'
  return `Isonapse: changed while this session ran, ${what}. ${then}`
}

export interface ToldPlugin {
  /** What is still wrong. */
  readonly codes: ReadonlyArray<string>
  readonly mended: boolean
  readonly enforced: boolean
}

/** One line. */
export const pluginInWords = ({ codes, mended, enforced }: ToldPlugin): string => {
  const was = mended
    ? 'a file of the gate’s own plugin was not what was installed, and was put back'
    : 'the gate’s own plugin is not what was installed'
  if (codes.length === 0) return `Isonapse: ${was}.`
  const then = enforced
    ? 'Prompts and tool calls are denied until you look (isonapse hook doctor) and run'
    : 'In enforce mode prompts and tool calls would be denied until you look (isonapse hook doctor) and run'
  return `Isonapse: ${was}; ${codes.map(codeInWords).join('; ')}. ${then} ${MEND_COMMAND}.`
}
