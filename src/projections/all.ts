// The projections that the log keeps folded, by name.
import type { Profile } from '../domain/profile/profile.ts'
import { type Budgets, budgets } from './budgets.ts'
import { type Charges, charges } from './charges.ts'
import { type Compared, compared } from './compared.ts'
import { type GateState, gateState } from './gateState.ts'
import { type OpenCalls, openCalls } from './openCalls.ts'
import { type Origins, origins } from './origins.ts'
import { profile } from './profile.ts'
import { type Rates, rates } from './rates.ts'
import { type Restored, restored } from './restored.ts'
import { secrets, type SecretsState } from './secrets.ts'
import { type Sessions, sessions } from './sessions.ts'
import { type Statistics, statistics } from './statistics.ts'
import { vault, type VaultState } from './vault.ts'
import { type Taint, taint } from './taint.ts'

export const PROJECTIONS = {
  gate: gateState,
  calls: openCalls,
  sessions,
  statistics,
  origins,
  rates,
  profile,
  charges,
  budgets,
  compared,
  restored,
  vault,
  taint,
  secrets,
} as const

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
}
