// Python's built-in functions and the methods of its plain values.
import { fromBase64, fromHex, fromRot13, textOfBytes } from '../../decoding.ts'
import { variable } from '../tree/environment.ts'
import { blur, extend, insert, loosen, merge, remove } from '../tree/changes.ts'
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import { formatted } from '../tree/formats.ts'
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
  pathText,
  ref,
  SECRET,
  taintOf,
  text,
  unknown,
  type Value,
} from '../tree/value.ts'

const decoded =
  (decode: (coded: string) => string | undefined) =>
  (call: LibraryCall): Value => {
    const value = call.args[0] ?? call.self
    const whole = known(value)
    if (whole !== undefined && call.machine.step(whole.length >> 5)) return ANYTHING
    const plain = whole === undefined ? undefined : decode(whole)
    return plain === undefined ? unknown(call.taint) : text(plain, call.taint)
  }

/** Letters that are not of the alphabet are passed over. */
const fromLooseBase64 = (coded: string): string | undefined =>
  fromBase64(coded.replaceAll(/[^A-Za-z0-9+/=_-]/g, ''))

/** A method of text that is known with its arguments. */
const onText =
  (apply: (of: string, args: ReadonlyArray<string>) => string | undefined) =>
  (call: LibraryCall): Value => {
    const of = known(call.self)
    const args = call.args.map(known)
    const result =
      of === undefined || args.includes(undefined) ? undefined : apply(of, args as Array<string>)
    return result === undefined || result.length > 16_384
      ? unknown(call.taint)
      : text(result, call.taint)
  }

const MOST_PARTS = 512

const split = (call: LibraryCall): Value => {
  const of = known(call.self)
  const by = call.args.length === 0 ? ' ' : call.text(0)
  if (of === undefined || by === undefined || by === '') return list([unknown(call.taint)], 'like')
  // How often, or from which end, is not followed.
  if (call.args.length > 1 || call.named.size > 0 || call.name.endsWith('splitlines'))
    return list([unknown(call.taint)], 'like')
  const parts =
    call.args.length === 0 ? of.trim().split(/\s+/, MOST_PARTS + 1) : of.split(by, MOST_PARTS + 1)
  return list(
    parts.slice(0, MOST_PARTS).map((part) => text(part, call.taint)),
    parts.length > MOST_PARTS,
  )
}

export const join = (separator: Value, of: Value): Value => {
  if (of.is !== 'list' || of.open) return unknown(taintOf(of) | taintOf(separator))
  return concat(of.items.flatMap((item, at) => (at === 0 ? [item] : [separator, item])))
}

const got = (call: LibraryCall): Value => {
  const [object, name, otherwise] = call.args
  if (object === undefined || name === undefined) return ANYTHING
  const names = optionsOf(name).map(known)
  if (names.includes(undefined)) {
    // Of a module it may be any function; of a value it is one of the value's own.
    const isModule =
      object.is === 'ref' && object.self === undefined && call.machine.dialect.acts(object.name)
    return unknown(taintOf(object) | (isModule ? CHOSEN : 0))
  }
  const found = names.map((one) => call.machine.expressions.member(object, one!))
  return either(otherwise === undefined ? found : [...found, otherwise])
}

/** What says the order is called with each. */
const ordered = (call: LibraryCall, of: Value | undefined): void => {
  const key = call.named.get('key')
  if (key !== undefined && key.is !== 'plain' && of !== undefined)
    call.machine.maybe(() => call.machine.calls.call(key, [itemOf(of)], new Map()))
}

/** A method that changes what it is of in a way that is not followed. */
const moved = (call: LibraryCall): Value => {
  const { self } = call
  ordered(call, self)
  if (self?.is === 'list') loosen(self, ...call.args.map(itemOf), ...call.args)
  else if (self?.is === 'map') blur(self, ...call.args)
  return unknown(call.taint)
}

const environment =
  (at: number) =>
  (call: LibraryCall): Value => {
    const name = call.text(at, 'key')
    const otherwise = call.arg(at + 1, 'default')
    const value = variable(name, call.machine)
    return otherwise === undefined || otherwise.is === 'plain' ? value : either([value, otherwise])
  }

const characters = (call: LibraryCall): Value => {
  const [of] = call.args
  if (of?.is === 'list' && !of.open) {
    const bytes = of.items.map((item) =>
      item.is === 'plain' && typeof item.value === 'number' ? item.value : -1,
    )
    const plain = bytes.every((byte) => byte >= 0 && byte < 256) ? textOfBytes(bytes) : undefined
    if (plain !== undefined) return text(plain, call.taint)
  }
  return of?.is === 'text' ? of : unknown(call.taint)
}

