// The first place where two values of the record differ: what was recorded beside what was computed,
// each short enough for a line. What the record holds may be anybody's; it is shown as JSON.
import { canonicalJson, NotCanonical } from '../canonical.ts'

export interface Difference {
  /** Where, as `action.effects[0].zone`; empty for the values themselves. */
  readonly path: string
  /** As JSON, cut; `nothing` where a side has none. */
  readonly recorded: string
  readonly computed: string
}

/** Of one side. Characters. */
const LONGEST = 240

/** Undefined where both are the same JSON. Fields are compared in the order of their names. */
export const firstDifference = (
  recorded: unknown,
  computed: unknown,
  path = '',
): Difference | undefined => {
  if (Object.is(recorded, computed)) return undefined
  if (Array.isArray(recorded) && Array.isArray(computed)) {
    const most = Math.max(recorded.length, computed.length)
    for (let i = 0; i < most; i++) {
      const found = firstDifference(recorded[i], computed[i], `${path}[${i}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isRecord(recorded) && isRecord(computed)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(computed)])].sort()
    for (const key of keys) {
      const at = path === '' ? key : `${path}.${key}`
      const found = firstDifference(own(recorded, key), own(computed, key), at)
      if (found !== undefined) return found
    }
    return undefined
  }
  return { path, recorded: inShort(recorded), computed: inShort(computed) }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const own = (record: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** A value as one line of JSON, cut at its end. */
export const inShort = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  const text = jsonOf(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}

const jsonOf = (value: unknown): string => {
  try {
    return canonicalJson(value)
  } catch (error) {
    if (error instanceof NotCanonical)
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
    throw error
  }
}
