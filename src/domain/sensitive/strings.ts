// The strings of a JSON value, to be looked at and replaced.
import type { Span } from './span.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Base64 of an image or a document is nobody's text. */
const isBinary = (value: Record<string, unknown>, key: string): boolean =>
  (key === 'data' || key === 'base64') &&
  typeof value[key] === 'string' &&
  (value['type'] === 'base64' ||
    value['type'] === 'image' ||
    typeof value['originalSize'] === 'number')

export const mapped = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === 'string') return replace(value)
  if (Array.isArray(value)) {
    let changed = false
    const items = value.map((item) => {
      const now = mapped(item, replace)
      changed ||= now !== item
      return now
    })
    return changed ? items : value
  }
  if (!isRecord(value)) return value
  let changed = false
  const fields = Object.entries(value).map(([key, field]) => {
    const now = isBinary(value, key) ? field : mapped(field, replace)
    changed ||= now !== field
    return [key, now] as const
  })
  return changed ? Object.fromEntries(fields) : value
}

export const spliced = (
  text: string,
  spans: ReadonlyArray<Pick<Span, 'start' | 'end'>>,
  by: (span: Pick<Span, 'start' | 'end'>, i: number) => string,
): string => {
  const parts: Array<string> = []
  let at = 0
  spans.forEach((span, i) => {
    parts.push(text.slice(at, span.start), by(span, i))
    at = span.end
  })
  parts.push(text.slice(at))
  return parts.join('')
}

export const jsonText = (value: unknown): string => {
  if (typeof value === 'number')
    return Number.isFinite(value)
      ? Object.is(value, -0)
        ? '-0'
        : String(value)
      : value > 0
        ? '1e999'
        : '-1e999'
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (isRecord(value))
    return `{${Object.entries(value)
      .map(([key, field]) => `${JSON.stringify(key)}:${jsonText(field)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}