const mapped = (call: LibraryCall): Value => {
  const [fn, over] = call.args
  if (fn === undefined || over === undefined) return ANYTHING
  if (over.is === 'list' && !over.open && over.items.length <= 512)
    return list(over.items.map((item) => call.machine.calls.call(fn, [item], new Map())))
  let result: Value = ANYTHING
  call.machine.maybe(() => {
    result = call.machine.calls.call(fn, [itemOf(over)], new Map())
  })
  return list([result], 'like')
}

const asText = (call: LibraryCall): Value => {
  const [value] = call.args
  if (value === undefined) return text('')
  if (value.is === 'instance' && value.of === 'pathlib.Path') return pathText(value)
  const whole = known(value)
  return whole === undefined
    ? value.is === 'text'
      ? value
      : unknown(call.taint)
    : text(whole, call.taint)
}

const numbered =
  (base: number) =>
  (call: LibraryCall): Value => {
    const whole = call.text(0)
    const radix = call.args[1]
    const by = radix?.is === 'plain' && typeof radix.value === 'number' ? radix.value : base
    const value = whole === undefined || by < 2 || by > 36 ? Number.NaN : Number.parseInt(whole, by)
    return Number.isNaN(value) ? ANYTHING : { is: 'plain', value }
  }

const set = (call: LibraryCall): Value => {
  const [object, name, value] = call.args
  if (object === undefined || name === undefined || value === undefined) return ANYTHING
  // What is put into a module is not followed there.
  if (object.is === 'ref' && (value.is === 'ref' || value.is === 'closure'))
    call.machine.call.opaque('dynamic-command')
  call.machine.expressions.put(object, name, value)
  return ANYTHING
}

/** `type(x)` looks; `type(name, bases, members)` makes a class. */
const made = (call: LibraryCall): Value => {
  const of = call.args[2]
  if (of?.is !== 'map') return unknown(call.args.length > 1 ? call.taint : 0)
  const members = new Map(of.entries)
  members.set('%', instance('', Object.fromEntries(of.entries)))
  return { is: 'class', tree: { name: undefined, bases: [], body: [] }, members }
}

