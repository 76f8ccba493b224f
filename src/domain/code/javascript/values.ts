// The methods of JavaScript's plain values, and the functions on them that matter to what text becomes.
import { fromBase64, fromHex } from '../encodings.ts'
import type { LibraryRows } from '../library.ts'
import type { LibraryCall } from '../libraryCall.ts'
import {
  ANYTHING,
  CHOSEN,
  concat,
  CONTENT,
  either,
  instance,
  itemOf,
  known,
  list,
  optionsOf,
  ref,
  taintOf,
  text,
  unknown,
  type Value,
} from '../value.ts'

const MOST_ITEMS = 512

type Given = ReadonlyArray<string | number>

/** A method of text that is known with its arguments. */
const onText =
  (apply: (of: string, args: Given) => string | undefined) =>
  (call: LibraryCall): Value => {
    const of = known(call.self)
    const args = call.args.map((value) =>
      value.is === 'plain' && typeof value.value === 'number' ? value.value : known(value),
    )
    const result =
      of === undefined || args.includes(undefined) ? undefined : apply(of, args as Given)
    return result === undefined || result.length > 16_384
      ? unknown(call.taint)
      : text(result, call.taint)
  }

const number = (value: string | number | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

const each = (call: LibraryCall): Value => {
  const [fn] = call.args
  const of = call.self ?? ANYTHING
  if (fn === undefined) return of
  const run = (item: Value): Value => call.machine.calls.call(fn, [item, ANYTHING, of], new Map())
  if (of.is === 'list' && !of.open && of.items.length <= MOST_ITEMS) {
    const results = of.items.map(run)
    return call.name.endsWith('map') ? list(results) : of
  }
  let result: Value = ANYTHING
  call.machine.maybe(() => {
    result = run(itemOf(of))
  })
  return call.name.endsWith('map') ? list([result], 'like') : of
}

const codes = (call: LibraryCall): Value => {
  const parts = call.args.map((value) =>
    value.is === 'plain' &&
    typeof value.value === 'number' &&
    value.value >= 0 &&
    value.value <= 0x10ffff
      ? String.fromCodePoint(Math.floor(value.value))
      : undefined,
  )
  return parts.includes(undefined) || parts.length === 0
    ? unknown(call.taint)
    : text(parts.join(''))
}

const buffer = (call: LibraryCall): Value => {
  const [of] = call.args
  const coding = call.text(1)
  const whole = known(of)
  if (whole !== undefined && of?.is === 'text') {
    const plain =
      coding === 'hex'
        ? fromHex(whole)
        : coding?.startsWith('base64') === true
          ? fromBase64(whole)
          : whole
    return plain === undefined ? unknown(call.taint) : text(plain, call.taint)
  }
  if (of?.is === 'list' && !of.open) {
    const bytes = of.items.map((item) =>
      item.is === 'plain' && typeof item.value === 'number' ? item.value : -1,
    )
    if (bytes.every((byte) => byte >= 0 && byte < 128)) return text(String.fromCharCode(...bytes))
  }
  return unknown(call.taint)
}

const then = (call: LibraryCall): Value => {
  const value = call.self ?? ANYTHING
  const [next, failed] = call.args
  if (failed !== undefined)
    call.machine.maybe(() => call.machine.calls.call(failed, [ANYTHING], new Map()))
  return next === undefined || next.is === 'plain'
    ? value
    : call.machine.calls.call(next, [value], new Map())
}

const found = (of: Value | undefined, key: Value | undefined, call: LibraryCall): Value =>
  of === undefined || key === undefined ? ANYTHING : call.machine.expressions.index(of, key)

/** What a module holds, as one of it that is not known. */
const ofModule = (call: LibraryCall): Value | undefined =>
  call.args.some((value) => call.machine.expressions.hands(value)) ? unknown(CHOSEN) : undefined

const merged = (call: LibraryCall): Value => {
  const [target, ...sources] = call.args
  const chosen = ofModule(call)
  if (chosen !== undefined || target?.is !== 'map') return chosen ?? target ?? ANYTHING
  for (const source of sources)
    if (source.is === 'map')
      for (const [name, value] of source.entries) target.entries.set(name, value)
    else {
      target.open = true
      target.taint |= taintOf(source)
    }
  return target
}

const applied = (call: LibraryCall): Value => {
  const fn = call.self ?? ANYTHING
  const [self, ...rest] = call.args
  void self
  const args = call.name.endsWith('apply')
    ? rest[0]?.is === 'list'
      ? rest[0].items
      : [ANYTHING]
    : rest
  const inner = fn.is === 'ref' && fn.self !== undefined && fn.name.startsWith('%') ? fn.self : fn
  if (call.name.endsWith('bind'))
    return rest.length === 0 ? inner : (call.machine.calls.call(inner, args, new Map()), inner)
  return call.machine.calls.call(inner, args, new Map())
}

export const VALUES: LibraryRows = {
  'text.toString text.normalize text.valueOf text.trim text.trimStart text.trimEnd text.toWellFormed':
    '-> self',
  'text.toLowerCase': onText((of) => of.toLowerCase()),
  'text.toUpperCase': onText((of) => of.toUpperCase()),
  'text.concat': (call) => concat([call.self ?? text(''), ...call.args]),
  'text.repeat': onText((of, [count]) =>
    typeof count === 'number' && count >= 0 && of.length * count <= 16_384 && count <= 16_384
      ? of.repeat(count)
      : undefined,
  ),
  'text.slice': onText((of, [from, to]) => of.slice(number(from), number(to))),
  'text.substring text.substr': onText((of, [from, to]) =>
    of.substring(number(from) ?? 0, number(to)),
  ),
  'text.replace': onText((of, [from, to]) =>
    typeof from === 'string' && typeof to === 'string' ? of.replace(from, () => to) : undefined,
  ),
  'text.replaceAll': onText((of, [from, to]) =>
    typeof from === 'string' && typeof to === 'string' ? of.replaceAll(from, () => to) : undefined,
  ),
  'text.charAt text.at': onText((of, [at]) => of.at(number(at) ?? 0)),
  'text.split': (call) => {
    const of = known(call.self)
    const by = call.text(0)
    if (of === undefined || by === undefined) return list([unknown(call.taint)], 'like')
    return list(
      of
        .split(by)
        .slice(0, MOST_ITEMS)
        .map((part) => text(part, call.taint)),
    )
  },
  'text.startsWith text.endsWith text.includes text.indexOf text.match text.search text.charCodeAt text.codePointAt text.localeCompare':
    '-> clean',
  'text.*': '',
  'list.join': (call) => {
    const of = call.self
    const by = call.args[0] ?? text(',')
    if (of?.is !== 'list' || of.open) return unknown(call.taint)
    return concat(of.items.flatMap((item, at) => (at === 0 ? [item] : [by, item])))
  },
  'list.reverse list.toReversed': (call) =>
    call.self?.is === 'list' ? list(call.self.items.toReversed(), call.self.open) : ANYTHING,
  'list.push list.unshift': (call) => {
    if (call.self?.is === 'list' && call.self.items.length < MOST_ITEMS)
      if (call.name.endsWith('unshift')) call.self.items.unshift(...call.args)
      else call.self.items.push(...call.args)
    return ANYTHING
  },
  'list.concat': (call) => {
    const out = call.self?.is === 'list' ? [...call.self.items] : []
    let open = call.self?.is === 'list' ? call.self.open : true
    for (const value of call.args)
      if (value.is === 'list') {
        out.push(...value.items)
        open ||= value.open
      } else if (value.is === 'unknown') open = true
      else out.push(value)
    return list(out.slice(0, MOST_ITEMS), open)
  },
  'list.slice': (call) => {
    const [from, to] = call.args.map((value) => (value.is === 'plain' ? value.value : Number.NaN))
    if (
      call.self?.is !== 'list' ||
      (from !== undefined && typeof from !== 'number') ||
      Number.isNaN(from) ||
      to !== undefined
    )
      return call.self ?? ANYTHING
    return list(call.self.items.slice(from ?? 0), call.self.open)
  },
  'list.pop list.shift list.at list.find list.findLast': (call) => {
    for (const fn of call.args) if (fn.is === 'closure') each(call)
    return itemOf(call.self ?? ANYTHING)
  },
  'list.includes list.indexOf list.some list.every': (call) => {
    if (call.args[0]?.is === 'closure') each(call)
    return ANYTHING
  },
  'list.values list.flat list.sort list.toSorted': '-> self',
  'list.entries': (call) => list([list([ANYTHING, itemOf(call.self ?? ANYTHING)])], 'like'),
  '?.map ?.forEach ?.filter ?.flatMap': each,
  'list.reduce ?.reduce': (call) => {
    const [fn, first] = call.args
    let value = first ?? ANYTHING
    const of = call.self
    if (fn === undefined) return ANYTHING
    if (of?.is === 'list' && !of.open && of.items.length <= 64) {
      for (const item of of.items) value = call.machine.calls.call(fn, [value, item], new Map())
      return value
    }
    call.machine.maybe(() => {
      value = call.machine.calls.call(
        fn,
        [either([value, ANYTHING]), itemOf(of ?? ANYTHING)],
        new Map(),
      )
    })
    return either([value, unknown(call.taint)])
  },
  'list.*': '',
  'map.*': '',
  '?.then': then,
  '?.catch ?.finally': (call) => {
    for (const fn of call.args)
      call.machine.maybe(() => call.machine.calls.call(fn, [ANYTHING], new Map()))
    return call.self ?? ANYTHING
  },
  '?.toString ?.valueOf ?.trim ?.unref': '-> self',
  '%function.call %function.apply %function.bind': applied,
  Function: (call) => {
    const body = call.args.at(-1)
    const whole = known(body)
    if (body === undefined) return ANYTHING
    if (whole === undefined) {
      call.machine.evaluateText(body)
      return unknown(CHOSEN)
    }
    const params = call.args.slice(0, -1).map(known).join(',')
    return call.machine.evaluateText(text(`(function(${params}){${whole}\n})`))
  },
  // The class of a value that is not known may be that of functions.
  '%class': (call) => {
    const [of] = call.args
    const maybeCode = call.self?.is === 'unknown' || call.self?.is === 'ref'
    if (maybeCode && of !== undefined && of.is === 'text')
      return call.machine.calls.call(ref('Function'), call.args, new Map())
    return unknown(call.taint)
  },
  '%class.fromCharCode %class.fromCodePoint String.fromCharCode String.fromCodePoint': codes,
  '%class._load': (call) => call.machine.calls.library('require', call.args, call.named, undefined),
  '%class.*': '',
  'String String.raw Object': (call) => call.args[0] ?? text(''),
  'Object.values': (call) => {
    const [of] = call.args
    if (of?.is === 'map') return list([...of.entries.values(), unknown(of.taint)], of.open)
    const chosen = ofModule(call)
    return chosen === undefined ? unknown(call.taint) : list([chosen], 'like')
  },
  'Object.keys Object.getOwnPropertyNames': (call) =>
    call.args[0]?.is === 'map'
      ? list([...call.args[0].entries.keys()].map((key) => text(key)))
      : list([ANYTHING], 'like'),
  'Object.entries': (call) => {
    const [of] = call.args
    if (of?.is !== 'map')
      return list([list([ANYTHING, ofModule(call) ?? unknown(call.taint)])], 'like')
    return list(
      [...of.entries].map(([key, value]) => list([text(key), value])),
      of.open,
    )
  },
  'Object.freeze Object.seal Object.fromEntries': (call) => call.args[0] ?? ANYTHING,
  'Object.assign': merged,
  'Object.getPrototypeOf Reflect.getPrototypeOf': () => unknown(),
  'Object.getOwnPropertyDescriptor': (call) => found(call.args[0], call.args[1], call),
  'Reflect.get': (call) => found(call.args[0], call.args[1], call),
  'Reflect.apply': (call) =>
    call.machine.calls.call(
      call.args[0] ?? ANYTHING,
      call.args[2]?.is === 'list' ? call.args[2].items : [ANYTHING],
      new Map(),
    ),
  'Reflect.construct': (call) =>
    call.machine.calls.call(
      call.args[0] ?? ANYTHING,
      call.args[1]?.is === 'list' ? call.args[1].items : [ANYTHING],
      new Map(),
    ),
  'Reflect.*': '',
  'Array.from Array.of': (call) => {
    const [of, fn] = call.args
    if (call.name.endsWith('of')) return list([...call.args])
    const whole = of?.is === 'text' ? known(of) : undefined
    const items: Value =
      whole === undefined
        ? (of ?? list([]))
        : list([...whole].slice(0, MOST_ITEMS).map((one) => text(one)))
    return fn === undefined ? items : call.machine.calls.library('?.map', [fn], new Map(), items)
  },
  'Promise.all Promise.allSettled Promise.race Promise.any Promise.resolve': (call) =>
    call.args[0] ?? ANYTHING,
  Promise: (call) => {
    const [fn] = call.args
    if (fn !== undefined) call.machine.calls.call(fn, [ANYTHING, ANYTHING], new Map())
    return ANYTHING
  },
  'Promise.reject Number Boolean parseInt parseFloat isNaN isFinite Symbol BigInt': '-> clean',
  'JSON.parse JSON.stringify structuredClone': (call) => {
    const [of] = call.args
    return of === undefined ? ANYTHING : unknown(taintOf(of))
  },
  'Buffer.from': buffer,
  'Buffer.alloc Buffer.byteLength Buffer.isBuffer': '-> clean',
  'Buffer.concat': (call) => {
    const [of] = call.args
    return of?.is === 'list' && !of.open ? concat(of.items) : unknown(call.taint)
  },
  'Buffer.*': '',
  atob: (call) =>
    buffer(
      Object.assign(Object.create(Object.getPrototypeOf(call)), call, {
        args: [call.args[0] ?? ANYTHING, text('base64')],
      }),
    ),
  'decodeURIComponent decodeURI unescape': (call) => {
    const whole = call.text(0)
    if (whole === undefined) return unknown(call.taint)
    return text(
      whole.replaceAll(/%([0-7][0-9a-fA-F])/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
      call.taint,
    )
  },
  'btoa escape encodeURIComponent encodeURI': '',
  'content.toString content.trim content.text': '-> self',
  'content.*': (call) => unknown(CONTENT | call.taint),
  'Proxy URL': (call) => call.args[0] ?? ANYTHING,
  'Map Set': (call) =>
    optionsOf(call.args[0] ?? ANYTHING)[0]?.is === 'list' ? call.args[0]! : instance('', {}),
}
