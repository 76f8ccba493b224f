// Points in time as a person reads and writes them, in the local time zone.

const two = (n: number): string => String(n).padStart(2, '0')

/** `14:03:59` */
export const clock = (ms: number): string => {
  const at = new Date(ms)
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** `2026-03-01 14:03:59` */
export const dateAndClock = (ms: number): string => {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(ms)}`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `3 min`, `2 d`: the largest unit that fits, one below a second as `0 s`. */
export const duration = (ms: number): string => {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3]
  return `${Math.floor(Math.max(0, ms) / size)} ${unit}`
}

/** `3 min ago`, with the date where it is more than a day ago; `now` for what is not past. */
export const ago = (ms: number, now: number): string => {
  if (now - ms < 1000) return 'just now'
  const relative = `${duration(now - ms)} ago`
  return now - ms < 86_400_000 ? relative : `${dateAndClock(ms)} (${relative})`
}

const SPANS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of `90min`, `36h`, `30d`, `2w`, or of a bare `0`; undefined for anything else. */
export const parseSpan = (text: string): number | undefined => {
  if (text === '0') return 0
  const span = /^(\d{1,9})(s|min|m|h|d|w)$/.exec(text)
  return span === null ? undefined : Number(span[1]) * SPANS[span[2]!]!
}

/**
 * Epoch milliseconds of `2h`, `3d` (that long before `now`), `2026-03-01`, `2026-03-01T14:00` (local
 * time) or a time with its zone; undefined for anything else. A date alone is its first instant, or
 * its last one where `end` is set.
 */
export const parseMoment = (text: string, now: number, end = false): number | undefined => {
  const span = text === '0' ? undefined : parseSpan(text)
  if (span !== undefined) return now - span
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text))
    return undefined
  const isDate = text.length === 10
  const ms = new Date(isDate ? `${text}T00:00:00` : text.replace(' ', 'T')).getTime()
  if (Number.isNaN(ms)) return undefined
  if (!isDate) return ms
  const day = new Date(ms)
  // A day that does not exist rolls over: 30 February is no date.
  if (day.getDate() !== Number(text.slice(8))) return undefined
  if (!end) return ms
  day.setDate(day.getDate() + 1)
  return day.getTime() - 1
}
