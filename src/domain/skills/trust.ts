// What is found of the files that instruct the agent, against what was trusted. Pure: the files were
// looked at before, and the manifest is folded from the log.
import * as Schema from 'effect/Schema'
import { isGuarded, itemKey, type Runs, type SkillItem, type SkillKind } from './item.ts'

/** A file as it was found. */
export interface FoundSkill extends SkillItem {
  /** What of it runs something, the gravest first. */
  readonly runs: ReadonlyArray<Runs>
  /** Why it could not be read; its hash then stands for that. */
  readonly unreadable?: string
  /** It says nothing: worth knowing only where it once was trusted for saying something, or nothing. */
  readonly empty?: true
}

export type SkillStatus = 'matched' | 'modified' | 'unknown' | 'missing'

export interface SkillFinding {
  readonly item: SkillItem
  readonly status: SkillStatus
  readonly runs: ReadonlyArray<Runs>
  readonly unreadable?: string
  /** Why nothing is let through in enforce mode until a human trusts it. */
  readonly code?: string
}

export interface SkillCounts {
  readonly matched: number
  readonly modified: number
  readonly unknown: number
  readonly missing: number
}

/** What a decision is to know: how many files hold the session up, and why, sorted. */
export const Untrusted = Schema.Struct({
  count: Schema.Int,
  codes: Schema.Array(Schema.String),
})
export type Untrusted = typeof Untrusted.Type

/** The hash that a file is trusted with; undefined where nobody trusted it. */
export type TrustedHash = (key: string) => string | undefined

/** `known`: what is trusted of the folders that were looked through, some of which may be gone. */
export const compareSkills = (
  found: ReadonlyArray<FoundSkill>,
  known: ReadonlyArray<SkillItem>,
  trusted: TrustedHash,
): ReadonlyArray<SkillFinding> => {
  const seen = new Set<string>()
  const findings: Array<SkillFinding> = []
  for (const { runs, unreadable, empty, ...item } of found) {
    const key = itemKey(item)
    if (key === undefined || seen.has(key)) continue
    seen.add(key)
    const hash = trusted(key)
    if (hash === undefined && empty === true) continue
    const status = hash === undefined ? 'unknown' : hash === item.hash ? 'matched' : 'modified'
    const code = codeOf(item.kind, status, runs)
    findings.push({
      item,
      status,
      runs,
      ...(unreadable === undefined ? {} : { unreadable }),
      ...(code === undefined ? {} : { code }),
    })
  }
  for (const item of known) {
    const key = itemKey(item)
    // A folder that holds no more than can be looked at any longer is not missed.
    if (key === undefined || seen.has(key) || item.kind === 'folder') continue
    findings.push({ item, status: 'missing', runs: [] })
  }
  return findings
}

const codeOf = (
  kind: SkillKind,
  status: SkillStatus,
  runs: ReadonlyArray<Runs>,
): string | undefined => {
  if (status === 'modified' && isGuarded(kind)) return `modified-${kind}`
  const [gravest] = runs
  return status === 'matched' || gravest === undefined ? undefined : `new-${gravest}`
}

export const countsOf = (findings: ReadonlyArray<SkillFinding>): SkillCounts => {
  const counts = { matched: 0, modified: 0, unknown: 0, missing: 0 }
  for (const { status } of findings) counts[status] += 1
  return counts
}

export const totalOf = ({ matched, modified, unknown, missing }: SkillCounts): number =>
  matched + modified + unknown + missing
