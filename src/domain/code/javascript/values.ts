// The methods of JavaScript's plain values, and the functions on them that matter to what text becomes.
import { fromBase64, fromHex } from '../../decoding.ts'
import { insert, loosen, remove } from '../tree/changes.ts'
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import { sliced } from '../tree/slices.ts'
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
} from '../tree/value.ts'

const MOST_ITEMS = 512
const MOST_REPLACED = 1 << 18

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

/** A part of a text by two places; undefined where they are no numbers. */
const part =
  (take: (of: string, from: number, to: number | undefined) => string) =>
  (of: string, [from = 0, to]: Given): string | undefined =>
    typeof from === 'number' && (to === undefined || typeof to === 'number')
      ? take(of, from, to)
      : undefined

const each = (call: LibraryCall): Value => {
  const [fn] = call.args
  const of = call.self ?? ANYTHING
  if (fn === undefined) return of
  const run = (item: Value): Value => call.machine.calls.call(fn, [item, ANYTHING, of], new Map())
  if (of.is === 'list' && !of.open && of.items.length <= MOST_ITEMS) {
    const results = of.items.map(run)
    return eachGives(call, of, results)
  }
  let result: Value = ANYTHING
  call.machine.maybe(() => {
    result = run(itemOf(of))
  })
  return eachGives(call, of, [result], 'like')
}

const eachGives = (
  call: LibraryCall,
  of: Value,
  results: ReadonlyArray<Value>,
  open: false | 'like' = false,
): Value => {
  const way = call.name.slice(call.name.lastIndexOf('.') + 1)
  if (way === 'map') return list([...results], open)
  if (way === 'flatMap') return list([either(results.flatMap((one) => [one, itemOf(one)]))], 'like')
  return way === 'filter' ? list([itemOf(of)], 'like') : of
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
    if (call.machine.step(whole.length >> 5)) return ANYTHING
    const plain =
      coding === 'hex'
        ? fromHex(whole)
        : coding?.startsWith('base64') === true
          ? fromBase64(whole.replaceAll(/[^A-Za-z0-9+/=_-]/g, ''))
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

const isFunction = (value: Value | undefined): boolean =>
  value?.is === 'closure' || value?.is === 'ref'

const applied = (call: LibraryCall): Value => {
  const fn = call.self ?? ANYTHING
  const [first, ...rest] = call.args
  // `call.call(f, …)` calls f.
  if (fn.is === 'ref' && /^%function\.(?:call|apply)$/.test(fn.name) && isFunction(first))
    return call.machine.calls.library(fn.name, rest, new Map(), first)
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
  'text.slice': onText(part((of, from, to) => of.slice(from, to))),
  'text.substring': onText(part((of, from, to) => of.substring(from, to))),
  'text.substr': onText(
    part((of, from, count) => {
      const start = from < 0 ? Math.max(0, of.length + from) : from
      return of.slice(start, count === undefined ? undefined : start + Math.max(0, count))
    }),
  ),
  'text.replace': onText((of, [from, to]) =>
    typeof from === 'string' && typeof to === 'string' ? of.replace(from, to) : undefined,
  ),
  'text.replaceAll': onText((of, [from, to]) =>
    typeof from === 'string' && typeof to === 'string' && of.length * to.length < MOST_REPLACED
      ? of.replaceAll(from, to)
      : undefined,
  ),
  'text.charAt': onText(part((of, at) => of.charAt(at))),
  'text.at': onText(part((of, at) => of.at(at) ?? '')),
  'text.split': (call) => {
    const of = known(call.self)
    const by = call.text(0)
    if (of === undefined || by === undefined || call.args.length > 1)
      return list([unknown(call.taint)], 'like')
    const parts = of.split(by, MOST_ITEMS + 1)
    return list(
      parts.slice(0, MOST_ITEMS).map((one) => text(one, call.taint)),
      parts.length > MOST_ITEMS,
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
  'list.toReversed': (call) =>
    call.self?.is === 'list' ? list(call.self.items.toReversed(), call.self.open) : ANYTHING,
  'list.reverse': (call) => {
    if (call.self?.is !== 'list') return ANYTHING
    if (call.machine.settles(call.self) && call.self.open === false) call.self.items.reverse()
    else loosen(call.self)
    return call.self
  },
  'list.push list.unshift': (call) => {
    const { self } = call
    if (self?.is !== 'list') return ANYTHING
    insert(call.machine, self, call.name.endsWith('unshift') ? 0 : self.items.length, call.args)
    return ANYTHING
  },
  'list.pop list.shift': (call) =>
    call.self?.is === 'list'
      ? remove(call.machine, call.self, call.name.endsWith('shift') ? 0 : -1)
      : itemOf(call.self ?? ANYTHING),
  'list.splice list.sort list.fill list.copyWithin': (call) => {
    const all = itemOf(call.self ?? ANYTHING)
    if (call.self?.is === 'list') loosen(call.self, ...call.args)
    return call.name.endsWith('splice') ? list([all], 'like') : (call.self ?? ANYTHING)
  },
  'list.toSorted list.toSpliced list.with list.flat': (call) => {
    const all = itemOf(call.self ?? ANYTHING)
    return list([either([all, itemOf(all), ...call.args])], 'like')
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
  'list.slice': (call) => sliced(call.self ?? ANYTHING, [call.args[0], call.args[1]]),
  'list.at list.find list.findLast': (call) => {
    for (const fn of call.args) if (fn.is === 'closure') each(call)
    return itemOf(call.self ?? ANYTHING)
  },
  'list.includes list.indexOf list.some list.every': (call) => {
    if (call.args[0]?.is === 'closure') each(call)
    return ANYTHING
  },
  'list.values': '-> self',
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
  'Object.defineProperty Reflect.set Reflect.defineProperty': (call) => {
    const [of = ANYTHING, key = ANYTHING, what = ANYTHING] = call.args
    const described = what.is === 'map' ? (what.entries.get('value') ?? ANYTHING) : what
    const value = call.name.endsWith('set') ? what : described
    call.machine.expressions.put(of, key, value)
    // What gets or sets it is called by whoever looks.
    for (const one of what.is === 'map' ? what.entries.values() : [])
      if (one.is === 'closure')
        call.machine.maybe(() => call.machine.calls.call(one, [], new Map()))
    return of
  },
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
  'util.promisify util.callbackify util.deprecate': (call) => call.args[0] ?? ANYTHING,
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
