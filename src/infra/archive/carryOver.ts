// What the next log begins with: all that is in force or that decisions go by in the one that is closed.
// It comes before the policy, and nothing loosens before that (domain/authority/loosening.ts). Of what
// was learned it takes over all, or only which sessions nothing may be learned from.
import * as Result from 'effect/Result'
import { utf8 } from '../../domain/bytes.ts'
import { decodeEntry, type Draft } from '../../domain/event/envelope.ts'
import {
  ConfigChanged,
  GuardAdded,
  ModeChanged,
  PluginRecorded,
  PolicyApplied,
  PostureChanged,
  SecretStored,
  SkillTrusted,
  StateCarried,
  Suspended,
  VaultCollected,
  type VaultRow,
  VaultStored,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import { MOST_TRUSTED_BYTES } from '../../domain/control/skills.ts'
import type { SkillItem } from '../../domain/skills/item.ts'
import { noProfile, type Profile } from '../../domain/profile/profile.ts'
import { sliced } from '../../domain/vault/row.ts'
import { PROJECTIONS, type Projections } from '../../projections/all.ts'
import { type Carry, partsOf } from '../../projections/carried.ts'
import type { AppliedPolicy } from '../../projections/gateState.ts'
import type { PluginState } from '../../projections/plugin.ts'
import type { Projection } from '../../projections/projection.ts'
import { storedNames, storedSecret } from '../../projections/secrets.ts'
import { registeredGuards } from '../../projections/guards.ts'
import { trustedItems } from '../../projections/skills.ts'
import { StoreFailure } from '../store/errors.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { allVaultEntries } from '../vault/readRows.ts'

type Log = Pick<WitnessLog['Service'], 'projected' | 'head' | 'scan'>

export interface CarryOptions {
  readonly log: Log
  /** False: what was learned of the agent's habits stays behind. */
  readonly learned: boolean
}

const own = (event: WitnessEvent): Draft => ({ session: null, event })

/** Batches of drafts, in the order in which they are to stand. Rejects with StoreFailure. */
export async function* carriedOver({
  log,
  learned,
}: CarryOptions): AsyncGenerator<ReadonlyArray<Draft>> {
  const states = log.projected()
  yield settingsOf(states).map(own)
  for (const part of partsIn(states, log.head().size, learned)) yield [own(part)]
  yield* vaultOf(log)
  const { policy } = states.gate
  if (policy !== null) yield (await policyOf(log, policy)).map(own)
}

const settingsOf = ({
  gate,
  secrets,
  guards,
  skills,
  plugin,
}: Projections): ReadonlyArray<WitnessEvent> => [
  ...Object.entries(gate.settings).map(([key, value]) => new ConfigChanged({ key, value })),
  ...storedNames(secrets).map(
    (name) => new SecretStored({ name, sinks: storedSecret(secrets, name)!.sinks }),
  ),
  ...registeredGuards(guards).map(({ since: _since, ...guard }) => new GuardAdded(guard)),
  ...batched(trustedItems(skills)).map((items) => new SkillTrusted({ items })),
  ...(plugin.known ? [pluginOf(plugin)] : []),
  ...(gate.mode === 'profile' ? [] : [new ModeChanged({ from: 'profile', to: gate.mode })]),
  ...(gate.posture === null ? [] : [new PostureChanged({ from: null, to: gate.posture })]),
  ...(gate.suspended ? [new Suspended({})] : []),
]

const pluginOf = ({ installed }: PluginState): WitnessEvent =>
  new PluginRecorded({ version: installed?.version ?? '', files: installed?.files ?? [] })

/** As many as one entry holds. */
const batched = (items: ReadonlyArray<SkillItem>): ReadonlyArray<ReadonlyArray<SkillItem>> => {
  const batches: Array<Array<SkillItem>> = []
  let bytes = Infinity
  for (const item of items) {
    const length = utf8(JSON.stringify(item)).length + 1
    if (bytes + length > MOST_TRUSTED_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(item)
    bytes += length
  }
  return batches
}

function* partsIn(states: Projections, size: number, learned: boolean): Generator<StateCarried> {
  for (const [name, projection] of Object.entries(PROJECTIONS)) {
    if (!('carry' in projection)) continue
    const { id, carry } = projection as Projection<unknown> & { readonly carry: Carry }
    const state =
      name === 'profile' && !learned
        ? nothingLearned(states.profile)
        : states[name as keyof Projections]
    for (const part of partsOf(projection as Projection<unknown>, carry, state, size))
      yield new StateCarried({ projection: id, state: part })
  }
}

/** Sessions with a hit: forgotten, their later calls would be learned from. */
const nothingLearned = ({ sessions, sessionsMet }: Profile): Profile => {
  const kept = Object.entries(sessions).filter(([, { tainted }]) => tainted !== undefined)
  return {
    ...noProfile(),
    sessions: Object.fromEntries(kept),
    sessionCount: kept.length,
    sessionsMet: kept.length === 0 ? 0 : sessionsMet,
  }
}

/** The rows of every session's present generation, as they are sealed: their keys stay where they are. */
async function* vaultOf(log: Log): AsyncGenerator<ReadonlyArray<Draft>> {
  const sessions = new Map<string, { generation: number; rows: Map<string, VaultRow> }>()
  for await (const { event, session, time } of allVaultEntries(log, log.head().size)) {
    if (session === null) continue
    const held = sessions.get(session) ?? { generation: 0, rows: new Map<string, VaultRow>() }
    sessions.set(session, held)
    if (event._tag === 'VaultCollected' && event.generation > held.generation)
      sessions.set(session, { generation: event.generation, rows: new Map() })
    else if (event._tag === 'VaultStored' && event.generation === held.generation)
      for (const row of event.rows) held.rows.set(row.token, { ...row, used: row.used ?? time })
    else if (event._tag === 'VaultUsed')
      for (const token of event.tokens) {
        const row = held.rows.get(token)
        if (row !== undefined) held.rows.set(token, { ...row, used: time })
      }
  }
  for (const [session, { generation, rows }] of sessions) {
    const kept = [...rows.values()]
    const draft = (event: WitnessEvent): Draft => ({ session, event })
    if (generation > 0)
      yield [draft(new VaultCollected({ generation, collected: 0, kept: kept.length }))]
    for (const slice of sliced(kept)) yield [draft(new VaultStored({ generation, rows: slice }))]
  }
}

/** The policy in force, byte for byte, from the chunks that it stands in. */
const policyOf = async (
  log: Log,
  { digest, entry, chunks: count, source }: AppliedPolicy,
): Promise<ReadonlyArray<WitnessEvent>> => {
  const chunks: Array<WitnessEvent & { readonly _tag: 'Chunk' }> = []
  for await (const slice of log.scan({ from: entry - count, to: entry }))
    for (const { bytes } of slice) {
      const read = decodeEntry(bytes)
      if (Result.isFailure(read) || read.success.event._tag !== 'Chunk')
        throw new StoreFailure({
          reason: 'corrupt',
          path: 'witness',
          detail: 'the policy in force is not in the entries before it',
        })
      chunks.push(read.success.event)
    }
  const digests = chunks.map((chunk) => chunk.digest)
  return [...chunks, new PolicyApplied({ digest, chunks: digests, source })]
}
