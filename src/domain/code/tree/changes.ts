// Changes to lists and maps, which many names may share. What may have happened or not, or happened in
// an order that is not known, leaves each part as one of several: never less than what may stand there.
import type { Machine } from './machine.ts'
import { ANYTHING, either, itemOf, unknown, taintOf, type Value } from './value.ts'

type List = Value & { is: 'list' }
type MapValue = Value & { is: 'map' }

const MOST_ITEMS = 512

/** What stands where in the list is not known any more. */
export const loosen = (list: List, ...more: ReadonlyArray<Value>): void => {
  list.items.splice(0, list.items.length, either([...list.items, ...more, ANYTHING]))
  list.open = true
}

export const insert = (machine: Machine, list: List, at: number, values: Iterable<Value>): void => {
  const given = [...values]
  if (list.items.length + given.length > MOST_ITEMS) loosen(list, ...given)
  else if (machine.settles(list)) list.items.splice(at, 0, ...given)
  else if (at >= list.items.length) {
    list.items.push(...given.map((value) => either([value, ANYTHING])))
    list.open = true
  } else loosen(list, ...given)
}

/** As Python's `+=` and `extend` do. */
export const extend = (machine: Machine, list: List, by: Value): void => {
  const items = by.is === 'list' ? by.items.slice() : [itemOf(by)]
  insert(machine, list, list.items.length, items)
  if (by.is !== 'list' || by.open !== false) list.open = true
}

/** Takes out one item; what that is. */
export const remove = (machine: Machine, list: List, at: number | undefined): Value => {
  const all = itemOf(list)
  if (at === undefined || list.open !== false || !machine.settles(list)) {
    loosen(list)
    return all
  }
  const [one] = list.items.splice(at < 0 ? at + list.items.length : at, 1)
  return one ?? ANYTHING
}

/** Any entry may be set to anything by now. */
export const blur = (map: MapValue, ...more: ReadonlyArray<Value>): void => {
  for (const [name, value] of map.entries) map.entries.set(name, either([value, ...more, ANYTHING]))
  map.open = true
  for (const value of more) map.taint |= taintOf(value)
}

/** Entries that are set to those of another map. */
export const merge = (map: MapValue, by: Value): void => {
  if (by.is !== 'map') {
    blur(map, unknown(taintOf(by)))
    return
  }
  for (const [name, value] of by.entries) {
    const before = map.entries.get(name)
    map.entries.set(name, before === undefined ? value : either([before, value]))
  }
  map.open ||= by.open
  map.taint |= by.taint
}
