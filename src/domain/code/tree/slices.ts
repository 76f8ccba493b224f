// Part of a text or a list by bounds, as Python's slices take it. Bounds that are not known give what
// the whole may hold.
import { itemOf, known, list, taintOf, text, unknown, type Value } from './value.ts'

export const sliced = (value: Value, bounds: ReadonlyArray<Value | undefined>): Value => {
  const numbers = bounds.map((bound) =>
    bound === undefined || (bound.is === 'plain' && bound.value === null)
      ? undefined
      : bound.is === 'plain' && typeof bound.value === 'number'
        ? bound.value
        : Number.NaN,
  )
  if (numbers.some(Number.isNaN)) return loose(value)
  const [from, to, step = 1] = numbers
  if (value.is === 'list' && !value.open) return list(cut(value.items, from, to, step))
  const whole = value.is === 'text' ? known(value) : undefined
  if (whole !== undefined && value.is === 'text')
    return text(cut([...whole], from, to, step).join(''), value.taint)
  if (value.is === 'list' && (from ?? 0) >= 0 && to === undefined && step === 1)
    return list(value.items.slice(from), true)
  return loose(value)
}

const loose = (value: Value): Value =>
  value.is === 'list' ? list([itemOf(value)], 'like') : unknown(taintOf(value))

/** Python's slices. */
const cut = <A>(
  items: ReadonlyArray<A>,
  from: number | undefined,
  to: number | undefined,
  step: number,
): Array<A> => {
  if (step > 0) return items.slice(from, to).filter((_, at) => at % step === 0)
  if (step === 0) return []
  const end = items.length
  const clamp = (at: number): number => (at < 0 ? at + end : Math.min(at, end - 1))
  const first = from === undefined ? end - 1 : clamp(from)
  const last = to === undefined ? -1 : clamp(to)
  const out: Array<A> = []
  for (let at = first; at > last && at >= 0; at += step) out.push(items[at]!)
  return out
}
