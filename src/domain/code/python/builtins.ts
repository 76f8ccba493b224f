// Python's built-in functions and the methods of its plain values.
import { fromBase64, fromBytes, fromHex, fromRot13 } from '../encodings.ts'
import { variable } from '../environment.ts'
import type { LibraryRows } from '../library.ts'
import type { LibraryCall } from '../libraryCall.ts'
import { formatted } from '../operators.ts'
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
} from '../value.ts'

const decoded =
  (decode: (coded: string) => string | undefined) =>
  (call: LibraryCall): Value => {
    const value = call.args[0] ?? call.self
    const whole = known(value)
    const plain = whole === undefined ? undefined : decode(whole)
    return plain === undefined ? unknown(call.taint) : text(plain, call.taint)
  }

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

const split = (call: LibraryCall): Value => {
  const of = known(call.self)
  const by = call.args.length === 0 ? ' ' : call.text(0)
  if (of === undefined || by === undefined || by === '') return list([unknown(call.taint)], 'like')
  const parts = call.args.length === 0 ? of.trim().split(/\s+/) : of.split(by)
  return list(parts.slice(0, 512).map((part) => text(part, call.taint)))
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
    if (bytes.every((byte) => byte >= 0 && byte < 256)) return text(fromBytes(bytes), call.taint)
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
    decoded(fromBase64),
  'base64.b16decode': decoded(fromHex),
  'base64.* binascii.*': '',
  'codecs.decode codecs.encode': (call) => {
    const coding = call.text(1, 'encoding') ?? 'utf-8'
    if (/rot.?13/i.test(coding)) return decoded(fromRot13)(call)
    if (/hex/i.test(coding)) return decoded(fromHex)(call)
    if (/base.?64/i.test(coding)) return decoded(fromBase64)(call)
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
    return call.args[1] ?? ANYTHING
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
  'builtins.list builtins.tuple builtins.set builtins.sorted builtins.frozenset builtins.iter builtins.next':
    (call) => {
      const [of] = call.args
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
  'text.replace': onText((of, [from = '', to = '']) => of.replaceAll(from, to)),
  'text.lower text.casefold': onText((of) => of.toLowerCase()),
  'text.upper': onText((of) => of.toUpperCase()),
  'text.strip': onText((of, [set]) => (set === undefined ? of.trim() : undefined)),
  'text.rstrip text.lstrip': onText((of, [set]) => (set === undefined ? of.trim() : undefined)),
  'text.removeprefix': onText((of, [start = '']) =>
    of.startsWith(start) ? of.slice(start.length) : of,
  ),
  'text.swapcase text.title text.capitalize text.zfill text.ljust text.rjust text.center': '',
  'text.encode text.expandtabs': '-> self',
  'text.decode': (call) => {
    const coding = call.text(0, 'encoding') ?? 'utf-8'
    if (/hex/i.test(coding)) return decoded(fromHex)(new_(call))
    if (/rot.?13/i.test(coding)) return decoded(fromRot13)(new_(call))
    if (/base.?64/i.test(coding)) return decoded(fromBase64)(new_(call))
    return call.self ?? ANYTHING
  },
  'text.split text.rsplit text.splitlines': split,
  'text.startswith text.endswith text.find text.count text.index text.isdigit': '-> clean',
  'text.*': '',
  'list.append list.add list.insert': (call) => {
    const value = call.args.at(-1)
    if (call.self?.is === 'list' && value !== undefined && call.self.items.length < 512) {
      if (call.name.endsWith('insert')) call.self.items.unshift(value)
      else call.self.items.push(value)
    }
    return ANYTHING
  },
  'list.extend': (call) => {
    const [of] = call.args
    if (call.self?.is !== 'list') return ANYTHING
    if (of?.is === 'list') call.self.items.push(...of.items.slice(0, 512 - call.self.items.length))
    if (of?.is !== 'list' || of.open) call.self.open = true
    return ANYTHING
  },
  'list.pop': (call) => itemOf(call.self ?? ANYTHING),
  'list.reverse': (call) => {
    if (call.self?.is === 'list') call.self.items.reverse()
    return ANYTHING
  },
  'list.copy': '-> self',
  'list.*': '',
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
    const [of] = call.args
    if (call.self?.is === 'map' && of?.is === 'map')
      for (const [key, value] of of.entries) call.self.entries.set(key, value)
    return ANYTHING
  },
  'map.*': '',
  'content.strip content.decode content.encode content.rstrip content.format': '-> self',
  'content.*': (call) => unknown(CONTENT | call.taint),
}

/** The same method on the value itself as its argument. */
const new_ = (call: LibraryCall): LibraryCall =>
  Object.assign(Object.create(Object.getPrototypeOf(call)), call, {
    args: call.self === undefined ? [] : [call.self],
  })
