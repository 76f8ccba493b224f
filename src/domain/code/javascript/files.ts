// JavaScript's functions on files and folders: Node's, Deno's and Bun's.
import { SOME } from '../../shell/word.ts'
import { folderOf } from '../tree/environment.ts'
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import { joinPath } from '../tree/operators.ts'
import {
  ANYTHING,
  concat,
  CONTENT,
  instance,
  known,
  list,
  NETWORK,
  pathText,
  taintOf,
  text,
  truth,
  unknown,
  type Value,
  wordsOf,
} from '../tree/value.ts'

/** The value of an option, in whichever argument the options are. */
export const option = (call: LibraryCall, name: string): Value | undefined => {
  for (const value of call.args)
    if (value.is === 'map' && value.entries.has(name)) return value.entries.get(name)
  return undefined
}

/** Options that are not wholly known may hold it. */
const sets = (call: LibraryCall, name: string): boolean => {
  const value = option(call, name)
  if (value !== undefined) return truth(value) !== false
  return call.args.slice(1).some((one) => (one.is === 'map' && one.open) || one.is === 'unknown')
}

const content = (of: Value | undefined): Value =>
  instance('content', { from: of ?? ANYTHING, is: unknown(CONTENT) })

const read = (call: LibraryCall): Value => {
  call.take('read', call.args[0])
  const value = content(call.args[0])
  const back = call.args.at(-1)
  if (back?.is === 'closure')
    call.machine.maybe(() => call.machine.calls.call(back, [ANYTHING, value], new Map()))
  return value
}

const wrote = (call: LibraryCall, path: Value | undefined, data: Value | undefined): Value => {
  if (data !== undefined) call.reveals(data)
  const fetched = data !== undefined && (taintOf(data) & NETWORK) !== 0
  if (path !== undefined && path.is !== 'plain')
    for (const word of wordsOf(pathText(path)))
      call.machine.call.path('fs.write', word, 'self', fetched ? { by: 'fetch' } : {})
  const back = call.args.at(-1)
  if (back?.is === 'closure')
    call.machine.maybe(() => call.machine.calls.call(back, [ANYTHING], new Map()))
  return ANYTHING
}

const removed = (call: LibraryCall): Value => {
  call.take(sets(call, 'recursive') ? 'deleteAll' : 'delete', call.args[0])
  return ANYTHING
}

const opened = (call: LibraryCall): Value => {
  const flags =
    call.text(1) ?? (call.args[1] === undefined || call.args[1].is === 'closure' ? 'r' : 'w+')
  if (/^r|\+/.test(flags)) call.take('read', call.args[0])
  if (/[wax+]/.test(flags)) call.take('write', call.args[0])
  return instance('file', { from: call.args[0] ?? ANYTHING, is: unknown(CONTENT) })
}

const listed = (call: LibraryCall): Value => {
  call.take('list', call.args[0])
  const below = sets(call, 'recursive')
  const names = list(
    [{ is: 'text', text: below ? `**/${SOME}` : SOME, taint: 0, glob: true }],
    'like',
  )
  const back = call.args.at(-1)
  if (back?.is === 'closure')
    call.machine.maybe(() => call.machine.calls.call(back, [ANYTHING, names], new Map()))
  return names
}

const joined = (call: LibraryCall): Value => {
  // join() takes a later absolute part as one below the earlier ones.
  const parts = call.args.map((value, at) => {
    const whole = at > 0 && value.is === 'text' ? value.text : undefined
    return whole?.startsWith('/') === true && value.is === 'text'
      ? { ...value, text: whole.replace(/^\/+/, '') }
      : value
  })
  return joinPath(parts)
}

const globbed = (call: LibraryCall): Value => {
  const whole = known(call.args[0])
  return list(
    [whole === undefined ? ANYTHING : { is: 'text', text: whole, taint: 0, glob: true }],
    'like',
  )
}

const streamed = (call: LibraryCall): Value => {
  const [to] = call.args
  const source = call.self === undefined ? 0 : taintOf(call.self)
  if (to === undefined) return ANYTHING
  // A shell's input or output tied to a connection.
  const shell = [call.self, to].some((one) => one?.is === 'ref' && one.name.startsWith('child.'))
  const child = shell || call.name.startsWith('child.')
  if (child && ((source | taintOf(to)) & NETWORK) !== 0) call.machine.call.opaque('remote-code')
  if (to.is === 'instance' && to.of === 'file' && (source & NETWORK) !== 0)
    for (const word of wordsOf(pathText(to.fields.get('from') ?? ANYTHING)))
      call.machine.call.path('fs.write', word, 'self', { by: 'fetch' })
  return to
}

