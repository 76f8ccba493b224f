// What a reading of SQL text comes to: the gravest thing done to the data, and what is reached beyond.
import type { SqlToken } from './tokens.ts'

export type SqlDeed = 'nothing' | 'reads' | 'changes' | 'destroys'

/** Something that statements do outside the tables. `client` runs on this machine, `server` where the database is. */
export interface SqlReach {
  readonly does: 'reads' | 'writes' | 'runs' | 'loads' | 'includes' | 'fetches'
  readonly at: 'client' | 'server'
  /** A path, a command line or a URL; undefined where it is only known when it runs. */
  readonly what: string | undefined
}

export interface SqlReading {
  readonly deed: SqlDeed
  readonly reaches: ReadonlyArray<SqlReach>
  /** Part of it could not be read, or is made when it runs. */
  readonly unread: boolean
}

const GRAVITY: Record<SqlDeed, number> = { nothing: 0, reads: 1, changes: 2, destroys: 3 }

export const graverDeed = (a: SqlDeed, b: SqlDeed): SqlDeed => (GRAVITY[a] >= GRAVITY[b] ? a : b)

/** Who takes down what a statement or a client's command does. */
export interface SqlSink {
  unread: boolean
  does(deed: SqlDeed): void
  reach(does: SqlReach['does'], at: SqlReach['at'], what: string | undefined): void
  /** `COPY … TO` and `FROM`, whoever opens the file. */
  copies(verb: string, tokens: ReadonlyArray<SqlToken>, at: SqlReach['at']): void
}
