// The vault as the rest of the program sees it: values of a session by their tokens. Loading is
// asynchronous, as rows lie in the log; the rest is not, so that an event is judged in one go.
import type { VaultStored, VaultUsed } from '../../domain/event/event.ts'

export interface Value {
  /** Entity type, such as `EMAIL_ADDRESS`. */
  readonly type: string
  readonly value: string
}

export interface Tokenised {
  /** One for each value, in order. The same value of the same type has one token in a session. */
  readonly tokens: ReadonlyArray<string>
  /**
   * To be appended in the batch of the event that the values were in, before it. Until that is
   * committed, whoever meets a value again is given its row once more.
   */
  readonly events: ReadonlyArray<VaultStored | VaultUsed>
  /** Of the different values: how many had their token at hand, with no new crypto. */
  readonly cached: number
  /** Of the different values: how many got a token but no row, as there were too many at once. */
  readonly unkept: number
}

export interface SessionVault {
  /** Throws KeyFailure or FileFailure where the session has no usable key; then nothing is sealed. */
  readonly tokenise: (values: ReadonlyArray<Value>) => Tokenised
  /** What a token of this session stands for; undefined for others, and for rows that were collected. */
  readonly valueOf: (token: string) => Value | undefined
  /** Values that were met lately, in the clear: the same list until another is met. */
  readonly recent?: () => ReadonlyArray<Value>
  /** What a token stands for stays the same while this does. */
  readonly generation?: number
}

export interface Vault {
  /** The session's rows, read from the log at the first use. Rejects with StoreFailure. */
  readonly of: (session: string) => Promise<SessionVault>
}
