// Values of a session with what stands for them, those used last: a value met again costs no new
// crypto. Bounded by what it holds in the clear.

/** Values held unless told, and UTF-16 units of them all together. */
export const MOST_VALUES = 4096
export const MOST_UNITS = 524_288

export interface ValueCache<A> {
  readonly get: (type: string, value: string) => A | undefined
  readonly set: (type: string, value: string, held: A) => void
  readonly clear: () => void
}

export const valueCache = <A>(
  mostValues: number = MOST_VALUES,
  mostUnits: number = MOST_UNITS,
): ValueCache<A> => {
  // Insertion order is age of use.
  const held = new Map<string, A>()
  let units = 0
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
      if (!held.delete(key)) units += key.length
      held.set(key, one)
      for (const oldest of held.keys()) {
        if (held.size <= mostValues && units <= mostUnits) break
        held.delete(oldest)
        units -= oldest.length
      }
    },
    clear: () => {
      held.clear()
      units = 0
    },
  }
}
