// What a recogniser is: a kind of value as data. Cheap anchors say where it may stand, a bounded look
// around each decides. It must never look further than a fixed distance, so that scanning stays linear.
import type { EntityType } from './span.ts'

/** A value found in the folded text. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly score: number
}

/** What the machine lends: hashes come in as arguments, the domain has none of its own. */
export interface Hashes {
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly keccak256: (bytes: Uint8Array) => Uint8Array
}

export interface Surroundings {
  /** Absent: checksums that need a hash cannot be checked, and such values are not reported. */
  readonly hashes: Hashes | undefined
  /** Costly checks that are left for this text; each takes one. */
  readonly budget: { left: number }
}

/** `at` to `until`: the literal, or the run of digits, that was found. */
export type Find = (
  text: string,
  at: number,
  until: number,
  around: Surroundings,
) => Found | ReadonlyArray<Found> | undefined

export interface Recogniser {
  readonly id: string
  readonly type: EntityType
  /** Literals of lower case; the text may have any. */
  readonly literals?: ReadonlyArray<string>
  /** Lengths of a run of digits that may begin, or after letters continue, such a value. */
  readonly digits?: {
    readonly runs: ReadonlyArray<number>
    /** How many ASCII letters stand directly before the run; 0 when absent. */
    readonly after?: ReadonlyArray<number>
  }
  /** Too weak to be on unless asked for. */
  readonly weak?: true
  readonly find: Find
  /** Texts with the values in «»; `no` texts have none, of any type. */
  readonly examples: {
    readonly yes: ReadonlyArray<string>
    readonly no: ReadonlyArray<string>
  }
}

/** Lengths from `least` to `most`. */
export const lengths = (least: number, most: number): ReadonlyArray<number> =>
  Array.from({ length: most - least + 1 }, (_, i) => least + i)

/** A sticky pattern tried at one place; its end, or -1. The pattern must be bounded. */
export const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}
