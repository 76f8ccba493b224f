// How a projection's table of records stays bounded: beyond `most` the older half goes at once, so
// that the cost of choosing is spread over many entries. Mutates the table; the fold owns it.

/**
 * Drops the half of `most` that `ageOf` puts lowest; returns how many records are left. Of records of
 * one age those whose keys sort first go: a state read back from a snapshot has its keys in another
 * order than the one that was folded, and must drop the same.
 */
export const dropOldest = <A>(
  records: Record<string, A>,
  most: number,
  ageOf: (record: A) => number,
): number => {
  const byAge = Object.entries(records).sort(
    ([key, a], [other, b]) => ageOf(a) - ageOf(b) || (key < other ? -1 : 1),
  )
  for (const [key] of byAge.slice(0, most / 2)) delete records[key]
  return byAge.length - most / 2
}
