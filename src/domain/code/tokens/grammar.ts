// What a reader of Ruby, Perl or PHP has to know of its language, as data.
import type { CallRow } from './call.ts'
import type { Dialect } from './strings.ts'

export interface ScriptLanguage {
  readonly dialect: Dialect
  readonly rows: ReadonlyArray<CallRow>
  /** Names that compute or print and touch nothing: functions, `.methods` and `Class.*`. */
  readonly pure: ReadonlySet<string>
  readonly pureNames?: RegExp
  readonly keywords: ReadonlySet<string>
  /** Calls whose value is that of their first argument, as a path or an address. */
  readonly transparent: ReadonlySet<string>
  /** Calls whose value is a pattern of paths. */
  readonly globs: ReadonlySet<string>
  /** Calls whose value is the home directory, the working directory. */
  readonly home: ReadonlySet<string>
  readonly here: ReadonlySet<string>
}
