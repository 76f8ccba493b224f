// JSON text of whatever JSON.parse gives, equal to it when parsed again: also of numbers beyond a double's
// range and of minus zero, which JSON.stringify changes. Nothing here recurses, whatever the nesting.

const scalar = (value: unknown): string => {
  if (typeof value === 'number') {
    if (value === Infinity) return '1e999'
    if (value === -Infinity) return '-1e999'
    if (Object.is(value, -0)) return '-0'
  }
  // Halves of surrogate pairs come out escaped (ECMA-262, QuoteJSONString).
  return JSON.stringify(value) ?? 'null'
}

interface Open {
  readonly holder: object
  readonly keys: ReadonlyArray<string> | undefined
  readonly count: number
  at: number
}

const open = (holder: object): Open => {
  const keys = Array.isArray(holder) ? undefined : Object.keys(holder)
  const count = keys === undefined ? (holder as ReadonlyArray<unknown>).length : keys.length
  return { holder, keys, count, at: 0 }
}

export const jsonText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return scalar(value)
  const parts: Array<string> = []
  const frames: Array<Open> = []
  const begin = (holder: object): void => {
    const frame = open(holder)
    frames.push(frame)
    parts.push(frame.keys === undefined ? '[' : '{')
  }
  begin(value)
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const { holder, keys, count, at } = frame
    if (at === count) {
      parts.push(keys === undefined ? ']' : '}')
      frames.pop()
      continue
    }
    frame.at++
    if (at > 0) parts.push(',')
    const key = keys === undefined ? at : keys[at]!
    if (typeof key === 'string') parts.push(JSON.stringify(key), ':')
    const entry = (holder as Readonly<Record<string | number, unknown>>)[key]
    if (typeof entry === 'object' && entry !== null) begin(entry)
    else parts.push(scalar(entry))
  }
  return parts.join('')
}
