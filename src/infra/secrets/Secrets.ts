// The user's stored secrets as the rest of the program sees them.
import type { Sinks } from '../../domain/secret/sinkList.ts'

export interface StoredSecret {
  readonly name: string
  readonly sinks: Sinks
}

export interface Secrets {
  /** By name, as the log has them. */
  readonly find: (name: string) => StoredSecret | undefined
  /** The value; undefined where there is none, or its file cannot be used. */
  readonly valueOf: (name: string) => string | undefined
  /** All that are stored, with their values: what must not be seen in anything that passes. */
  readonly all: () => ReadonlyArray<{ readonly name: string; readonly value: string }>
}
