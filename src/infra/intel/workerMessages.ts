// What a model's worker and the thread that asks it say to each other.
import type { Fault } from '../../domain/control/methods.ts'
import type { InstalledModel } from '../../domain/intel/installed.ts'
import type { Found } from './loadModel.ts'

export interface WorkerStart {
  /** The model's own folder. */
  readonly dir: string
  readonly installed: InstalledModel
  readonly threads: number
}

export interface WorkerAsk {
  readonly texts: ReadonlyArray<string>
  /** Milliseconds from when it arrives. Clocks of two threads begin at different times. */
  readonly within: number
}

export type WorkerSays =
  | { readonly kind: 'ready'; readonly sessionMs: number }
  /** It will answer nothing: the model cannot be loaded. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'found'; readonly found: ReadonlyArray<Found> }
  /** The runtime failed on a text: the model does not fit its own description, or memory is out. */
  | { readonly kind: 'failed'; readonly message: string }
