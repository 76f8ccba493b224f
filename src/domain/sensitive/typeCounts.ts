// Values by entity type: how many of each.

export type TypeCounts = Readonly<Record<string, number>>

export const isAny = (types: TypeCounts): boolean => Object.keys(types).length > 0

export const counted = (types: ReadonlyArray<string>): TypeCounts => {
  const counts: Record<string, number> = {}
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

export const summed = (all: ReadonlyArray<TypeCounts>): TypeCounts => {
  const counts: Record<string, number> = {}
  for (const types of all)
    for (const [type, count] of Object.entries(types)) counts[type] = (counts[type] ?? 0) + count
  return counts
}
