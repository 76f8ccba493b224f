// The places that a user declares for a stored secret.
import * as Schema from 'effect/Schema'

/** Where a secret may go: a call that uses it is held to these. */
export const Sinks = Schema.Struct({
  programs: Schema.Array(Schema.String),
  hosts: Schema.Array(Schema.String),
  paths: Schema.Array(Schema.String),
  /** MCP servers; the client writes their input to its transcript in the clear. */
  servers: Schema.Array(Schema.String),
})
export type Sinks = typeof Sinks.Type
