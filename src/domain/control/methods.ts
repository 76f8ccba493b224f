// What can be asked of the control plane: every method with its parameters, what it streams while it
// works, and what it answers. One table serves the control socket and the in-process layer.
import type { Site } from '../explain/sites.ts'
import * as Schema from 'effect/Schema'
import type { Action } from '../action/action.ts'
import type { BacktestReport } from '../suggest/backtestReport.ts'
import { Authorisation } from '../authority/authorisation.ts'
import { APPROVAL_PARAMS, type ApprovalResults } from './approvals.ts'
import type { ParentLog } from '../event/event.ts'
import { Mode, Posture, type Verdict } from '../policy/verdict.ts'
import { COST_PARAMS, type CostReport } from './costs.ts'
import { DOCTOR_PARAMS, type DoctorResults } from './doctor.ts'
import { GAP_PARAMS, type GapsFound } from './gaps.ts'
import { INTEGRITY_PARAMS, type IntegrityResults } from './integrity.ts'
import { INTEL_PARAMS, type IntelStatus } from './intel.ts'
import { GUARD_PARAMS, type GuardResults } from './guards.ts'
import { PLUGIN_PARAMS, type PluginResults } from './plugin.ts'
import type { Habit } from '../profile/habit.ts'
import {
  LEARNING_PARAMS,
  type Observations,
  type PastPolicy,
  type Reported,
  type Suggested,
} from './learning.ts'
import { TAINT_PARAMS, type TaintResults } from './taint.ts'
import type { Replay } from '../replay/report.ts'
import { VAULT_PARAMS, type VaultItem, type VaultResults } from './vault.ts'
import { STATUS_LINE_PARAMS, type StatusLineResults } from './statusLine.ts'
import { SECRET_PARAMS, type SecretResults } from './secrets.ts'
import { SKILL_PARAMS, type SkillResults } from './skills.ts'

const Empty = Schema.Struct({})

/** A loosening names who asks: the process, for the process-tree check, and the signature. */
const Loosening = {
  pid: Schema.optionalKey(Schema.Int),
  authorisation: Schema.optionalKey(Authorisation),
}

const Range = {
  /** Epoch milliseconds, inclusive. */
  since: Schema.optionalKey(Schema.Finite),
  until: Schema.optionalKey(Schema.Finite),
}

export const QueryParams = Schema.Struct({
  ...Range,
  /** This entry alone, where it is what is asked for. */
  index: Schema.optionalKey(Schema.Int),
  session: Schema.optionalKey(Schema.String),
  tool: Schema.optionalKey(Schema.String),
  /** A prefix by whole segments: `tool:Bash:git` finds `tool:Bash:git:push`. */
  capability: Schema.optionalKey(Schema.String),
  verdict: Schema.optionalKey(Schema.String),
  kind: Schema.optionalKey(Schema.String),
  /** Searched for in the entry and in the opened payload, case-insensitively. */
  text: Schema.optionalKey(Schema.String),
  limit: Schema.optionalKey(Schema.Int),
  /** Go on with new entries until the caller hangs up. */
  follow: Schema.optionalKey(Schema.Boolean),
  /** Open sealed payloads and hand them out. */
  payloads: Schema.optionalKey(Schema.Boolean),
})
export type QueryParams = typeof QueryParams.Type