export const FILES: LibraryRows = {
  'fs.readFile fs.createReadStream Deno.readTextFile Deno.readFile fs.readJson fs.readJSON': read,
  'fs.writeFile fs.appendFile fs.outputFile fs.writeJson fs.writeJSON fs.outputJson Deno.writeTextFile Deno.writeFile':
    (call) => wrote(call, call.args[0], call.args[1]),
  'fs.createWriteStream': (call) => {
    call.take('write', call.args[0])
    return instance('file', { from: call.args[0] ?? ANYTHING })
  },
  'fs.rm fs.rmdir Deno.remove': removed,
  'fs.unlink': 'delete',
  'fs.remove fs.emptyDir rimraf rimraf.rimraf rimraf.native rimraf.sync del del.deleteAsync del.deleteSync del.sync':
    'deleteAll',
  'fs.rename fs.move Deno.rename': 'delete write',
  'fs.copyFile fs.link Deno.copyFile': 'read write',
  'fs.cp fs.copy': 'scan change',
  'fs.mkdir fs.ensureDir fs.mkdirp fs.ensureFile fs.chmod fs.chown fs.lchown fs.lchmod fs.utimes fs.lutimes fs.truncate Deno.mkdir Deno.chmod Deno.chown Deno.create Deno.truncate':
    'write',
  'fs.symlink Deno.symlink Deno.link': '_ write',
  'fs.mkdtemp': (call) => {
    call.take('write', call.args[0])
    return call.args[0] ?? ANYTHING
  },
  'fs.open Deno.open': opened,
  'file.write file.end file.appendFile file.writeFile': (call) => {
    const from = call.self?.is === 'instance' ? call.self.fields.get('from') : undefined
    if (call.args[0] !== undefined && (taintOf(call.args[0]) & NETWORK) !== 0)
      wrote(call, from, call.args[0])
    else if (call.args[0] !== undefined) call.reveals(call.args[0])
    return ANYTHING
  },
  'file.*': '',
  'fs.readdir fs.opendir Deno.readDir': listed,
  'fs.stat fs.lstat fs.access fs.exists fs.existsSync fs.realpath fs.readlink fs.pathExists fs.statfs fs.watch fs.watchFile Deno.stat Deno.lstat':
    'list',
  'fs.write': '',
  'fs.*': '',
  'path.join': joined,
  'path.resolve': (call) => joinPath([text(call.machine.call.directory ?? ''), ...call.args]),
  'path.dirname': (call) => {
    const whole = known(call.args[0])
    return whole === undefined ? ANYTHING : text(folderOf(whole))
  },
  'path.basename': (call) => {
    const whole = known(call.args[0])
    return whole === undefined ? ANYTHING : text(whole.slice(whole.lastIndexOf('/') + 1))
  },
  'path.normalize path.toNamespacedPath url.fileURLToPath url.pathToFileURL': (call) =>
    call.args[0] ?? ANYTHING,
  'path.*': '',
  'os.homedir': (call) => text(call.machine.call.home),
  'os.userInfo': (call) => ({
    is: 'map',
    entries: new Map([['homedir', text(call.machine.call.home)]]),
    open: true,
    taint: 0,
  }),
  'os.tmpdir': () => text('/tmp'),
  'os.*': '',
  'process.cwd Deno.cwd': (call) => {
    const { directory } = call.machine.call
    return directory === undefined ? ANYTHING : text(directory)
  },
  'process.chdir Deno.chdir': 'chdir',
  'glob glob.glob glob.globSync glob.sync fast-glob fast-glob.sync globby globby.globby globby.sync':
    globbed,
  'Bun.file': (call) => instance('Bun.file', { path: call.args[0] ?? ANYTHING }),
  'Bun.file.text Bun.file.json Bun.file.arrayBuffer Bun.file.stream Bun.file.bytes': (call) => {
    call.take('read', call.self)
    return content(call.self)
  },
  'Bun.file.delete Bun.file.unlink': 'self=delete',
  'Bun.file.writer': 'self=write',
  'Bun.write': (call) => wrote(call, call.args[0], call.args[1]),
  '?.pipe ?.pipeTo': streamed,
  'stream.pipeline': (call) => {
    const [first, ...rest] = call.args
    for (const to of rest) call.machine.calls.library('?.pipe', [to], new Map(), first ?? ANYTHING)
    return concat([])
  },
}
