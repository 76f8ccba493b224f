// Where a path lies, written so that it means the same on every machine: relative to the project
// root or to the home directory when it is inside one of them. No receipt holds a home path.
import * as Schema from 'effect/Schema'

/** Text in which detected spans are typed nodes, never look-alike strings. */
export const MaskedText = Schema.Union([
  Schema.String,
  Schema.Array(Schema.Union([Schema.String, Schema.Struct({ pii: Schema.String })])),
])
export type MaskedText = typeof MaskedText.Type

/** The text with what `spell` makes of each detected span, told by its type. */
export const spelledOut = (text: MaskedText, spell: (pii: string) => string): string =>
  typeof text === 'string'
    ? text
    : text.map((part) => (typeof part === 'string' ? part : spell(part.pii))).join('')

/**
 * A path as facts and receipts hold it: below the project root (`{project: "src/a.ts"}`, the root
 * itself is `{project: ""}`), else below the home directory, else absolute. Always normalised: no
 * `.`, `..`, doubled or trailing slash.
 */
export const PathRef = Schema.Union([
  Schema.Struct({ project: MaskedText }),
  Schema.Struct({ home: MaskedText }),
  Schema.Struct({ path: MaskedText }),
])
export type PathRef = typeof PathRef.Type

/** What a path is to the gate, by its location alone. */
export const Zone = Schema.Literals([
  'project',
  'worktree',
  'tmp',
  'home',
  'system',
  'secret',
  'gate',
  'persist',
])
export type Zone = typeof Zone.Type

/** The absolute roots of this machine and call. Never logged: facts hold PathRefs instead. */
export interface Place {
  /** Home directory, absolute. */
  readonly home: string
  /** Root of the project (the client's project directory), absolute. */
  readonly project: string
  /** Working directory of the call, absolute. */
  readonly cwd: string
  /** The gate's own files and sockets, absolute, no wildcards: zone `gate`. */
  readonly gate: ReadonlyArray<string>
  /** Roots of the repository's other working trees, absolute: zone `worktree`. */
  readonly worktrees?: ReadonlyArray<string>
  /** The file system takes names that differ in case alone for one. */
  readonly caseless?: boolean
}
