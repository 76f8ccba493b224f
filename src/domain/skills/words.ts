// What is said of untrusted files: fixed words, and never a name that a repository chose.
import { isGateCode } from './ownPlugin.ts'
import type { SkillCounts, Untrusted } from './trust.ts'
import { totalOf } from './trust.ts'

export const CHECK_COMMAND = 'isonapse hook skill check'
export const ACCEPT_COMMAND = 'isonapse hook skill check --accept'
/** Writes the plugin's files anew. */
export const MEND_COMMAND = 'isonapse hook install'

/** Which command is to be told: what is the gate's own cannot be accepted, only mended. */
export const untrustedRemedy = ({ codes }: Untrusted): string =>
  codes.some(isGateCode)
    ? `Tell the user, who can see what it is with isonapse hook doctor, take out what is foreign, and mend the rest with: ${MEND_COMMAND}`
    : `Tell the user, who can look with ${CHECK_COMMAND} and trust them with: ${ACCEPT_COMMAND}`

const CODE_WORDS: Readonly<Record<string, string>> = {
  'modified-skill': 'a skill was changed',
  'modified-agent': 'an agent was changed',
  'modified-hook': 'a hook was changed',
  'modified-plugin': 'a plugin was changed',
  'modified-mcp': 'MCP servers were changed',
  'new-hook': 'there are hooks that nobody trusted',
  'new-module': 'there are in-process modules that nobody trusted',
  'new-mcp': 'there are MCP servers that nobody trusted',
  'new-env': 'settings change what programs are run, or where traffic goes',
  'new-program': 'settings name a program that the client runs',
  'new-plugin': 'there is a plugin that nobody trusted',
  'new-hooks-off': 'settings switch hooks off',
  'new-too-large': 'a file that may run something is too large to be looked at',
  'new-too-many': 'there are more files than can be looked at',
  'gate-changed': 'a file of the gate’s own plugin is not what was installed',
  'gate-missing': 'a file of the gate’s own plugin is missing',
  'gate-open': 'the gate’s own plugin is open to other users',
  'gate-foreign': 'the gate’s own plugin holds a file that is not its own',
}

/** A code of another version is shown as it is: codes are words of ours. */
export const codeInWords = (code: string): string =>
  Object.hasOwn(CODE_WORDS, code) ? CODE_WORDS[code]! : code

const MOST_CODES = 3

export const untrustedInWords = ({ count, codes }: Untrusted): string => {
  const said = codes.slice(0, MOST_CODES).map(codeInWords)
  if (codes.length > MOST_CODES) said.push('and more')
  return `${count === 1 ? 'one file is' : `${count} files are`} not trusted: ${said.join('; ')}`
}

export interface CheckTold {
  readonly counts: SkillCounts
  readonly untrusted: Untrusted | undefined
  /** Files of the user's own that were taken as they are, this being the first look. */
  readonly first: number
  readonly enforced: boolean
}

/** One line for the user; undefined where no file instructs the agent. */
export const checkInWords = ({
  counts,
  untrusted,
  first,
  enforced,
}: CheckTold): string | undefined => {
  const all = totalOf(counts)
  if (all === 0) return undefined
  const { modified, unknown, missing } = counts
  const parts = [
    [modified, 'changed'],
    [unknown, 'not trusted yet'],
    [missing, 'missing'],
  ].flatMap(([many, what]) => (many === 0 ? [] : [`${many} ${what}`]))
  const files = all === 1 ? 'one file instructs' : `${all} files instruct`
  const how = parts.length === 0 ? 'all as trusted' : parts.join(', ')
  const taken =
    first === 0 ? '' : ` Of the user’s own, ${first} were taken as they are, on first sight.`
  const then =
    untrusted === undefined
      ? parts.length === 0
        ? ''
        : ` See ${CHECK_COMMAND}.`
      : ` ${upper(untrustedInWords(untrusted))}. ${
          enforced
            ? 'Prompts and tool calls are denied until you look and run'
            : 'In enforce mode prompts and tool calls would be denied until you look and run'
        } ${ACCEPT_COMMAND}.`
  return `Isonapse: ${files} the agent here, ${how}.${taken}${then}`
}

const upper = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
