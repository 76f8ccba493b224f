// Every kind of event the witness holds, as one union. Fields are JSON-native, so an instance's own
// fields are its canonical form. No field holds free text of a client's payload: structure, typed
// and masked facts, and codes only; the payload itself is Sealed.
import * as Schema from 'effect/Schema'
import { Action, Observed } from '../action/action.ts'
import { PathRef } from '../action/place.ts'
import { Approval } from '../approval/approval.ts'
import { Authorisation } from '../authority/authorisation.ts'
import { BudgetOf } from '../cost/budget.ts'
import { UNREAD_CODES } from '../cost/transcript.ts'
import { Guard, GuardVerdict } from '../guard/guard.ts'
import { Digest } from '../hash.ts'
import { Mode, Posture, Verdict } from '../policy/verdict.ts'
import { Receipt } from '../receipt/receipt.ts'
import { Sinks } from '../secret/sinkList.ts'
import { InjectionSource } from '../sensitive/injection/source.ts'
import { PluginFileHash } from '../skills/ownPlugin.ts'
import { SkillItem, SkillKind } from '../skills/item.ts'
import { FINDING_CODES } from '../validate/finding.ts'
import { Sealed } from './sealed.ts'

/** The log that another one goes on from, as it was when it was closed. */
export const ParentLog = Schema.Struct({
  origin: Schema.String,
  verifierKey: Schema.String,
  authority: Schema.NullOr(Schema.String),
  size: Schema.Int,
  /** RFC 6962 root of its `size` entries, hex. */
  root: Digest,
  /** Note of its last checkpoint, which is of this size and root. */
  checkpoint: Schema.String,
})
export type ParentLog = typeof ParentLog.Type

/** Entry 0: the log's identity, pinned outside the data directory as well. */
export class LogCreated extends Schema.TaggedClass<LogCreated>()('LogCreated', {
  origin: Schema.String,
  /** C2SP verifier key of the checkpoints' signer (`name+id+base64`). */
  verifierKey: Schema.String,
  /** Ed25519 public key (base64) every loosening must be signed with; null at level `open`. */
  authority: Schema.NullOr(Schema.String),
  engine: Schema.String,
  /** The log that was archived when this one began. */
  parent: Schema.optionalKey(ParentLog),
}) {}

/**
 * Another log goes on from here. The last word of an archived log but for its snapshots; where other
 * entries follow, the archiving was cut short and this log stayed in use.
 */
