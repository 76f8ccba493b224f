// JavaScript as the reader of program text sees it: Node's, Deno's and Bun's modules and globals, and
// the ways from any value to the function that evaluates text.
import type { Dialect } from '../tree/dialect.ts'
import { folderOf, variable } from '../tree/environment.ts'
import { libraryOf } from '../tree/library.ts'
import type { Machine } from '../tree/machine.ts'
import { ANYTHING, CHOSEN, ref, SECRET, text, unknown, type Value } from '../tree/value.ts'
import { FILES } from './files.ts'
import { INERT, KNOWN_PACKAGES, MODULES, ORDINARY_GLOBALS } from './modules.ts'
import { NETWORK_ROWS } from './network.ts'
import { PROCESSES } from './processes.ts'
import { javascriptTree } from './tree.ts'
import { VALUES } from './values.ts'

const inert = (names: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries([...names].map((name) => [`${name}.*`, '']))

const LIBRARY = libraryOf(
  inert(INERT),
  inert(KNOWN_PACKAGES),
  inert(ORDINARY_GLOBALS),
  VALUES,
  FILES,
  PROCESSES,
  NETWORK_ROWS,
)

/** The same module under another name. */
const SAME: Readonly<Record<string, string>> = {
  'fs/promises': 'fs',
  'fs-extra': 'fs',
  'graceful-fs': 'fs',
  'mz/fs': 'fs',
  'path/posix': 'path',
  'path/win32': 'path',
  'cross-spawn': 'child_process.spawn',
  'node-fetch': 'fetch',
  'cross-fetch': 'fetch',
  'isomorphic-fetch': 'fetch',
  'google/zx': 'zx',
  https: 'http',
  http2: 'http',
  tls: 'net',
  'stream/promises': 'stream',
  'timers/promises': 'timers',
  'util/types': 'util',
  'dns/promises': 'dns',
  'readline/promises': 'readline',
  'assert/strict': 'assert',
}

const canonical = (name: string): string => {
  let out = name.replace(/\.default$/, '')
  if (out.startsWith('fs.promises')) out = `fs${out.slice(11)}`
  if (out.startsWith('path.posix')) out = `path${out.slice(10)}`
  return /^(?:fs|child_process|Deno|Bun|zlib|crypto)\./.test(out) ? out.replace(/Sync$/, '') : out
}

const global = (name: string, machine: Machine): Value | undefined => {
  switch (name) {
    case 'globalThis':
    case 'global':
    case 'window':
    case 'self':
    case 'this':
      return ref('globalThis')
    case '__filename':
    case 'import.meta':
      return text(machine.call.file ?? '')
    case '__dirname': {
      const { file, directory } = machine.call
      return file === undefined
        ? directory === undefined
          ? ANYTHING
          : text(directory)
        : text(folderOf(file))
    }
    case 'undefined':
      return { is: 'plain', value: null }
  }
  if (FUNCTIONS.has(name) || ORDINARY_GLOBALS.has(name)) return ref(name)
  // Text that is given inline finds Node's own modules under their names.
  return MODULES.has(name) && machine.call.file === undefined ? ref(SAME[name] ?? name) : undefined
}

const FUNCTIONS = new Set(
  (
    'require console process Buffer fetch eval Function setTimeout setInterval setImmediate queueMicrotask atob btoa escape ' +
    'unescape decodeURIComponent decodeURI encodeURIComponent encodeURI Reflect Deno Bun WebSocket EventSource XMLHttpRequest ' +
    'WebAssembly Worker importScripts module'
  ).split(' '),
)

/** Their class is that of modules, which loads any. */
const MODULE_OBJECTS = new Set(['module', 'process.mainModule', 'require.main'])

const PROMISED = new Set(['then', 'catch', 'finally'])

const WAYS_OUT = new Set('__proto__ __defineGetter__ __lookupGetter__ caller callee'.split(' '))

const member = (value: Value, name: string, machine: Machine): Value | undefined => {
  if (name === 'constructor') {
    const isFunction = value.is === 'closure' || value.is === 'ref' || value.is === 'class'
    return ref(
      isFunction && !(value.is === 'ref' && MODULE_OBJECTS.has(value.name)) ? 'Function' : '%class',
      value,
    )
  }
  if (WAYS_OUT.has(name)) return unknown(CHOSEN)
  if (PROMISED.has(name) && value.is !== 'map') return ref(`?.${name}`, value)
  if (value.is === 'plain' || value.is === 'text')
    return name === 'length'
      ? ANYTHING
      : /^(?:name|dirname)$/.test(name) && value.is === 'text'
        ? value
        : undefined
  if (value.is === 'closure')
    return name === 'call' || name === 'apply' || name === 'bind'
      ? ref(`%function.${name}`, value)
      : undefined
  if (value.is !== 'ref') return name === 'length' ? ANYTHING : undefined
  const whole = canonical(`${value.name}.${name}`)
  // Of a function that is called by itself it is the global object.
  if (value.name === '%this')
    return name !== '[]' && FUNCTIONS.has(name) ? global(name, machine) : unknown()
  if (value.name === 'globalThis')
    return name === '[]'
      ? unknown(CHOSEN)
      : (machine.top.get(name) ?? global(name, machine) ?? ANYTHING)
  if (value.name === 'process.env' || value.name === 'Bun.env')
    return variable(name === '[]' ? undefined : name, machine)
  if (whole === 'process.env' || whole === 'Bun.env') return ref(whole, unknown(SECRET))
  if (whole === 'process.argv' || whole === 'Bun.argv') {
    const { file } = machine.call
    return machine.argv(file === undefined ? [text('node')] : [text('node'), text(file)])
  }
  if (whole === 'Deno.args') return machine.argv([])
  if (whole === 'process.execPath' || whole === 'process.argv0') return text('node')
  if (whole === 'process.platform') return text('linux')
  if (whole === 'path.sep') return text('/')
  const { directory } = machine.call
  if (whole.startsWith('import.meta.dir') && directory !== undefined) return text(directory)
  if (whole === 'Reflect.apply') return undefined
  if ((name === 'call' || name === 'apply' || name === 'bind') && value.name !== '%function')
    return ref(`%function.${name}`, value)
  return undefined
}

/** What has no members that act. */
const IDLE = [
  INERT,
  KNOWN_PACKAGES,
  ORDINARY_GLOBALS,
  new Set('foreign console path os crypto module %this Buffer zlib'.split(' ')),
]

const CACHED = new WeakMap<Machine, Set<string>>()

const ENDINGS = ['', '.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts']

const module = (written: string, machine: Machine): Value => {
  const name = written.replace(/^(?:node|npm|jsr|bun):/, '').replace(/^(@?[^@]+)@[^/]*/, '$1')
  const known = SAME[name] ?? name
  const [root = ''] = known.split('.')
  if (MODULES.has(root) || INERT.has(root) || KNOWN_PACKAGES.has(root) || known in SAME)
    return ref(known)
  if (SAME[name] !== undefined) return ref(known)
  const seen = CACHED.get(machine) ?? new Set<string>()
  CACHED.set(machine, seen)
  if (!seen.has(name)) {
    seen.add(name)
    load(written, name, machine)
  }
  return ref(`foreign.${name.replaceAll('.', '_')}`)
}

const load = (written: string, name: string, { call }: Machine): void => {
  if (/^(?:https?|data):/.test(written)) {
    if (written.startsWith('data:')) call.opaque('dynamic-command')
    else {
      call.fetch({ text: written, is: 'literal', start: 0, end: 0 })
      call.opaque('remote-code')
    }
    return
  }
  const path = written.replace(/^file:\/\//, '')
  const base = call.file === undefined ? call.directory : folderOf(call.file)
  if (!/^\.{0,2}\//.test(path) || base === undefined) {
    call.opaque('project-code')
    return
  }
  if (/\.(?:json|txt|css|md|wasm|html)$/.test(path)) return
  const whole = path.startsWith('/') ? path : `${base}/${path}`
  const endings = /\.[cm]?[jt]sx?$/.test(name) ? [''] : ENDINGS
  call.imports(endings.map((ending) => whole + ending).map(normal), 'javascript')
}

/** Without `.` and `..`. */
const normal = (path: string): string => {
  const out: Array<string> = []
  for (const part of path.split('/'))
    if (part === '..') out.pop()
    else if (part !== '.' && part !== '') out.push(part)
  return `/${out.join('/')}`
}

export const JAVASCRIPT: Dialect = {
  language: 'javascript',
  library: LIBRARY,
  parse: javascriptTree,
  canonical,
  module,
  member,
  global,
  acts: (name) => {
    const [root = ''] = name.split('.')
    return !IDLE.some((names) => names.has(root))
  },
  passesSelf: false,
  constructor_: 'constructor',
}
