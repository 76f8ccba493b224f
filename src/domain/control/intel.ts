// What can be asked about models: which are installed, what they do now, and which tier decides.
import * as Schema from 'effect/Schema'
import type { DetectorTier } from '../event/event.ts'
import type { ModelRole } from '../intel/installed.ts'

export const INTEL_PARAMS = {
  'intel.status': Schema.Struct({}),
} as const

interface Told {
  readonly message: string
  readonly remedy: string
}

export interface ModelStatus {
  readonly id: string
  readonly role: ModelRole
  readonly repository: string
  readonly revision: string
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly installed: number
  /** Whether it serves its role: of several the one that was installed last. */
  readonly serves: boolean
  /** `idle`: loads at its first use. `down`: failed, and is tried again later. */
  readonly state: 'idle' | 'loading' | 'ready' | 'down'
  /** Milliseconds that making it ready took; null where it is not loaded. */
  readonly sessionMs: number | null
  readonly calls: number
  /** Median of the latest calls' milliseconds. */
  readonly p50: number | null
  readonly lastFailure: (Told & { readonly time: number }) | null
}

export interface TierInForce {
  readonly role: ModelRole
  readonly tier: DetectorTier
  /** Why no model decides, and what would change it; null where one does. */
  readonly because: Told | null
}

export interface IntelStatus {
  /** Whether a control plane says so: without one, nothing is loaded. */
  readonly running: boolean
  readonly tiers: ReadonlyArray<TierInForce>
  readonly models: ReadonlyArray<ModelStatus>
  /** What lies among the models and is none. */
  readonly problems: ReadonlyArray<Told>
}
