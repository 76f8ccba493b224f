// The user's own executables that are asked about a call beside the policy. What one says can only make
// a verdict stricter; one that gives no usable answer has the call denied.
import * as Schema from 'effect/Schema'
import { toolNameOf } from '../action/toolName.ts'
import { Digest } from '../hash.ts'
import { Verdict } from '../policy/verdict.ts'
import { wildcard } from '../policy/pattern.ts'

export const MOST_GUARDS = 16
export const DEFAULT_TIMEOUT_MS = 1000
export const LEAST_TIMEOUT_MS = 50
/** The client waits 8 seconds for an answer, and what passes is looked at meanwhile. */
export const MOST_TIMEOUT_MS = 5000
const MOST_TOOLS = 32
/** Longest path, in UTF-16 units. */
const LONGEST_PATH = 1024

/** What a guard is registered as. */
export const Guard = Schema.Struct({
  name: Schema.String,
  /** Its real path. */
  program: Schema.String,
  /** SHA-256 of the file that was registered: another one is not run. */
  hash: Digest,
  /** Canonical names of tools; `*` stands for any characters. */
  tools: Schema.Array(Schema.String),
  timeoutMs: Schema.Int,
  /** Files with a payload that it must deny, and one that it must allow. */
  cases: Schema.Struct({ deny: Schema.String, allow: Schema.String }),
})
export type Guard = typeof Guard.Type

/** Why a guard's verdict is what it is. `answered`: it said so; the others are failures, and deny. */
export const GUARD_CODES = [
  'answered',
  'status',
  'unreadable',
  'slow',
  'output',
  'missing',
  'changed',
  'unstarted',
  'busy',
] as const
export const GuardCode = Schema.Literals(GUARD_CODES)
export type GuardCode = typeof GuardCode.Type

/** As a decision sees it. */
export const GuardVerdict = Schema.Struct({
  name: Schema.String,
  verdict: Verdict,
  code: GuardCode,
})
export type GuardVerdict = typeof GuardVerdict.Type

export const isGuardName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(name)

const TOOL = /^[^\s\p{C}:()]{1,128}$/u

/** What is wrong with it, as a sentence; undefined where nothing is. */
export const guardFault = ({
  name,
  program,
  tools,
  timeoutMs,
  cases,
}: Guard): string | undefined => {
  if (!isGuardName(name))
    return 'a guard’s name is of lower-case letters, digits and dashes, at most 32'
  for (const file of [program, cases.deny, cases.allow])
    if (!/^\/[^\p{Cc}\p{Cs}]*$/u.test(file) || file.length > LONGEST_PATH)
      return 'a guard’s program and cases are absolute paths without control characters'
  if (tools.length === 0 || tools.length > MOST_TOOLS)
    return `a guard is for 1 to ${MOST_TOOLS} tools`
  const odd = tools.find((tool) => !TOOL.test(tool))
  if (odd !== undefined)
    return `${JSON.stringify(odd.slice(0, 60))} is no tool’s name, such as Bash or mcp__crm__*`
  return Number.isInteger(timeoutMs) &&
    timeoutMs >= LEAST_TIMEOUT_MS &&
    timeoutMs <= MOST_TIMEOUT_MS
    ? undefined
    : `a guard’s time limit is ${LEAST_TIMEOUT_MS} to ${MOST_TIMEOUT_MS} milliseconds`
}

/** Read generously: in any case, by the name that the client gave or the canonical one. */
export const isForTool = ({ tools }: Pick<Guard, 'tools'>, reported: string): boolean => {
  const names = [reported, toolNameOf(reported).name].map((name) => name.toLowerCase())
  return tools.some((tool) => {
    const patterns = [tool, toolNameOf(tool).name].map((one) => one.toLowerCase())
    return names.some((name) => patterns.some((pattern) => wildcard(pattern, name)))
  })
}

/** Named in decisions; no rule of a policy can have it. */
export const guardId = (name: string): string => `guard:${name}`

export const testCommand = (name: string): string => `isonapse hook guard test ${name}`

const FAILED: Readonly<Record<Exclude<GuardCode, 'answered'>, string>> = {
  status: 'ended with another status than 0 or 2',
  unreadable: 'said something that cannot be read',
  slow: 'did not answer in time',
  output: 'wrote too much',
  missing: 'is not there, or may not be run',
  changed: 'is another file than the one that was registered',
  unstarted: 'could not be started',
  busy: 'could not be asked, as too many are asked at once',
}

/** After the guard's name. */
export const guardInWords = ({ verdict, code }: Omit<GuardVerdict, 'name'>): string => {
  if (code !== 'answered') return FAILED[code]
  return verdict === 'permit'
    ? 'has no objection'
    : verdict === 'deny'
      ? 'denies it'
      : 'has a human decide'
}
