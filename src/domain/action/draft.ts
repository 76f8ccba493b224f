// An effect as a reader of calls states it: absolute paths and plain hosts, before links are
// followed and zones are told. Never logged; settle() in consequences.ts turns drafts into effects.
import type { Capability } from './action.ts'
import type { Certainty, EffectKind, Span } from './effect.ts'
import type { OpaqueCode } from './opaque.ts'
import type { CodeOrigin } from './sources.ts'

/**
 * How far below its path an effect reaches: `self` the path alone, `some` of what lies in it (a
 * narrow pattern), `all` of what lies in it or it as a whole.
 */
export type Reach = 'self' | 'some' | 'all'

export interface EffectDraft {
  readonly kind: EffectKind
  /** Absolute and lexically normalised. */
  readonly path?: string
  /**
   * The same, absolute, with the `..` that the program gives to the kernel: past a link, that is
   * another file than `path`. Absent where there is none.
   */
  readonly unresolved?: string
  readonly reach?: Reach
  /** Looks at names and attributes, not into the files: no credential is read. */
  readonly shallow?: boolean
  /** The absolute glob pattern that `path` is the literal directory of. */
  readonly pattern?: string
  readonly host?: string
  readonly program?: string
  readonly name?: string
  readonly certainty: Certainty
  readonly by?: string
  readonly span?: Span
  readonly why?: OpaqueCode
  /** Absolute path of the script that it stands in. */
  readonly in?: string
  readonly origin?: CodeOrigin
  /** What a permit for this effect must name. */
  readonly capability?: Capability
}

/** What a reader of one call finds, before links, zones and limits. */
export interface CallDraft {
  readonly capabilities: ReadonlyArray<Capability>
  readonly effects: ReadonlyArray<EffectDraft>
  /** Absolute paths of files that it would run and whose text was not given. */
  readonly wants?: ReadonlyArray<string>
  /** Names of the options that each capability was used with, without values. */
  readonly flags?: ReadonlyMap<Capability, ReadonlySet<string>>
}
