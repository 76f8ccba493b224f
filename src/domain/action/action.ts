// An Action is what a tool call would do, in facts alone: what decide() judges, what the log and
// the receipt hold, what replay reads back. It carries no free text of the call.
import * as Schema from 'effect/Schema'
import { ActionEffect } from './effect.ts'
import { PathRef } from './place.ts'
import { CodeOrigin, SourceState } from './sources.ts'

/** A `:`-path naming what is learned and permitted, such as `tool:Bash:git:push`. */
export const Capability = Schema.String.check(Schema.isPattern(/^tool:[^\s]+$/)).pipe(
  Schema.brand('Capability'),
)
export type Capability = typeof Capability.Type

/** Options of a capability that are kept. A list of this many may have lost some. */
export const MOST_FLAGS = 24

export const Action = Schema.Struct({
  /** The tool's canonical name: `Task` is `Agent`, a specifier is cut off. */
  tool: Schema.String,
  /** Built into the client, from an MCP server, or a name the gate does not know. */
  origin: Schema.Literals(['builtin', 'mcp', 'unknown']),
  capabilities: Schema.Array(Capability),
  effects: Schema.Array(ActionEffect),
  /**
   * Names of the options that each capability was used with, in the order of `capabilities`. One that
   * ends in `?` was there in some of its uses only.
   */
  flags: Schema.optionalKey(Schema.Array(Schema.Array(Schema.String))),
})
export type Action = typeof Action.Type

/**
 * What was looked up on the machine for this call: the only input of analyse() that a payload does
 * not hold. Logged, so that replay needs no machine.
 */
export const Observed = Schema.Struct({
  cwd: PathRef,
  /** Paths of the call that are, or lie below, symbolic links, with where they really lead. */
  links: Schema.Array(Schema.Struct({ path: PathRef, real: PathRef })),
  /** Roots of the repository's other working trees. */
  worktrees: Schema.optionalKey(Schema.Array(PathRef)),
  /** Present where the file system takes names that differ in case alone for one. */
  caseless: Schema.optionalKey(Schema.Literal(true)),
  /** Files that the call would run and that were looked at; their text lies in the sealed payload. */
  scripts: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        path: PathRef,
        is: SourceState,
        origin: Schema.optionalKey(CodeOrigin),
      }),
    ),
  ),
  /** For a change of the client's settings: what the changed file would do to the gate. */
  config: Schema.optionalKey(
    Schema.Struct({
      disablesHooks: Schema.Boolean,
      removesGate: Schema.Boolean,
      /** False: the client drops a file it cannot read, and with it whatever loads the gate. */
      readable: Schema.Boolean,
      /** What of it does so: a word of ours, the file's key where there is one. */
      key: Schema.optionalKey(Schema.String),
    }),
  ),
})
export type Observed = typeof Observed.Type