export const PARAMS = {
  /** `project`: the folder whose settings a session started there would read as well. */
  status: Schema.Struct({ project: Schema.optionalKey(Schema.String) }),
  stop: Schema.Struct({ pid: Schema.optionalKey(Schema.Int) }),
  'mode.set': Schema.Struct({ mode: Mode, ...Loosening }),
  'posture.set': Schema.Struct({ posture: Schema.NullOr(Posture), ...Loosening }),
  suspend: Empty,
  resume: Schema.Struct(Loosening),
  /** What an authority key must sign for a change to be accepted: see authorisedBytes. */
  challenge: Schema.Struct({
    method: Schema.Literals([
      'mode.set',
      'posture.set',
      'resume',
      'config.set',
      'policy.import',
      'taint.clear',
      'vault.reveal',
      'vault.export',
      'secret.set',
      'skill.trust',
      'skill.drop',
      'guard.add',
      'guard.remove',
      'approval.grant',
      'integrity.restore',
      'plugin.record',
    ]),
    params: Schema.Unknown,
  }),
  explain: Schema.Struct({
    tool: Schema.String,
    input: Schema.Record(Schema.String, Schema.Unknown),
    cwd: Schema.optionalKey(Schema.String),
    home: Schema.optionalKey(Schema.String),
    project: Schema.optionalKey(Schema.String),
    /** Say as well what has been learned of such calls, and what the suggested policy would decide. */
    learned: Schema.optionalKey(Schema.Boolean),
    /** As in a session that read an injection. */
    tainted: Schema.optionalKey(Schema.Boolean),
  }),
  'config.show': Empty,
  'config.set': Schema.Struct({ key: Schema.String, value: Schema.String, ...Loosening }),
  'policy.show': Empty,
  'policy.import': Schema.Struct({
    policy: Schema.Unknown,
    /** Where it is from, as the log says it. Default: `import`. */
    source: Schema.optionalKey(Schema.Literals(['import', 'suggest', 'rollback'])),
    /** Enforce from the same entry on. */
    mode: Schema.optionalKey(Schema.Literal('enforce')),
    /**
     * Digest of the policy in force that it was made from or compared with: it is refused once another
     * one is in force, whose changes it would take back unseen.
     */
    base: Schema.optionalKey(Schema.String),
    ...Loosening,
  }),
  ...LEARNING_PARAMS,
  ...COST_PARAMS,
  ...GAP_PARAMS,
  ...DOCTOR_PARAMS,
  ...TAINT_PARAMS,
  ...VAULT_PARAMS,
  ...INTEL_PARAMS,
  ...SECRET_PARAMS,
  ...SKILL_PARAMS,
  ...GUARD_PARAMS,
  ...APPROVAL_PARAMS,
  ...INTEGRITY_PARAMS,
  ...PLUGIN_PARAMS,
  ...STATUS_LINE_PARAMS,
  'witness.stats': Empty,
  'witness.query': QueryParams,
  'witness.verify': Schema.Struct({
    /** A signed checkpoint note from outside to compare with. */
    against: Schema.optionalKey(Schema.String),
  }),
  'witness.replay': Schema.Struct({
    /** First and last entry whose decision is made again; projections fold from entry 0 anyway. */
    from: Schema.optionalKey(Schema.Int),
    to: Schema.optionalKey(Schema.Int),
    /** False: from the recorded facts alone, with no payload opened. */
    payloads: Schema.optionalKey(Schema.Boolean),
    /** A policy to decide by instead; nothing is then compared with what was recorded but verdicts. */
    policy: Schema.optionalKey(Schema.Unknown),
  }),
  'witness.export': Schema.Struct({ dir: Schema.String }),
  'witness.prove': Schema.Struct({ index: Schema.Int }),
  'witness.checkpoint': Empty,
  /** Streams the decisions of these entries, oldest first, as items. Indexes, both inclusive. */
  'witness.receipts': Schema.Struct({
    from: Schema.optionalKey(Schema.Int),
    to: Schema.optionalKey(Schema.Int),
    /** Epoch milliseconds, inclusive. */
    since: Schema.optionalKey(Schema.Finite),
    /** A session's id, or the beginning of it. */
    session: Schema.optionalKey(Schema.String),
  }),
} as const

export type MethodName = keyof typeof PARAMS
export type Params<M extends MethodName> = (typeof PARAMS)[M]['Type']

export interface Drift {
  /** `policy`, `config`, `script`, `hooks.json`, `marker`, `identity`. */
  readonly subject: string
  readonly detail: string
}

/** Something on this machine that is wrong, in one line, and what mends it. */
export interface Fault {
  readonly message: string
  readonly remedy: string
}

export interface StatusReport {
  readonly running: boolean
  readonly pid: number | null
  readonly since: number | null
  readonly hookSocket: string
  readonly dataDir: string
  readonly mode: Mode
  readonly posture: Posture | null
  readonly suspended: boolean
  readonly level: 'open' | 'authority' | 'hardened'
  /** What does not work at level `hardened`, in words; absent at the others. */
  readonly off?: ReadonlyArray<string>
  readonly policy: { readonly digest: string; readonly since: number } | null
  readonly log: { readonly size: number; readonly root: string; readonly origin: string }
  readonly lastHook: {
    readonly time: number
    readonly name: string
    readonly session: string | null
  } | null
  readonly clientVersion: string | null
  /** Whether the client's settings, as they are on disk, load our hooks; `detail` says why not. */
  readonly wiring: {
    readonly loaded: boolean
    readonly scope: string | null
    readonly detail: string
  }
  readonly drift: ReadonlyArray<Drift>
  readonly faults: ReadonlyArray<Fault>
  readonly gaps: number
  /** Sessions that sent the gate no event at all. */
  readonly ungated: number
  readonly swaps: number
  readonly rejected: number
  /** Sessions that read text which tries to instruct the agent, and that nobody has cleared. */
  readonly tainted: number
}

export interface Explanation {
  readonly verdict: Verdict
  readonly capabilities: ReadonlyArray<string>
  readonly effects: Action['effects']
  readonly rules: ReadonlyArray<string>
  readonly reason: string
  /** Option names by capability, as the decision saw them. */
  readonly flags?: Action['flags']
  /** Where effects stand that were read from a script that the call would run. */
  readonly sites?: ReadonlyArray<Site>
  /** Guards that would be asked about it, by name: they are not asked by this. */
  readonly guards?: ReadonlyArray<string>
  /** What has been learned of such calls. */
  readonly habit?: Habit
  /** What the policy would decide that the profile suggests; null where it suggests none yet. */
  readonly suggested?: { readonly verdict: Verdict; readonly rules: ReadonlyArray<string> } | null
}

