// Python's functions on files and folders.
import {
  ANYTHING,
  CONTENT,
  instance,
  known,
  list,
  NETWORK,
  pathText,
  taintOf,
  text,
  unknown,
  type Value,
  wordsOf,
} from '../tree/value.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import type { LibraryRows } from '../tree/library.ts'
import { joinPath } from '../tree/operators.ts'
import { folderOf } from '../tree/environment.ts'
import { EVERYTHING, SOME } from '../../shell/word.ts'

const path = (value: Value): Value => instance('pathlib.Path', { path: value })

const pattern = (value: Value, tail: string): Value => {
  const whole = known(pathText(value))
  return whole === undefined || /[*?[]/.test(whole)
    ? ANYTHING
    : {
        is: 'text',
        text: `${whole === '' || whole === '.' ? '' : `${whole.replace(/\/$/, '')}/`}${tail}`,
        taint: 0,
        glob: true,
      }
}

const opened = (call: LibraryCall, file: Value | undefined, mode: string | undefined): Value => {
  const writes = mode === undefined || /[wax+]/.test(mode)
  if (mode === undefined || !/[wax]/.test(mode)) call.take('read', file)
  if (writes) {
    if (mode === undefined) call.machine.maybe(() => call.take('write', file))
    else call.take('write', file)
  }
  return instance('file', { from: file ?? ANYTHING, is: unknown(CONTENT) })
}

const open =
  (at: number) =>
  (call: LibraryCall): Value => {
    const mode = call.arg(at, 'mode')
    return opened(
      call,
      call.arg(0, 'file', 'path', 'name', 'filename'),
      mode === undefined ? 'r' : known(mode),
    )
  }

const openPath = (call: LibraryCall): Value => {
  const mode = call.arg(0, 'mode')
  return opened(call, call.self, mode === undefined ? 'r' : known(mode))
}

/** What a file holds, that may be run later on. */
const content = (of: Value | undefined): Value =>
  instance('content', { from: of ?? ANYTHING, is: unknown(CONTENT) })

const written = (call: LibraryCall): Value | undefined => {
  for (const value of call.args) {
    call.reveals(value)
    const from = call.self?.is === 'instance' ? call.self.fields.get('from') : undefined
    if ((taintOf(value) & NETWORK) !== 0 && from !== undefined)
      for (const word of wordsOf(pathText(from)))
        call.machine.call.path('fs.write', word, 'self', { by: 'fetch' })
  }
  return ANYTHING
}

const writtenPath = (call: LibraryCall): Value | undefined => {
  const fetched = call.args.some((value) => (taintOf(value) & NETWORK) !== 0)
  for (const value of call.args) call.reveals(value)
  for (const word of wordsOf(pathText(call.self ?? ANYTHING)))
    call.machine.call.path('fs.write', word, 'self', fetched ? { by: 'fetch' } : {})
  return ANYTHING
}

const lookedIn = (call: LibraryCall, tail: string): Value => {
  call.take('list', call.self)
  return list([path(pattern(call.self ?? ANYTHING, tail))], 'like')
}

export const FILES: LibraryRows = {
  'builtins.open io.open codecs.open builtins.file': open(1),
  'gzip.open bz2.open lzma.open': open(1),
  'os.open': (call) => {
    const flags = call.arg(1, 'flags')
    const reads = flags?.is === 'ref' && flags.name === 'os.O_RDONLY'
    return opened(call, call.arg(0, 'path'), reads ? 'r' : undefined)
  },
  'shutil.which': (call) => {
    const name = call.arg(0, 'cmd')
    return known(name) === undefined ? unknown(call.taint) : name
  },
  'file.read file.readline file.readlines file.read1': (call) =>
    content(call.self?.is === 'instance' ? call.self.fields.get('from') : undefined),
  'file.write file.writelines': written,
  'file.*': '',
  'json.load yaml.safe_load tomllib.load csv.reader csv.DictReader': '-> content',
  'json.dump yaml.dump yaml.safe_dump': 'obj:shown',
  'os.remove os.unlink': 'path:delete',
  'os.rmdir': 'path:delete',
  'os.removedirs shutil.rmtree': 'path:deleteAll',
  'os.rename os.renames os.replace': 'src:delete dst:write',
  'shutil.move': 'src:delete dst:write',
  'shutil.copy shutil.copy2 shutil.copyfile': (call) => {
    call.take('read', call.arg(0, 'src'))
    call.take('write', call.arg(1, 'dst'))
    return call.args[1] ?? ANYTHING
  },
  'shutil.copytree': 'src:scan dst:change',
  'shutil.copyfileobj': (call) => {
    const target = call.args[1]
    if (
      call.args[0] !== undefined &&
      (taintOf(call.args[0]) & NETWORK) !== 0 &&
      target?.is === 'instance'
    )
      for (const word of wordsOf(pathText(target.fields.get('from') ?? ANYTHING)))
        call.machine.call.path('fs.write', word, 'self', { by: 'fetch' })
    return ANYTHING
  },
  'shutil.make_archive': 'base_name:write _ root_dir:scan',
  'shutil.unpack_archive': 'filename:read extract_dir:change !archive-content',
  'shutil.chown os.chown os.lchown': 'path:write',
  'os.chmod os.lchmod os.chflags os.utime os.truncate os.setxattr os.mknod os.mkfifo': 'path:write',
  'os.makedirs os.mkdir': 'name|path:write',
  'os.symlink os.link': 'src:_ dst:write',
  'os.listdir os.scandir': (call) => {
    const at = call.arg(0, 'path')
    call.take('list', at)
    return list([{ is: 'text', text: SOME, taint: 0, glob: true }], 'like')
  },
  'os.walk os.fwalk': (call) => {
    const top = call.arg(0, 'top') ?? ANYTHING
    call.take('list', top)
    const name: Value = { is: 'text', text: SOME, taint: 0, glob: true }
    return list(
      [list([pattern(top, EVERYTHING), list([name], 'like'), list([name], 'like')])],
      'like',
    )
  },
  'os.stat os.lstat os.access os.readlink os.statvfs os.path.exists os.path.isfile os.path.isdir os.path.getsize os.path.getmtime':
    'path:list -> clean',
  'os.path.join': (call) => joinPath(call.args),
  'os.path.expanduser os.path.expandvars': (call) => expanded(call, call.args[0] ?? ANYTHING),
  'os.path.abspath os.path.realpath os.path.normpath os.fspath os.fsdecode os.fsencode': (call) =>
    call.args[0] ?? ANYTHING,
  'os.path.dirname': (call) => {
    const whole = known(call.args[0])
    return whole === undefined ? ANYTHING : text(folderOf(whole) === '.' ? '' : folderOf(whole))
  },
  'os.path.basename': (call) => {
    const whole = known(call.args[0])
    return whole === undefined ? ANYTHING : text(whole.slice(whole.lastIndexOf('/') + 1))
  },
  'os.path.*': '',
  'os.getcwd os.getcwdb': (call) => here(call),
  'os.chdir os.fchdir': 'path:chdir',
  'os.*': '',
  'glob.glob glob.iglob': (call) => {
    const of = call.arg(0, 'pathname')
    const whole = known(of)
    if (whole === undefined) return list([ANYTHING], true)
    call.take('list', text(whole.replace(/[^/]*[*?[].*$/s, '') || '.'))
    return list([{ is: 'text', text: whole, taint: 0, glob: true }], 'like')
  },
  'glob.*': '',
  'fileinput.input fileinput.FileInput': (call) => {
    const files = call.arg(0, 'files')
    call.take('read', files)
    if (call.named.has('inplace')) call.take('write', files)
    return unknown(CONTENT)
  },
  'tempfile.mkdtemp tempfile.mktemp': () => text('/tmp/tmp_'),
  'tempfile.gettempdir': () => text('/tmp'),
  'tempfile.NamedTemporaryFile tempfile.TemporaryFile tempfile.SpooledTemporaryFile': () =>
    instance('file', { from: text('/tmp/tmp_'), name: text('/tmp/tmp_') }),
  'tempfile.TemporaryDirectory': () => text('/tmp/tmp_'),
  'tempfile.mkstemp': () => list([ANYTHING, text('/tmp/tmp_')]),
  'tempfile.*': '',
  'zipfile.ZipFile tarfile.open tarfile.TarFile': (call) => {
    const mode = call.text(1, 'mode') ?? 'r'
    const file = call.arg(0, 'file', 'name')
    call.take(/[wax]/.test(mode) ? 'write' : 'read', file)
    return instance('archive', { is: unknown(CONTENT) })
  },
  'archive.extractall': (call) => unpacked(call, 0),
  'archive.extract': (call) => unpacked(call, 1),
  'archive.write archive.add': 'read',
  'archive.*': '',
  'zipfile.* tarfile.* gzip.* bz2.* lzma.* io.* mmap.* shutil.*': '',
  'shelve.open dbm.open': 'filename:write',
  'sqlite3.connect': (call) => {
    const file = call.text(0, 'database')
    if (file !== ':memory:') call.take('write', call.arg(0, 'database'))
    return unknown()
  },
  'pathlib.Path pathlib.PurePath pathlib.PurePosixPath pathlib.WindowsPath': (call) =>
    path(call.args.length === 0 ? text('.') : joinPath(call.args)),
  'pathlib.Path.home': (call) => path(text(call.machine.call.home)),
  'pathlib.Path.cwd': (call) => path(here(call)),
  'pathlib.Path.expanduser': (call) => path(expanded(call, pathText(call.self ?? ANYTHING))),
  'pathlib.Path.resolve pathlib.Path.absolute pathlib.Path.as_posix pathlib.Path.__str__':
    '-> self',
  'pathlib.Path.joinpath': (call) => path(joinPath([call.self ?? ANYTHING, ...call.args])),
  'pathlib.Path.with_suffix pathlib.Path.with_name pathlib.Path.with_stem': (call) => {
    const whole = known(pathText(call.self ?? ANYTHING))
    const other = call.text(0)
    if (whole === undefined || other === undefined) return path(ANYTHING)
    if (call.name.endsWith('suffix')) return path(text(whole.replace(/\.[^./]*$/, '') + other))
    return path(joinPath([text(folderOf(whole)), text(other)]))
  },
  'pathlib.Path.iterdir': (call) => lookedIn(call, SOME),
  'pathlib.Path.glob pathlib.Path.rglob': (call) =>
    lookedIn(call, call.name.endsWith('rglob') ? EVERYTHING : (call.text(0) ?? EVERYTHING)),
  'pathlib.Path.read_text pathlib.Path.read_bytes': (call) => {
    call.take('read', call.self)
    return content(call.self)
  },
  'pathlib.Path.write_text pathlib.Path.write_bytes': writtenPath,
  'pathlib.Path.open': openPath,
  'pathlib.Path.unlink pathlib.Path.rmdir': 'self=delete',
  'pathlib.Path.rename pathlib.Path.replace': 'self=delete target:write',
  'pathlib.Path.mkdir pathlib.Path.touch pathlib.Path.chmod pathlib.Path.symlink_to pathlib.Path.hardlink_to':
    'self=write',
  'pathlib.Path.exists pathlib.Path.is_file pathlib.Path.is_dir pathlib.Path.stat':
    'self=list -> clean',
  'pathlib.*': '',
}

const here = (call: LibraryCall): Value => {
  const { directory } = call.machine.call
  return directory === undefined ? ANYTHING : text(directory)
}

const expanded = (call: LibraryCall, value: Value): Value => {
  if (value.is === 'text' && /^~(?:\/|$)/.test(value.text))
    return { ...value, text: call.machine.call.home + value.text.slice(1) }
  if (value.is === 'text' && /^\$\{?HOME\}?(?:\/|$)/.test(value.text))
    return { ...value, text: call.machine.call.home + value.text.replace(/^\$\{?HOME\}?/, '') }
  return value.is === 'text' && /[$~]/.test(value.text) ? unknown(value.taint) : value
}

const unpacked = (call: LibraryCall, at: number): Value => {
  call.take('change', call.arg(at, 'path') ?? text('.'))
  call.machine.call.opaque('archive-content')
  return ANYTHING
}
