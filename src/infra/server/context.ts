// What the methods of the control plane work with. `running` is null when this process only reads
// the store because no control plane runs.
import * as Effect from 'effect/Effect'
import type * as Semaphore from 'effect/Semaphore'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { InForce } from '../../domain/gate.ts'
import type { GuardRunner } from '../guard/run.ts'
import type { SecretStore } from '../secrets/secretStore.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { Models } from '../intel/models.ts'
import type { AppPaths } from '../paths.ts'
import type { Tickets } from '../secrets/tickets.ts'
import type { LevelWitness } from '../store/levelWitness.ts'
import type { OpenVault } from '../vault/logVault.ts'
import type { Asker } from './asking.ts'
import type { Unwitnessed } from './faults.ts'
import type { Canaries } from './canaries.ts'
import type { Gaps } from './gaps.ts'
import type { PolicyCache } from './policyCache.ts'
import type { Skills } from './skills.ts'

export interface ControlContext {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
  readonly log: LevelWitness
  readonly keys: SessionKeys['Service']
  readonly vault: OpenVault
  readonly policies: PolicyCache
  /** Loads nothing until it is asked. */
  readonly models: Models
  /** Undefined where the master key cannot be read. */
  readonly secrets: SecretStore | undefined
  readonly skills: Skills
  readonly inForce: () => InForce
  readonly engine: string
  /** Who is on the other side of this socket; at levels below `hardened` nobody but the owner. */
  readonly asker?: Asker
  readonly now: () => number
  readonly running: {
    readonly pid: number
    /** Epoch milliseconds. */
    readonly since: number
    /** One permit: changes of the gate are made one after the other. */
    readonly changing: Semaphore.Semaphore
    /** Starts the programs that calls are asked of. */
    readonly guards: GuardRunner
    /** What permitted commands fetch their secrets with. */
    readonly tickets: Tickets
    /** Calls that a doctor made up and that are out. */
    readonly canaries: Canaries
    /** Looks for calls that slipped past. */
    readonly gaps: Gaps
    /** The last event that could not be written to the log. */
    readonly unwitnessed: () => Unwitnessed | undefined
    /** The client's own figure of what a session cost, nano-dollars. */
    readonly costSeen: (session: string, client: number) => void
    /** Whether the hook socket's file is still there and this control plane's. */
    readonly isReached: () => boolean
    /** Puts the values into files that hold tokens now. Rejects with StoreFailure. */
    readonly fillFiles: () => Promise<void>
    /** A file that instructs the agent is what it was, by a human's doing. */
    readonly putBack: (file: string) => void
    /** One line for the operator's log. */
    readonly log: (line: string) => void
    /** Begins an orderly end; the answer to the caller still goes out. */
    readonly stop: () => void
  } | null
}

export const notRunning = new ControlFailure({
  kind: 'not-running',
  message: 'no control plane is running; without one, commands only read',
  remedy: 'isonapse hook start',
  exit: 1,
})

export const requireRunning = (
  context: ControlContext,
): Effect.Effect<NonNullable<ControlContext['running']>, ControlFailure> =>
  context.running === null ? Effect.fail(notRunning) : Effect.succeed(context.running)