export interface ConfigEntry {
  readonly key: string
  readonly value: unknown
  readonly default: unknown
  /** How the value is written and what it may be. */
  readonly type: string
  readonly about: string
}

export interface ConfigShown {
  readonly paths: Readonly<Record<string, string>>
  readonly settings: ReadonlyArray<ConfigEntry>
}

export interface WitnessStats {
  readonly entries: number
  readonly receipts: number
  readonly enforced: { readonly permit: number; readonly defer: number; readonly deny: number }
  readonly shadow: { readonly permit: number; readonly defer: number; readonly deny: number }
  readonly byKind: Readonly<Record<string, number>>
  readonly oldest: number | null
  readonly newest: number | null
  readonly checkpoint: { readonly size: number; readonly root: string } | null
}

/** One entry as query and monitor hand it out: the entry's own JSON, and its opened payload. */
export interface QueryItem {
  readonly index: number
  readonly time: number
  readonly session: string | null
  readonly event: { readonly _tag: string } & Readonly<Record<string, unknown>>
  readonly payload?: unknown
  /** Why a payload stayed closed: its key was collected, or its bytes do not authenticate. */
  readonly sealed?: 'no-key' | 'damaged'
}

export interface Verification {
  readonly verdict: 'anchored' | 'unanchored' | 'bad'
  readonly size: number
  readonly root: string
  readonly origin: string
  readonly checkpoints: number
  readonly snapshots: number
  /** First bad entry, where one is known. */
  readonly badIndex: number | null
  readonly problem: string | null
  readonly tookMs: number
  /** The archived log that this one goes on from, as its entry 0 says. */
  readonly parent?: ParentLog
  /** Origin of the log that goes on from this one, which ends with its closing. */
  readonly successor?: string
}

export interface Proof {
  readonly index: number
  /** C2SP tlog-proof text. */
  readonly proof: string
  /** The entry's leaf bytes, base64. */
  readonly leaf: string
}

export interface Results
  extends
    TaintResults,
    VaultResults,
    SecretResults,
    SkillResults,
    GuardResults,
    ApprovalResults,
    IntegrityResults,
    PluginResults,
    StatusLineResults,
    DoctorResults {
  status: StatusReport
  stop: { readonly stopped: true }
  'mode.set': { readonly mode: Mode; readonly index: number | null }
  'posture.set': { readonly posture: Posture | null; readonly index: number | null }
  suspend: { readonly index: number | null }
  resume: { readonly index: number | null }
  challenge: {
    readonly origin: string
    readonly after: number
    /** The authority's public key (base64); null at level `open`, where nothing is signed. */
    readonly authority: string | null
    /** The event to be signed, and whether it loosens and so needs the signature at all. */
    readonly change: Readonly<Record<string, unknown>>
    readonly loosens: boolean
  }
  explain: Explanation
  'config.show': ConfigShown
  'config.set': { readonly key: string; readonly value: unknown; readonly index: number | null }
  'policy.show': { readonly digest: string; readonly policy: unknown }
  'policy.import': { readonly digest: string; readonly index: number | null }
  'policy.suggest': Suggested
  'policy.backtest': BacktestReport
  'policy.history': { readonly policies: ReadonlyArray<PastPolicy> }
  'policy.past': { readonly policy: unknown }
  'profile.report': Reported
  'profile.observations': Observations
  'cost.report': CostReport
  'intel.status': IntelStatus
  'witness.gaps': GapsFound
  'witness.stats': WitnessStats
  'witness.query': { readonly matched: number; readonly scanned: number }
  'witness.verify': Verification
  'witness.replay': Replay
  'witness.export': { readonly dir: string; readonly size: number; readonly files: number }
  'witness.prove': Proof
  'witness.checkpoint': { readonly note: string }
  'witness.receipts': { readonly decisions: number; readonly size: number; readonly origin: string }
}
export type ResultOf<M extends MethodName> = Results[M]

/** What a method sends before its answer. */
export type ControlItem =
  | { readonly progress: { readonly done: number; readonly total: number; readonly what: string } }
  | { readonly item: QueryItem }
  /** A value of the vault, in the clear. */
  | { readonly row: VaultItem }

/** A failure as it travels: `_tag` for programs, one line for the person, what to run next. */
export class ControlFailure extends Schema.TaggedError<ControlFailure>()('ControlFailure', {
  kind: Schema.String,
  message: Schema.String,
  remedy: Schema.optionalKey(Schema.String),
  /** 1 failed or found bad, 2 denied or wrong usage. */
  exit: Schema.Literals([1, 2]),
}) {}