export const BUILTINS: LibraryRows = {
  'builtins.print builtins.repr': '*shown',
  'builtins.eval builtins.exec': (call) => call.machine.evaluateText(call.args[0] ?? ANYTHING),
  'builtins.compile': (call) => call.args[0] ?? ANYTHING,
  'builtins.getattr': got,
  'builtins.globals builtins.locals': () => ref('builtins.%globals', unknown(CHOSEN)),
  'builtins.vars': (call) => {
    const [of] = call.args
    return of?.is === 'ref'
      ? ref('builtins.%members', of)
      : call.args.length === 0
        ? ref('builtins.%globals', unknown(CHOSEN))
        : unknown(call.taint)
  },
  'builtins.setattr': set,
  'builtins.type': made,
  'builtins.len builtins.bool builtins.isinstance builtins.issubclass builtins.callable builtins.hasattr builtins.id builtins.hash builtins.any builtins.all':
    '-> clean',
  'builtins.input builtins.raw_input': '*shown -> content',
  'builtins.str builtins.unicode builtins.format builtins.bytes.decode': asText,
  'builtins.bytes builtins.bytearray': characters,
  'builtins.bytes.fromhex builtins.bytearray.fromhex binascii.unhexlify binascii.a2b_hex':
    decoded(fromHex),
  'base64.b64decode base64.urlsafe_b64decode base64.standard_b64decode base64.decodebytes binascii.a2b_base64':
    decoded(fromLooseBase64),
  'base64.b16decode': decoded(fromHex),
  'base64.* binascii.*': '',
  'codecs.decode codecs.encode': (call) => {
    const coding = call.text(1, 'encoding') ?? 'utf-8'
    if (/rot.?13/i.test(coding)) return decoded(fromRot13)(call)
    if (/hex/i.test(coding)) return decoded(fromHex)(call)
    if (/base.?64/i.test(coding)) return decoded(fromLooseBase64)(call)
    return /utf|ascii|latin/i.test(coding) ? (call.args[0] ?? ANYTHING) : unknown(call.taint)
  },
  'codecs.*': '',
  'builtins.chr builtins.unichr': (call) => {
    const [code] = call.args
    return code?.is === 'plain' &&
      typeof code.value === 'number' &&
      code.value >= 0 &&
      code.value <= 0x10ffff
      ? text(String.fromCodePoint(Math.floor(code.value)))
      : unknown(call.taint)
  },
  'builtins.ord': (call) => {
    const whole = call.text(0)
    return whole === undefined || whole === ''
      ? ANYTHING
      : { is: 'plain', value: whole.codePointAt(0)! }
  },
  'builtins.int': numbered(10),
  'builtins.map': mapped,
  'builtins.filter': (call) => {
    mapped(call)
    return list([itemOf(call.args[1] ?? ANYTHING)], 'like')
  },
  'builtins.reversed': (call) => {
    const [of] = call.args
    if (of?.is === 'list') return list(of.items.toReversed(), of.open)
    const whole = known(of)
    return whole === undefined
      ? unknown(call.taint)
      : list(
          [...whole]
            .slice(0, 512)
            .toReversed()
            .map((one) => text(one)),
        )
  },
  'builtins.list builtins.tuple builtins.set builtins.sorted builtins.frozenset builtins.iter builtins.next collections.deque':
    (call) => {
      const [of] = call.args
      ordered(call, of)
      if (of?.is === 'list' && !call.name.endsWith('.next'))
        return /\.(?:sorted|set|frozenset)$/.test(call.name) && of.items.length > 1
          ? list([itemOf(of)], 'like')
          : call.machine.made(list(of.items.slice(), of.open))
      if (of?.is === 'ref' && of.name === 'os.environ') return list([ANYTHING], 'like')
      if (call.name.endsWith('.next')) return of === undefined ? ANYTHING : itemOf(of)
      const whole = of?.is === 'text' ? known(of) : undefined
      if (whole !== undefined) return list([...whole].slice(0, 512).map((one) => text(one)))
      return of ?? list([])
    },
  'builtins.enumerate': (call) => {
    const [of] = call.args
    return of?.is === 'list'
      ? list(
          of.items.map((item, value) => list([{ is: 'plain', value }, item])),
          of.open,
        )
      : unknown(call.taint)
  },
  'builtins.zip': (call) => list([list(call.args.map(itemOf))], 'like'),
  'builtins.dict': (call) => {
    const [of] = call.args
    if (of?.is === 'map') return of
    if (call.args.length > 0) return unknown(call.taint)
    return { is: 'map', entries: new Map(call.named), open: false, taint: 0 }
  },
  'builtins.super': (call) => unknown(call.taint),
  'builtins.breakpoint builtins.help': '',
  'builtins.%members.get': (call) =>
    call.machine.expressions.member(call.self ?? ANYTHING, call.text(0) ?? '[]'),
  'builtins.%globals.get': (call) =>
    call.machine.expressions.member(call.self ?? ANYTHING, call.text(0) ?? '[]'),
  'sys.modules.get': (call) =>
    call.machine.expressions.member(ref('sys.modules', unknown(CHOSEN)), call.text(0) ?? '[]'),
  'builtins.*': '',
  'os.getenv os.environ.get os.environ.pop os.environ.setdefault': environment(0),
  'os.getenvb': environment(0),
  'os.environ.keys': () => list([ANYTHING], 'like'),
  'os.environ.items os.environ.values os.environ.copy': () => unknown(SECRET),
  'os.environ.update': (call) => {
    const names = [
      ...call.named.keys(),
      ...(call.args[0]?.is === 'map' ? call.args[0].entries.keys() : []),
    ]
    for (const name of names) call.machine.calls.assigned(ref('os.environ'), name, ANYTHING)
    return ANYTHING
  },
  'text.format': (call) => {
    const of = known(call.self)
    return of === undefined ? unknown(call.taint) : formatted(of, call.args, call.named)
  },
  'text.join ?.join': (call) => join(call.self ?? text(''), call.args[0] ?? ANYTHING),
  'text.replace': onText((of, [from = '', to = '', count]) =>
    count === undefined ? of.replaceAll(from, () => to) : undefined,
  ),
  'text.lower text.casefold': onText((of) => of.toLowerCase()),
  'text.upper': onText((of) => of.toUpperCase()),
  'text.strip': onText((of, [set]) => (set === undefined ? of.trim() : undefined)),
  'text.rstrip': onText((of, [set]) => (set === undefined ? of.trimEnd() : undefined)),
  'text.lstrip': onText((of, [set]) => (set === undefined ? of.trimStart() : undefined)),
  'text.removeprefix': onText((of, [start = '']) =>
    of.startsWith(start) ? of.slice(start.length) : of,
  ),
  'text.swapcase text.title text.capitalize text.zfill text.ljust text.rjust text.center': '',
  'text.encode text.expandtabs': '-> self',
  'text.decode': (call) => {
    const coding = call.text(0, 'encoding') ?? 'utf-8'
    if (/hex/i.test(coding)) return decoded(fromHex)(new_(call))
    if (/rot.?13/i.test(coding)) return decoded(fromRot13)(new_(call))
    if (/base.?64/i.test(coding)) return decoded(fromLooseBase64)(new_(call))
    return call.self ?? ANYTHING
  },
  'text.split text.rsplit text.splitlines': split,
  'text.startswith text.endswith text.find text.count text.index text.isdigit': '-> clean',
  'text.*': '',
  'list.append list.add list.appendleft': (call) => {
    const { self } = call
    if (self?.is !== 'list') return ANYTHING
    const at = call.name.endsWith('left') ? 0 : self.items.length
    insert(call.machine, self, at, [call.args[0] ?? ANYTHING])
    return ANYTHING
  },
  'list.insert': (call) => {
    const [at, value = ANYTHING] = call.args
    if (call.self?.is !== 'list') return ANYTHING
    if (at?.is === 'plain' && typeof at.value === 'number' && at.value >= 0)
      insert(call.machine, call.self, Math.min(at.value, call.self.items.length), [value])
    else loosen(call.self, value)
    return ANYTHING
  },
  'list.extend list.__iadd__': (call) => {
    if (call.self?.is === 'list') extend(call.machine, call.self, call.args[0] ?? ANYTHING)
    return call.self ?? ANYTHING
  },
  'list.pop': (call) => {
    if (call.self?.is !== 'list') return itemOf(call.self ?? ANYTHING)
    const [at] = call.args
    const place = at === undefined ? -1 : at.is === 'plain' ? Number(at.value) : undefined
    return remove(call.machine, call.self, place)
  },
  'list.popleft': (call) =>
    call.self?.is === 'list' ? remove(call.machine, call.self, 0) : itemOf(call.self ?? ANYTHING),
  'list.reverse': (call) => {
    if (call.self?.is !== 'list') return ANYTHING
    if (call.machine.settles(call.self) && call.self.open === false) call.self.items.reverse()
    else loosen(call.self)
    return ANYTHING
  },
  'list.copy': (call) =>
    call.self?.is === 'list' ? list(call.self.items.slice(), call.self.open) : ANYTHING,
  'list.index list.count list.__len__ list.__contains__ list.__iter__ list.issubset list.issuperset list.isdisjoint':
    '-> clean',
  'list.union list.intersection list.difference list.__add__': (call) =>
    list([either([itemOf(call.self ?? ANYTHING), ...call.args.map(itemOf)])], 'like'),
  'list.__getitem__ map.__getitem__': (call) =>
    call.machine.expressions.index(call.self ?? ANYTHING, call.args[0] ?? ANYTHING),
  'list.*': moved,
  'random.shuffle heapq.heapify heapq.heappush bisect.insort': (call) => {
    const [of, ...more] = call.args
    if (of?.is === 'list') loosen(of, ...more)
    return ANYTHING
  },
  'operator.setitem': (call) => {
    const [of = ANYTHING, key = ANYTHING, value = ANYTHING] = call.args
    call.machine.expressions.put(of, key, value)
    return ANYTHING
  },
  'map.__setitem__ map.setdefault': (call) => {
    const [key = ANYTHING, value = ANYTHING] = call.args
    call.machine.expressions.put(call.self ?? ANYTHING, key, value)
    return call.machine.expressions.index(call.self ?? ANYTHING, key)
  },
  'map.get map.pop': (call) => {
    const name = call.text(0)
    const of = call.self
    const otherwise = call.args[1] ?? ANYTHING
    if (of?.is !== 'map') return unknown(call.taint)
    if (name === undefined) return either([...of.entries.values(), otherwise, unknown(of.taint)])
    const value = of.entries.get(name)
    return value === undefined ? either([otherwise, unknown(of.taint)]) : value
  },
  'map.values': (call) =>
    call.self?.is === 'map' ? list([...call.self.entries.values()], call.self.open) : ANYTHING,
  'map.items': (call) =>
    call.self?.is === 'map'
      ? list(
          [...call.self.entries].map(([key, value]) => list([text(key), value])),
          call.self.open,
        )
      : ANYTHING,
  'map.update': (call) => {
    if (call.self?.is !== 'map') return ANYTHING
    const named: Value = { is: 'map', entries: new Map(call.named), open: false, taint: 0 }
    for (const by of [...call.args, named]) merge(call.self, by)
    return ANYTHING
  },
  'map.keys map.copy map.has_key map.__contains__ map.__len__ map.__iter__': '-> self',
  'map.clear map.popitem map.__delitem__ map.__ior__': moved,
  'map.*': '',
  'content.strip content.decode content.encode content.rstrip content.format': '-> self',
  'content.*': (call) => unknown(CONTENT | call.taint),
}

/** The same method on the value itself as its argument. */
const new_ = (call: LibraryCall): LibraryCall =>
  Object.assign(Object.create(Object.getPrototypeOf(call)), call, {
    args: call.self === undefined ? [] : [call.self],
  })
