// The projections that the log keeps folded, by name, and what of each a log that goes on from another
// one takes over. What decisions are made by must not be lost with the log that it was folded from.
import type { Profile } from '../domain/profile/profile.ts'
import { type Approvals, approvals } from './approvals.ts'
import { type Budgets, budgets } from './budgets.ts'
import { carrying } from './carried.ts'
import { type Charges, charges } from './charges.ts'
import { type Compared, compared } from './compared.ts'
import { type GateState, gateState } from './gateState.ts'
import { type Guards, guards } from './guards.ts'
import { type OpenCalls, openCalls } from './openCalls.ts'
import { type Origins, origins } from './origins.ts'
import { profile } from './profile.ts'
import { plugin, type PluginState } from './plugin.ts'
import { type Rates, rates } from './rates.ts'
import { type Restored, restored } from './restored.ts'
import { secrets, type SecretsState } from './secrets.ts'
import { type Sessions, sessions } from './sessions.ts'
import { skills, type SkillsState } from './skills.ts'
import { type Statistics, statistics } from './statistics.ts'
import { vault, type VaultState } from './vault.ts'
import { type Taint, taint } from './taint.ts'

export const PROJECTIONS = {
  gate: gateState,
  calls: carrying(openCalls, { records: { open: ['decision'] } }),
  sessions: carrying(sessions, { records: { known: ['last'] } }),
  statistics,
  origins: carrying(origins, {
    records: { sessions: ['at', 'turn', 'last'] },
    inner: { sessions: 'files' },
  }),
  rates: carrying(rates, { records: { rules: ['last'] } }),
  profile: carrying(profile, {
    records: {
      families: [],
      observations: ['firstEntry', 'lastEntry'],
      capabilities: ['lastEntry'],
      sessions: ['tainted'],
      pending: ['at'],
      heldBack: ['last'],
      pii: [],
      injections: [],
    },
    left: ['entries'],
  }),
  charges: carrying(charges, { records: { messages: [], transcripts: ['last'] } }),
  budgets: carrying(budgets, { records: { sessions: ['last'], models: [], projects: [] } }),
  restored: carrying(restored, { records: { files: ['last'] } }),
  compared: carrying(compared, { records: { places: ['last'], ungated: [] } }),
  vault,
  taint: carrying(taint, { records: { sessions: ['since', 'last'] }, own: ['gate'] }),
  secrets,
  skills: carrying(skills, {
    records: { places: ['last'], sessions: ['last'] },
    own: ['gate', 'manifest', 'count', 'plugin'],
  }),
  guards,
  approvals,
  plugin,
} as const

/**
 * How the next log comes to what these hold, which are not carried: by events of their own kinds that it
 * begins with, or not at all.
 */
export const ENTERED_ANEW: Partial<Record<keyof Projections, string>> = {
  gate: 'policy, mode, posture, suspension and settings, before the policy',
  secrets: 'each secret with its sinks',
  guards: 'each guard as it was added',
  approvals: 'not at all: they are for minutes, and are given anew',
  plugin: 'the plugin as it was installed',
  vault: 'the rows of each session, sealed as they are',
  statistics: 'not at all: they count the entries of one log',
}

export interface Projections {
  readonly gate: GateState
  readonly calls: OpenCalls
  readonly sessions: Sessions
  readonly origins: Origins
  readonly rates: Rates
  readonly statistics: Statistics
  readonly profile: Profile
  readonly charges: Charges
  readonly budgets: Budgets
  readonly compared: Compared
  readonly restored: Restored
  readonly vault: VaultState
  readonly taint: Taint
  readonly secrets: SecretsState
  readonly skills: SkillsState
  readonly guards: Guards
  readonly approvals: Approvals
  readonly plugin: PluginState
}
