// Values of a session with what stands for them, those used last: a value met again costs no new
// crypto. Bounded by what it holds in the clear.

/** Values held unless told, and UTF-16 units of them all together. */
export const MOST_VALUES = 4096
export const MOST_UNITS = 524_288

export interface ValueCache<A> {
  readonly get: (type: string, value: string) => A | undefined
  readonly set: (type: string, value: string, held: A) => void
  readonly clear: () => void
  /** All that is held: the same list until something comes or goes. */
  readonly values: () => ReadonlyArray<{ readonly type: string; readonly value: string }>
}

export const valueCache = <A>(
  mostValues: number = MOST_VALUES,
  mostUnits: number = MOST_UNITS,
): ValueCache<A> => {
  // Insertion order is age of use.
  const held = new Map<string, A>()
  let units = 0
  let listed: ReturnType<ValueCache<A>['values']> | undefined
  const keyOf = (type: string, value: string): string => `${type}\0${value}`
  return {
    get: (type, value) => {
      const key = keyOf(type, value)
      const found = held.get(key)
      if (found === undefined) return undefined
      held.delete(key)
      held.set(key, found)
      return found
    },
    set: (type, value, one) => {
      const key = keyOf(type, value)
      if (!held.delete(key)) {
        units += key.length
        listed = undefined
      }
      held.set(key, one)
      while (held.size > mostValues || units > mostUnits) {
        const oldest = held.keys().next().value!
        held.delete(oldest)
        units -= oldest.length
        listed = undefined
      }
    },
    clear: () => {
      held.clear()
      units = 0
      listed = undefined
    },
    values: () =>
      (listed ??= [...held.keys()].map((key) => {
        const end = key.indexOf('\0')
        return { type: key.slice(0, end), value: key.slice(end + 1) }
      })),
  }
}
