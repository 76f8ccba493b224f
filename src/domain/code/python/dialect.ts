// Python as the reader of program text sees it: its modules, built-in functions, and the ways from
// any value to all functions.
import type { Dialect } from '../tree/dialect.ts'
import { folderOf, variable } from '../tree/environment.ts'
import { libraryOf } from '../tree/library.ts'
import type { Machine } from '../tree/machine.ts'
import {
  ANYTHING,
  CHOSEN,
  instance,
  known,
  ref,
  SECRET,
  text,
  unknown,
  type Value,
} from '../tree/value.ts'
import { ARGUMENTS } from './arguments.ts'
import { BUILTINS } from './builtins.ts'
import { FILES } from './files.ts'
import { INERT_MODULES, KNOWN_PACKAGES, MODULES } from './modules.ts'
import { NETWORK_ROWS } from './network.ts'
import { PACKAGES } from './packages.ts'
import { PROCESSES } from './processes.ts'
import { pythonTree } from './tree.ts'

const inert = (names: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries([...names].map((name) => [`${name}.*`, '']))

const LIBRARY = libraryOf(
  inert(INERT_MODULES),
  inert(KNOWN_PACKAGES),
  ARGUMENTS,
  BUILTINS,
  FILES,
  PROCESSES,
  NETWORK_ROWS,
  PACKAGES,
)

/** The same thing under another name. */
const SAME: ReadonlyArray<readonly [string, string]> = [
  ['posixpath.', 'os.path.'],
  ['ntpath.', 'os.path.'],
  ['genericpath.', 'os.path.'],
  ['posix.', 'os.'],
  ['nt.', 'os.'],
  ['__builtin__.', 'builtins.'],
  ['_io.', 'io.'],
  ['commands.', 'subprocess.'],
  ['subprocess32.', 'subprocess.'],
  ['urllib2.', 'urllib.request.'],
  ['httplib.', 'http.client.'],
  ['cPickle.', 'pickle.'],
  ['pathlib.PosixPath', 'pathlib.Path'],
  ['pathlib2.', 'pathlib.'],
  ['asyncio.subprocess.create_', 'asyncio.create_'],
]

const canonical = (name: string): string => {
  for (const [from, to] of SAME) if (name.startsWith(from)) return to + name.slice(from.length)
  return name
}

/** From any object to every class or function that is loaded. */
const WAYS_OUT = new Set(
  (
    '__subclasses__ __globals__ __builtins__ __bases__ __base__ __mro__ mro __getattribute__ __loader__ __code__ ' +
    'func_globals f_globals f_builtins f_locals gi_frame cr_frame tb_frame f_back'
  ).split(' '),
)

const ENVIRON_METHODS = new Set('get items keys values copy pop setdefault update clear'.split(' '))

const scriptOf = ({ call }: Machine): Value => text(call.file ?? '-c')

const CONSTANTS: Readonly<Record<string, (machine: Machine) => Value>> = {
  'sys.argv': (machine) => machine.argv([scriptOf(machine)]),
  'os.environ': () => ref('os.environ', unknown(SECRET)),
  'os.environb': () => ref('os.environ', unknown(SECRET)),
  'os.sep': () => text('/'),
  'os.path.sep': () => text('/'),
  'os.curdir': () => text('.'),
  'os.pardir': () => text('..'),
  'os.linesep': () => text('\n'),
  'os.extsep': () => text('.'),
  'os.devnull': () => text('/dev/null'),
  'os.name': () => text('posix'),
  'sys.executable': () => text('python3'),
  'sys.modules': () => ref('sys.modules', unknown(CHOSEN)),
  'string.ascii_lowercase': () => text('abcdefghijklmnopqrstuvwxyz'),
  'string.ascii_uppercase': () => text('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  'string.ascii_letters': () => text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  'string.digits': () => text('0123456789'),
}

const member = (value: Value, name: string, machine: Machine): Value | undefined => {
  if (name === '__call__' && (value.is === 'ref' || value.is === 'closure')) return value
  const isGlobals = value.is === 'ref' && value.name === 'builtins.%globals'
  if (WAYS_OUT.has(name) && !isGlobals) return unknown(CHOSEN)
  if (value.is === 'ref') {
    if (value.name === 'os.environ') {
      if (name === '[]') return unknown(SECRET)
      return ENVIRON_METHODS.has(name) ? undefined : variable(name, machine)
    }
    if (isGlobals) {
      if (name === '[]') return unknown(CHOSEN)
      if (ENVIRON_METHODS.has(name)) return undefined
      return machine.top.get(name) ?? PYTHON.global(name, machine) ?? unknown()
    }
    if (name === '__dict__') return ref('builtins.%members', value)
    if (value.name === 'builtins.%members' || value.name === 'sys.modules')
      return value.self?.is === 'ref' && name !== '[]'
        ? machine.expressions.member(value.self, name)
        : name === '[]' || ENVIRON_METHODS.has(name)
          ? unknown(CHOSEN)
          : machine.expressions.module(name, undefined)
    const constant = CONSTANTS[canonical(`${value.name}.${name}`)]
    return constant?.(machine)
  }
  if (value.is !== 'instance' || value.of !== 'pathlib.Path') return undefined
  const path = value.fields.get('path')
  const whole = known(path)
  switch (name) {
    case 'parent':
      return instance('pathlib.Path', {
        path: whole === undefined ? ANYTHING : text(folderOf(whole)),
      })
    case 'name':
      return whole === undefined ? ANYTHING : text(whole.slice(whole.lastIndexOf('/') + 1))
    case 'parents':
    case 'stem':
    case 'suffix':
    case 'parts':
      return ANYTHING
    default:
      return undefined
  }
}

const CACHED = new WeakMap<Machine, Set<string>>()

const module = (name: string, machine: Machine): Value => {
  const [root = ''] = name.split('.')
  if (root !== '' && (MODULES.has(root) || INERT_MODULES.has(root) || KNOWN_PACKAGES.has(root)))
    return ref(canonical(`${name}.`).replace(/\.$/, ''))
  const seen = CACHED.get(machine) ?? new Set<string>()
  CACHED.set(machine, seen)
  if (!seen.has(name)) {
    seen.add(name)
    const { call } = machine
    if (machine.strayPath) call.opaque('outside-code')
    const base = call.file === undefined ? call.directory : folderOf(call.file)
    const local = name.replace(/^\.+/, '')
    const ups = '/..'.repeat(Math.max(0, name.length - local.length - 1))
    const path = `${base}${ups}/${local.replaceAll('.', '/')}`.replace(/\/$/, '')
    if (base === undefined || !/^[\w.]*$/.test(local)) call.opaque('project-code')
    else {
      // The packages around it run first, where they have code of their own.
      for (let at = local.indexOf('.'); at > 0; at = local.indexOf('.', at + 1)) {
        const outer = local.slice(0, at)
        if (seen.has(outer)) continue
        seen.add(outer)
        call.imports([`${base}${ups}/${outer.replaceAll('.', '/')}/__init__.py`], 'python', true)
      }
      call.imports([`${path}.py`, `${path}/__init__.py`], 'python')
    }
  }
  return ref(`foreign.${name.replace(/^\.+/, '')}`)
}

const BUILTIN_NAMES = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr ' +
    'dict dir divmod enumerate eval exec execfile exit file filter float format frozenset getattr globals hasattr hash help hex id ' +
    'input int isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print property ' +
    'quit range raw_input reduce reload repr reversed round set setattr slice sorted staticmethod str sum super tuple type unichr unicode ' +
    'vars xrange zip __import__ Exception ValueError'
  ).split(' '),
)

export const PYTHON: Dialect = {
  language: 'python',
  library: LIBRARY,
  parse: pythonTree,
  canonical,
  module,
  member,
  acts: (name) => {
    const [root = ''] = name.split('.')
    return !(INERT_MODULES.has(root) || KNOWN_PACKAGES.has(root) || root === 'foreign')
  },
  passesSelf: true,
  constructor_: '__init__',
  global: (name, machine) => {
    if (BUILTIN_NAMES.has(name)) return ref(`builtins.${name}`)
    if (name === '__name__') return text('__main__')
    if (name === '__file__') return scriptOf(machine)
    if (name === '__builtins__') return ref('builtins')
    return name === 'WindowsError' ? ANYTHING : undefined
  },
}
