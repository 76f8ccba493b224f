// A JSON value as one text that does not depend on the order of its members: what the client writes anew
// in another order is the same configuration.

/** Deeper than any configuration; what a repository nests deeper is compared by its bytes. */
const MOST_DEPTH = 64

/** Undefined where the value is nested too deep. */
export const stableText = (value: unknown, depth = 0): string | undefined => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (depth === MOST_DEPTH) return undefined
  const parts: Array<string> = []
  const isList = Array.isArray(value)
  const members: ReadonlyArray<readonly [string, unknown]> = isList
    ? value.map((one) => ['', one] as const)
    : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, one] of members) {
    const text = stableText(one, depth + 1)
    if (text === undefined) return undefined
    parts.push(isList ? text : `${JSON.stringify(name)}:${text}`)
  }
  return isList ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
}