export class LogClosed extends Schema.TaggedClass<LogClosed>()('LogClosed', {
  successor: Schema.Struct({ origin: Schema.String, verifierKey: Schema.String }),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** A part of what a projection had folded of the log that this one goes on from. */
export class StateCarried extends Schema.TaggedClass<StateCarried>()('StateCarried', {
  projection: Schema.String,
  /** A state of that projection with some of its records. */
  state: Schema.Unknown,
}) {}

export class ControlPlaneStarted extends Schema.TaggedClass<ControlPlaneStarted>()(
  'ControlPlaneStarted',
  { engine: Schema.String, node: Schema.String, platform: Schema.String },
) {}

export class ControlPlaneStopped extends Schema.TaggedClass<ControlPlaneStopped>()(
  'ControlPlaneStopped',
  { reason: Schema.Literals(['asked', 'signal', 'failure']) },
) {}

/** A piece of something larger than an entry, addressed by the SHA-256 of its decoded data. */
export class Chunk extends Schema.TaggedClass<Chunk>()('Chunk', {
  digest: Digest,
  data: Schema.String,
}) {}

export class HookReceived extends Schema.TaggedClass<HookReceived>()('HookReceived', {
  /** The client's name of the event and the neutral kind it was read as. */
  name: Schema.String,
  kind: Schema.String,
  tool: Schema.optionalKey(Schema.String),
  toolUseId: Schema.optionalKey(Schema.String),
  agentId: Schema.optionalKey(Schema.String),
  permissionMode: Schema.optionalKey(Schema.String),
  cwd: Schema.optionalKey(PathRef),
  /** Root of the session's project, on the first event of a session: what paths are relative to. */
  project: Schema.optionalKey(PathRef),
  payload: Sealed,
}) {}

/** A payload that could not be read. `name` is the event the client was registered for. */
export class HookRejected extends Schema.TaggedClass<HookRejected>()('HookRejected', {
  name: Schema.String,
  reason: Schema.Literals([
    'too-large',
    'truncated',
    'not-utf8',
    'not-json',
    'too-deep',
    'wrong-shape',
    'wrong-event',
    'slow',
  ]),
  /** Bytes received. */
  bytes: Schema.Int,
  /** The head of what came, sealed. */
  payload: Schema.optionalKey(Sealed),
}) {}

/** Directly follows the HookReceived it answers. */
export class DecisionMade extends Schema.TaggedClass<DecisionMade>()('DecisionMade', {
  toolUseId: Schema.optionalKey(Schema.String),
  verdict: Verdict,
  /** False in profile mode: what would have been done (a shadow decision). */
  enforced: Schema.Boolean,
  receipt: Receipt,
  receiptDigest: Digest,
  /** HMAC-SHA-256 under the session's key of the input decided on (hex, 128 bits kept). */
  inputTag: Schema.optionalKey(Schema.String),
}) {}

export class ToolFinished extends Schema.TaggedClass<ToolFinished>()('ToolFinished', {
  tool: Schema.String,
  toolUseId: Schema.String,
  outcome: Schema.Literals(['finished', 'failed', 'interrupted', 'unfinished']),
  durationMs: Schema.optionalKey(Schema.Finite),
}) {}

/** The input that ran is not the one that was decided on: something changed it after the gate. */
export class InputSwapped extends Schema.TaggedClass<InputSwapped>()('InputSwapped', {
  tool: Schema.String,
  toolUseId: Schema.String,
  /** Index of the DecisionMade entry of the input that did not run. */
  decision: Schema.Int,
  /** What the input that ran would do, and what the policy says of it. */
  action: Action,
  observed: Observed,
  verdict: Verdict,
}) {}

/** A call that ran and that the gate never decided on, or had denied. */
export class GapFound extends Schema.TaggedClass<GapFound>()('GapFound', {
  tool: Schema.String,
  toolUseId: Schema.String,
  /** Index of the DecisionMade entry that denied it; absent where there is none. */
  decision: Schema.optionalKey(Schema.Int),
  /** The client's event that gave it away, or `transcript`: the client's own record of the session. */
  seenIn: Schema.String,
  /** The subagent that made it, by the transcript. */
  agent: Schema.optionalKey(Schema.String),
  /** When its result was written, epoch milliseconds by the transcript. */
  at: Schema.optionalKey(Schema.Finite),
}) {}

/** A session whose transcript grew and that sent the gate no event at all. Told once. */
export class SessionUngated extends Schema.TaggedClass<SessionUngated>()('SessionUngated', {
  /** When the model first answered in it, epoch milliseconds by the transcript. */
  at: Schema.optionalKey(Schema.Finite),
}) {}

/** Calls of a transcript that ran were compared with the log, up to a place in it. */
export class TranscriptCompared extends Schema.TaggedClass<TranscriptCompared>()(
  'TranscriptCompared',
  {
    /** The subagent whose transcript it is; absent: the session's own. */
    agent: Schema.optionalKey(Schema.String),
    /** Calls that ran, and how many of them the log did not hold. */
    calls: Schema.Int,
    gaps: Schema.Int,
    read: Schema.Struct({ offset: Schema.Int, tail: Schema.String }),
  },
) {}

/** A call that the doctor made up came through the hook client, and was decided on. Nothing ran. */
export class CanaryAnswered extends Schema.TaggedClass<CanaryAnswered>()('CanaryAnswered', {
  id: Schema.String,
  /** The client's event it came as. */
  name: Schema.String,
  verdict: Verdict,
}) {}

/** Which detectors decided: rules, small embedded models, or downloaded ones. */
export const DetectorTier = Schema.Literals(['rules', 'embedded', 'model'])
export type DetectorTier = typeof DetectorTier.Type

/** Values by entity type, such as `EMAIL_ADDRESS`. */
const Types = Schema.Record(Schema.String, Schema.Int)

/** Personal data or secrets in something that passed; what they are stays in the vault. */
export class PiiDetected extends Schema.TaggedClass<PiiDetected>()('PiiDetected', {
  /** The client's event it was in. */
  seenIn: Schema.String,
  toolUseId: Schema.optionalKey(Schema.String),
  /** Spans by entity type. */
  types: Types,
  tier: DetectorTier,
  /** Different values that got a token, and how many of them had theirs at hand already. */
  values: Schema.optionalKey(Schema.Int),
  cached: Schema.optionalKey(Schema.Int),
  /** UTF-16 units that were not looked at, as there was no time for them or too much. */
  cut: Schema.optionalKey(Schema.Int),
  /** Values that got a token without a row in the vault: there were too many. Nothing restores them. */
  unkept: Schema.optionalKey(Schema.Int),
}) {}

/** Why a value reached the model or the client's transcript. */
export const EXPOSED_BY = [
  /** Profile mode only reports. */
  'profile',
  /** The policy of its type is to report. */
  'report',
  /** The client lets no hook change a prompt, nor a file that one mentions. */
  'prompt',
  'mention',
  /** Nor the text of a failure. */
  'failure',
  /** A token was made its value again in the arguments of a call. */
  'restored',
  /** A secret went to an MCP server as the policy lets it. */
  'mcp',
] as const

/** It reached the model or the client's transcript, and could not be or was not kept back. */
export class PiiExposed extends Schema.TaggedClass<PiiExposed>()('PiiExposed', {
  seenIn: Schema.String,
  toolUseId: Schema.optionalKey(Schema.String),
  types: Types,
  why: Schema.Literals(EXPOSED_BY),
}) {}

/** A row of the vault. Associated data: see domain/vault. All binary fields are base64 or hex. */
export const VaultRow = Schema.Struct({
  token: Schema.String,
  type: Schema.String,
  /** HMAC-SHA-256 under the session's index key of type and value (hex, 128 bits kept). */
  index: Schema.String,
  nonce: Schema.String,
  data: Schema.String,
  /** When it was last used, epoch milliseconds, of a row that is stored anew; absent: just now. */
  used: Schema.optionalKey(Schema.Int),
})
export type VaultRow = typeof VaultRow.Type

/** Values of the session that got a token, sealed under its vault key of this generation. */
export class VaultStored extends Schema.TaggedClass<VaultStored>()('VaultStored', {
  generation: Schema.Int,
  rows: Schema.Array(VaultRow),
}) {}

/** Tokens whose value was met again; noted at most once a day for each. */
export class VaultUsed extends Schema.TaggedClass<VaultUsed>()('VaultUsed', {
  tokens: Schema.Array(Schema.String),
}) {}

/** A human saw a value. */
export class VaultRevealed extends Schema.TaggedClass<VaultRevealed>()('VaultRevealed', {
  token: Schema.String,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** Values of the session left the vault in the clear, in a file. */
export class VaultExported extends Schema.TaggedClass<VaultExported>()('VaultExported', {
  rows: Schema.Int,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/**
 * Rows of the session were given up. The key of every earlier generation is destroyed after this is on
 * the disk; the rows kept follow, sealed anew under `generation`.
 */
export class VaultCollected extends Schema.TaggedClass<VaultCollected>()('VaultCollected', {
  generation: Schema.Int,
  collected: Schema.Int,
  kept: Schema.Int,
}) {}

/** A secret was stored, or stored anew. Its value is in a key file, never in the log. */
export class SecretStored extends Schema.TaggedClass<SecretStored>()('SecretStored', {
  name: Schema.String,
  sinks: Sinks,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

export class SecretDeleted extends Schema.TaggedClass<SecretDeleted>()('SecretDeleted', {
  name: Schema.String,
}) {}

/** A secret's value was handed to a call. */
export class SecretInjected extends Schema.TaggedClass<SecretInjected>()('SecretInjected', {
  name: Schema.String,
  toolUseId: Schema.optionalKey(Schema.String),
  /** `run`: to a command; `file`: into a file that was written; `mcp`: into a tool's input. */
  by: Schema.Literals(['run', 'file', 'mcp', 'config']),
}) {}

/** A file holds values where its writer put tokens and secrets' names; `gone`: it does no more. */
export class FileRestored extends Schema.TaggedClass<FileRestored>()('FileRestored', {
  path: PathRef,
  state: Schema.Literals(['restored', 'gone']),
  tokens: Schema.Array(Schema.String),
  secrets: Schema.Array(Schema.String),
  toolUseId: Schema.optionalKey(Schema.String),
}) {}

/** The gate had the client run another input than the one it asked about. */
export class InputRewritten extends Schema.TaggedClass<InputRewritten>()('InputRewritten', {
  tool: Schema.String,
  toolUseId: Schema.String,
  /** As DecisionMade.inputTag, of the input that is to run. */
  tag: Schema.String,
  by: Schema.Literals(['run', 'restored', 'mcp']),
}) {}

/** Text that tries to instruct the model, in something that it was given to read. */
export class InjectionDetected extends Schema.TaggedClass<InjectionDetected>()(
  'InjectionDetected',
  {
    /** The client's event it was in. */
    seenIn: Schema.String,
    toolUseId: Schema.optionalKey(Schema.String),
    detector: Schema.String,
    /** 0 to 1. */
    score: Schema.Finite,
    tier: DetectorTier,
    /** Where the text came from. */
    source: Schema.optionalKey(InjectionSource),
    /** Whether the text was kept from the model. */
    withheld: Schema.optionalKey(Schema.Literal(true)),
  },
) {}

/** A human says that the session is to be trusted again after an injection hit. */
export class TaintCleared extends Schema.TaggedClass<TaintCleared>()('TaintCleared', {
  /** The session; null for all of them. Here as well as in the envelope, which no signature covers. */
  of: Schema.NullOr(Schema.String),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** A place in a transcript: a byte offset at a line's end, and a fingerprint of the bytes before it. */
const ReadTo = Schema.Struct({ offset: Schema.Int, tail: Schema.String })
export type ReadTo = typeof ReadTo.Type

/** What one message of the model cost, by the client's own transcript. */
export class CostCharged extends Schema.TaggedClass<CostCharged>()('CostCharged', {
  /** The model's message: it is charged once, however often it is read. */
  message: Schema.String,
  model: Schema.String,
  /** Billionths of a US dollar. */
  nanodollars: Schema.Int,
  /** Tokens by class, such as `input`, `output`, `cache_read`, `cache_write_5m`. */
  tokens: Schema.Record(Schema.String, Schema.Int),
  /** Version of the price table. */
  prices: Schema.String,
  /** When it was spent, epoch milliseconds by the transcript; absent: when it was charged. */
  at: Schema.optionalKey(Schema.Finite),
  /** What came on top of a message that was charged before: its records may grow. */
  more: Schema.optionalKey(Schema.Literal(true)),
  /** The price table does not know the model: priced by its family. */
  estimated: Schema.optionalKey(Schema.Literal(true)),
  /** The subagent whose transcript it is from; absent: the session's own. */
  agent: Schema.optionalKey(Schema.String),
  /** How far that transcript was read when this was charged. */
  read: Schema.optionalKey(ReadTo),
}) {}

/** The client's own total of a session, beside what was charged of it when that was read. */
export class CostReconciled extends Schema.TaggedClass<CostReconciled>()('CostReconciled', {
  /** Billionths of a US dollar, both. */
  client: Schema.Int,
  charged: Schema.Int,
}) {}

/** Records of a session's transcript that could not be charged: told once for each code. */
export class CostUnread extends Schema.TaggedClass<CostUnread>()('CostUnread', {
  code: Schema.Literals(UNREAD_CODES),
  agent: Schema.optionalKey(Schema.String),
}) {}

/** The user was told how much of a budget is spent. */
export class BudgetTold extends Schema.TaggedClass<BudgetTold>()('BudgetTold', {
  of: BudgetOf,
  /** `warn`: the warning's share; `over`: all of it. */
  level: Schema.Literals(['warn', 'over']),
  /** Billionths of a US dollar. */
  spent: Schema.Int,
  limit: Schema.Int,
}) {}

/** A file that the agent wrote does not pass a validator of the policy. */
export class ValidatorFailed extends Schema.TaggedClass<ValidatorFailed>()('ValidatorFailed', {
  /** The validator's. */
  id: Schema.String,
  path: PathRef,
  code: Schema.Literals(FINDING_CODES),
  /** Of what was found first, counted from 1; absent where it is about the whole file. */
  line: Schema.optionalKey(Schema.Int),
  column: Schema.optionalKey(Schema.Int),
  toolUseId: Schema.optionalKey(Schema.String),
}) {}

/** One of the user's own executables is asked about calls of these tools, beside the policy. */
export class GuardAdded extends Schema.TaggedClass<GuardAdded>()('GuardAdded', {
  ...Guard.fields,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

export class GuardRemoved extends Schema.TaggedClass<GuardRemoved>()('GuardRemoved', {
  name: Schema.String,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** What a guard said of a call; its own words are not kept. The decision's receipt has it as well. */
export class GuardAnswered extends Schema.TaggedClass<GuardAnswered>()('GuardAnswered', {
  ...GuardVerdict.fields,
  ms: Schema.Int,
  toolUseId: Schema.optionalKey(Schema.String),
}) {}

export class ModeChanged extends Schema.TaggedClass<ModeChanged>()('ModeChanged', {
  from: Mode,
  to: Mode,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** An explicit posture; null leaves it to the client's permission mode. */
export class PostureChanged extends Schema.TaggedClass<PostureChanged>()('PostureChanged', {
  from: Schema.NullOr(Posture),
  to: Schema.NullOr(Posture),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** Everything is denied, in either mode, until Resumed. Survives restarts. */
export class Suspended extends Schema.TaggedClass<Suspended>()('Suspended', {}) {}

export class Resumed extends Schema.TaggedClass<Resumed>()('Resumed', {
  authorisation: Schema.optionalKey(Authorisation),
}) {}

export class PolicyApplied extends Schema.TaggedClass<PolicyApplied>()('PolicyApplied', {
  /** SHA-256 of the policy's canonical JSON, which the chunks concatenate to. */
  digest: Digest,
  chunks: Schema.Array(Digest),
  source: Schema.Literals(['init', 'import', 'suggest', 'rollback']),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** A setting of config.toml, by its dotted key. `value` is its JSON. */
export class ConfigChanged extends Schema.TaggedClass<ConfigChanged>()('ConfigChanged', {
  key: Schema.String,
  value: Schema.String,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** The state of one projection after `size` entries was stored, with this hash. */
export class SnapshotTaken extends Schema.TaggedClass<SnapshotTaken>()('SnapshotTaken', {
  projection: Schema.String,
  version: Schema.Int,
  size: Schema.Int,
  hash: Digest,
}) {}

export class IntegrityViolated extends Schema.TaggedClass<IntegrityViolated>()(
  'IntegrityViolated',
  {
    what: Schema.Literals([
      'unsigned-loosening',
      'policy-mismatch',
      'snapshot-mismatch',
      'drift',
      'untrusted-configuration',
    ]),
    /** The entry concerned, where there is one. */
    entry: Schema.optionalKey(Schema.Int),
    /** Which of our own files or settings, by its name in this program; of configuration: why. */
    subject: Schema.optionalKey(Schema.String),
  },
) {}

/** A human agreed beforehand to changes of one path, which the policy would ask about. */
export class ApprovalGranted extends Schema.TaggedClass<ApprovalGranted>()('ApprovalGranted', {
  ...Approval.fields,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** A call went by it. It stands in one batch with the decision that it let through. */
export class ApprovalUsed extends Schema.TaggedClass<ApprovalUsed>()('ApprovalUsed', {
  id: Schema.String,
  toolUseId: Schema.optionalKey(Schema.String),
  /** As DecisionMade.inputTag: the client may ask about the same call once more. */
  inputTag: Schema.optionalKey(Schema.String),
}) {}

/** Why what a file held before is not kept with its change. */
export const UNKEPT_CODES = [
  'binary',
  'too-large',
  'unreadable',
  /** So much was kept of this session, or is held in memory, that no more is. */
  'full',
] as const

/**
 * A file that instructs the agent, or that the policy monitors, is another one than before. The sealed
 * payload is a SelfChange (domain/integrity), with tokens where values are.
 */
export class SelfModified extends Schema.TaggedClass<SelfModified>()('SelfModified', {
  path: PathRef,
  how: Schema.Literals(['created', 'changed', 'deleted']),
  /** What the client reads it as; absent: it is monitored and no more. */
  kind: Schema.optionalKey(SkillKind),
  /**
   * The call that names it as changed, or after whose end it was seen. Absent: it was seen between calls,
   * and is the user's own doing, or that of something that runs on.
   */
  toolUseId: Schema.optionalKey(Schema.String),
  /** Lines that came, and lines that went; absent where that was not told. */
  added: Schema.optionalKey(Schema.Int),
  removed: Schema.optionalKey(Schema.Int),
  /** It cannot be restored. */
  unkept: Schema.optionalKey(Schema.Literals(UNKEPT_CODES)),
  payload: Schema.optionalKey(Sealed),
}) {}

/** A human took a change back: the file is again what it was before it. */
export class SelfRestored extends Schema.TaggedClass<SelfRestored>()('SelfRestored', {
  /** Index of the SelfModified. */
  entry: Schema.Int,
  path: PathRef,
  authorisation: Schema.optionalKey(Authorisation),
}) {}

export class ApprovalRevoked extends Schema.TaggedClass<ApprovalRevoked>()('ApprovalRevoked', {
  id: Schema.String,
}) {}

/** Files that instruct the agent, or have the client run something, are trusted as they are. */
export class SkillTrusted extends Schema.TaggedClass<SkillTrusted>()('SkillTrusted', {
  items: Schema.Array(SkillItem),
  /** The user's own, at the first look at them: nobody was asked. It counts before the first check alone. */
  first: Schema.optionalKey(Schema.Literal(true)),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** What was trusted and is gone is forgotten. */
export class SkillDropped extends Schema.TaggedClass<SkillDropped>()('SkillDropped', {
  items: Schema.Array(Schema.Struct({ path: PathRef, kind: SkillKind })),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** The files that instruct the agent were looked at, for a session where there is one. */
export class SkillChecked extends Schema.TaggedClass<SkillChecked>()('SkillChecked', {
  /** The folder that the session was started in; null: the user's own files alone. */
  place: Schema.NullOr(PathRef),
  matched: Schema.Int,
  modified: Schema.Int,
  unknown: Schema.Int,
  missing: Schema.Int,
  /** Those that hold up what is done there until they are trusted, as far as they fit. */
  untrusted: Schema.Array(
    Schema.Struct({ path: PathRef, kind: SkillKind, hash: Digest, code: Schema.String }),
  ),
  /** How many more of these there are. */
  more: Schema.optionalKey(Schema.Int),
}) {}

/**
 * The files of the plugin that the client loads, as they were installed: what its folder is compared with.
 * None: it was taken out. `first`: as it was found where the log held none, so that nobody was asked.
 */
export class PluginRecorded extends Schema.TaggedClass<PluginRecorded>()('PluginRecorded', {
  /** Of the program that made them. */
  version: Schema.String,
  files: Schema.Array(PluginFileHash),
  first: Schema.optionalKey(Schema.Literal(true)),
  authorisation: Schema.optionalKey(Authorisation),
}) {}

/** The plugin's folder was looked at: why it is not what was installed; none: it is. */
export class PluginChecked extends Schema.TaggedClass<PluginChecked>()('PluginChecked', {
  codes: Schema.Array(Schema.String),
}) {}

/** Something that would have had the client run without the gate was put back as it was. */
export class GateMended extends Schema.TaggedClass<GateMended>()('GateMended', {
  /** What it was: a key of the client's settings, or which file of ours. A word of this program. */
  subject: Schema.String,
  /** The client's file that it was in. */
  path: Schema.optionalKey(PathRef),
  /** Whether the bytes before were kept beside it. */
  backup: Schema.Boolean,
}) {}

export const WitnessEvent = Schema.Union([
  LogCreated,
  LogClosed,
  StateCarried,
  ControlPlaneStarted,
  ControlPlaneStopped,
  Chunk,
  HookReceived,
  HookRejected,
  DecisionMade,
  ToolFinished,
  InputSwapped,
  GapFound,
  SessionUngated,
  TranscriptCompared,
  CanaryAnswered,
  PiiDetected,
  PiiExposed,
  VaultStored,
  VaultUsed,
  VaultRevealed,
  VaultExported,
  VaultCollected,
  SecretStored,
  SecretDeleted,
  SecretInjected,
  FileRestored,
  InputRewritten,
  InjectionDetected,
  TaintCleared,
  CostCharged,
  CostReconciled,
  CostUnread,
  BudgetTold,
  ValidatorFailed,
  GuardAdded,
  GuardRemoved,
  GuardAnswered,
  ModeChanged,
  PostureChanged,
  Suspended,
  Resumed,
  PolicyApplied,
  ConfigChanged,
  SnapshotTaken,
  IntegrityViolated,
  ApprovalGranted,
  ApprovalUsed,
  ApprovalRevoked,
  SelfModified,
  SelfRestored,
  SkillTrusted,
  SkillDropped,
  SkillChecked,
  PluginRecorded,
  PluginChecked,
  GateMended,
])
export type WitnessEvent = typeof WitnessEvent.Type
export type EventTag = WitnessEvent['_tag']
