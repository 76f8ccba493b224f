// What can be asked about the files that instruct the agent, and how they are trusted: the parameters and
// the answers of those methods.
import * as Schema from 'effect/Schema'
import { PathRef } from '../action/place.ts'
import { Authorisation } from '../authority/authorisation.ts'
import { SkillItem, SkillKind } from '../skills/item.ts'
import type { SkillCounts, SkillFinding } from '../skills/trust.ts'

const Loosening = {
  pid: Schema.optionalKey(Schema.Int),
  authorisation: Schema.optionalKey(Authorisation),
}

const Where = {
  /** The folder that a session would be started in, absolute; without it the user's own files alone. */
  project: Schema.optionalKey(Schema.String),
  /** One more file to be looked at, absolute: one that nothing names yet. */
  file: Schema.optionalKey(Schema.String),
}

/** One entry of the log holds what is trusted at once. */
export const MOST_TRUSTED_AT_ONCE = 200
/** Of them as JSON. Bytes. */
export const MOST_TRUSTED_BYTES = 48_000

export const SKILL_PARAMS = {
  'skill.list': Schema.Struct(Where),
  /** The same, and the log says what was found. */
  'skill.check': Schema.Struct(Where),
  /** Everything that was ever trusted, and what holds of it. */
  'skill.verify': Schema.Struct({}),
  /** As they were shown: what has changed since is refused. */
  'skill.trust': Schema.Struct({ ...Where, items: Schema.Array(SkillItem), ...Loosening }),
  'skill.drop': Schema.Struct({
    items: Schema.Array(Schema.Struct({ path: PathRef, kind: SkillKind })),
    ...Loosening,
  }),
} as const

export interface SkillLine extends SkillFinding {
  /** Absolute. */
  readonly file: string
  /** 0 to 1, where the file was looked through and reads like an attempt to instruct the agent. */
  readonly injection?: number
}

export interface SkillReport {
  /** The folder looked from; null: the user's own files alone. */
  readonly project: string | null
  readonly counts: SkillCounts
  /** What holds sessions there up comes first. */
  readonly skills: ReadonlyArray<SkillLine>
  /** How many of the user's own were taken as they are just now. */
  readonly first: number
  /** In enforce mode what is untrusted denies prompts and tool calls. */
  readonly enforced: boolean
  readonly tookMs: number
}

export interface SkillResults {
  'skill.list': SkillReport
  'skill.check': SkillReport
  'skill.verify': SkillReport
  'skill.trust': { readonly trusted: number; readonly index: number | null }
  'skill.drop': { readonly dropped: number; readonly index: number | null }
}
