// Python's functions that start programs, read program text, or reach into the machine.
import { isShell, type LibraryCall } from '../tree/libraryCall.ts'
import type { LibraryRows } from '../tree/library.ts'
import {
  ANYTHING,
  CHOSEN,
  CONTENT,
  FOREIGN,
  known,
  list,
  NETWORK,
  ref,
  taintOf,
  text,
  truth,
  unknown,
  type Value,
} from '../tree/value.ts'

/** Who talks to it over the network is who says what runs. */
const answersNetwork = (call: LibraryCall): boolean =>
  ['stdin', 'stdout'].some((name) => (taintOf(call.named.get(name) ?? ANYTHING) & NETWORK) !== 0)

const subprocess = (call: LibraryCall): Value => {
  const command = call.arg(0, 'args', 'cmd') ?? ANYTHING
  const shell = call.named.get('shell')
  const asShell = shell !== undefined && truth(shell) !== false
  if (answersNetwork(call)) call.machine.call.opaque('remote-code')
  call.inFolder(call.named.get('cwd'), () => {
    const input = call.named.get('input')
    const program = command.is === 'list' ? command.items[0] : command
    const alone = command.is !== 'list' || (command.items.length === 1 && !command.open)
    const feeds = input !== undefined && isShell(program)
    // A shell that is told by its input what to do is that text.
    if (feeds) call.take('shell', input)
    if (!feeds || !alone) call.take(asShell ? 'shell' : 'program', command)
  })
  return unknown(CONTENT)
}

const spread =
  (from: number) =>
  (call: LibraryCall): Value => {
    const words = call.args.slice(from)
    const first = words[0] ?? ANYTHING
    // execl(path, arg0, arg1 …): what the program calls itself is no argument.
    const rest =
      call.name.includes('exec') || call.name.includes('spawn') ? words.slice(2) : words.slice(1)
    call.program(list([first, ...rest]))
    return ANYTHING
  }

const vector =
  (from: number) =>
  (call: LibraryCall): Value => {
    const first = call.args[from] ?? ANYTHING
    const argv = call.args[from + 1]
    call.program(
      argv?.is === 'list' ? list([first, ...argv.items.slice(1)], argv.open) : list([first], true),
    )
    return ANYTHING
  }

const later = (call: LibraryCall): Value => {
  const target = call.arg(1, 'target', 'function')
  const args = call.arg(2, 'args')
  if (target !== undefined && target.is !== 'plain')
    call.machine.calls.call(target, args?.is === 'list' ? args.items : [ANYTHING], new Map())
  return unknown()
}

const loaded = (call: LibraryCall): Value => {
  const value = call.args[0] ?? ANYTHING
  const taint = taintOf(value)
  call.machine.call.opaque(
    (taint & NETWORK) !== 0
      ? 'remote-code'
      : (taint & CONTENT) !== 0
        ? 'project-code'
        : 'dynamic-command',
  )
  return unknown(taint | FOREIGN)
}

const imported = (call: LibraryCall): Value => {
  const value = call.arg(0, 'name')
  const name = known(value)
  if (name === undefined) {
    const isRemote = (taintOf(value ?? ANYTHING) & NETWORK) !== 0
    call.machine.call.opaque(isRemote ? 'remote-code' : 'project-code')
    // Which module it is decides what its functions do.
    return unknown(FOREIGN | CHOSEN)
  }
  const fromlist =
    call.name.endsWith('__import__') && !call.named.has('fromlist') && call.args.length < 4
  return call.machine.expressions.module(fromlist ? name.split('.')[0]! : name, undefined)
}

export const PROCESSES: LibraryRows = {
  'os.system os.popen os.popen2 os.popen3 os.popen4 subprocess.getoutput subprocess.getstatusoutput':
    (call) => {
      call.take('shell', call.arg(0, 'command', 'cmd') ?? ANYTHING)
      return unknown(CONTENT)
    },
  'asyncio.create_subprocess_shell': 'cmd:shell -> content',
  '?.subprocess_shell': '_ cmd:shell -> content',
  '?.subprocess_exec': (call) => {
    call.program(list(call.args.slice(1)))
    return unknown(CONTENT)
  },
  'platform.popen': 'shell',
  'pydoc.pipepager pydoc.tempfilepager': '_ cmd:shell',
  'pydoc.*': '',
  'distutils.spawn.spawn': 'cmd:program',
  'types.FunctionType types.LambdaType': (call) =>
    call.machine.evaluateText(call.args[0] ?? ANYTHING),
  'inspect.getmembers inspect.getmembers_static': (call) =>
    list(
      [
        list([
          ANYTHING,
          unknown(call.args.some((of) => call.machine.expressions.hands(of)) ? CHOSEN : 0),
        ]),
      ],
      'like',
    ),
  'asyncio.create_subprocess_exec': spread(0),
  'subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen':
    subprocess,
  'subprocess.*': '',
  'os.execl os.execle os.execlp os.execlpe': spread(0),
  'os.execv os.execve os.execvp os.execvpe': vector(0),
  'os.spawnl os.spawnle os.spawnlp os.spawnlpe': spread(1),
  'os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp': (call) =>
    vector(call.name.includes('posix') ? 0 : 1)(call),
  'os.startfile': 'filepath:file',
  'pty.spawn pexpect.spawn pexpect.run': 'argv|command:program -> process',
  'pty.*': '',
  'os.dup2': (call) => {
    if ((call.taint & NETWORK) !== 0) call.machine.call.opaque('remote-code')
    return ANYTHING
  },
  'os.kill os.killpg signal.pidfd_send_signal': (call) => {
    const pid = call.args[0]
    const whole = pid?.is === 'plain' && (pid.value === 1 || pid.value === -1)
    call.machine.call.effect(whole ? 'destroy.system' : 'destroy.data', { name: 'process' })
    return ANYTHING
  },
  'os.abort os._exit sys.exit builtins.exit builtins.quit': '-> clean',
  'os.setuid os.seteuid os.setgid os.setegid os.chroot os.setresuid os.unshare os.setns':
    '!privilege -> clean',
  'os.fork os.forkpty os.fork1': '-> clean',
  'os.putenv': (call) => {
    call.machine.calls.assigned(ref('os.environ'), call.text(0), ANYTHING)
    return ANYTHING
  },
  'threading.Thread threading.Timer multiprocessing.Process': later,
  'threading.* multiprocessing.* concurrent.* asyncio.* signal.* sched.* atexit.* contextlib.* functools.* types.* operator.* inspect.* gc.*':
    '',
  'functools.partial': (call) => {
    const [target, ...args] = call.args
    if (target !== undefined)
      call.machine.maybe(() => call.machine.calls.call(target, args, call.named))
    return unknown()
  },
  'operator.attrgetter operator.methodcaller': () => unknown(CHOSEN),
  'importlib.import_module builtins.__import__ importlib.__import__': imported,
  'importlib.util.spec_from_file_location imp.load_source': 'name:_ location|path|pathname:file',
  'runpy.run_path': 'path_name:file',
  'builtins.execfile': 'file',
  'importlib.reload imp.reload': '!project-code',
  'importlib.metadata.* importlib.resources.* importlib.*': '',
  'runpy.run_module imp.load_module imp.find_module zipimport.zipimporter': '!project-code',
  'pickle.load pickle.loads pickle.Unpickler marshal.load marshal.loads dill.load dill.loads cloudpickle.load cloudpickle.loads joblib.load':
    loaded,
  'yaml.load yaml.unsafe_load yaml.full_load': (call) => {
    const loader = call.arg(1, 'Loader')
    const safe = loader?.is === 'ref' && /Safe|Base/.test(loader.name)
    if (!safe && call.name !== 'yaml.full_load') loaded(call)
    return unknown(call.taint)
  },
  'pickle.* marshal.* json.* csv.* configparser.* logging.* linecache.* platform.* pkgutil.* site.* timeit.* trace.* dbm.* shelve.*':
    '',
  'json.loads json.dumps': '',
  'timeit.timeit timeit.repeat timeit.Timer cProfile.run cProfile.runctx profile.run pdb.run pdb.runeval code.interact codeop.compile_command':
    'stmt:eval setup:eval',
  'code.InteractiveInterpreter code.InteractiveConsole': '-> interpreter',
  'interpreter.runsource interpreter.push interpreter.runcode': 'eval',
  'ctypes.CDLL ctypes.cdll.LoadLibrary ctypes.PyDLL ctypes.WinDLL cffi.FFI':
    '!dynamic-command -> foreign',
  'ctypes.*': (call) => {
    // What a native function is handed as text may be a command line.
    if (/\.(?:system|popen|execv\w*)$/.test(call.name)) call.take('shell', call.args[0])
    if (/^ctypes\.(?:cdll|windll|pythonapi|CDLL)/.test(call.name))
      call.machine.call.opaque('dynamic-command')
    return unknown(call.taint)
  },
  'foreign.system foreign.popen': 'shell',
  '?.system': 'shell',
  'webbrowser.open webbrowser.open_new webbrowser.open_new_tab': 'url:fetch',
  'webbrowser.get webbrowser.register webbrowser.GenericBrowser webbrowser.BackgroundBrowser': (
    call,
  ) => {
    // A browser may be a command line.
    for (const of of call.args)
      if (of.is !== 'text' || /[\s/%]/.test(of.text)) call.take('shell', of)
    return ref('webbrowser')
  },
  'webbrowser.*': '',
  'pip.main pip._internal.main pip._internal.cli.main.main': (call) => {
    const [args] = call.args
    call.program(
      args?.is === 'list'
        ? list([text('pip'), ...args.items], args.open)
        : list([text('pip')], true),
    )
    return ANYTHING
  },
  'ensurepip.bootstrap': '!new-package',
  'pip.*': '',
  'venv.create venv.EnvBuilder': 'env_dir:change',
  'venv.* distutils.* getpass.* fcntl.* resource.* wsgiref.* pdb.* code.* codeop.* cProfile.* profile.* runpy.* imp.* dataclasses.*':
    '',
  'sys.path.insert sys.path.append sys.path.extend': (call) => {
    const added = call.args.at(-1)
    const whole = known(added)
    const inside = whole !== undefined && !whole.startsWith('..') && !whole.startsWith('/')
    const own =
      whole !== undefined &&
      call.machine.call.directory !== undefined &&
      whole.startsWith(call.machine.call.directory)
    const built = added?.is === 'text' || added?.is === 'instance' || added?.is === 'unknown'
    if (!inside && !own && whole !== undefined && built) call.machine.strayPath = true
    return ANYTHING
  },
  'sys.stdout.write sys.stderr.write sys.stdout.buffer.write': 'shown -> clean',
  'sys.stdin.read sys.stdin.readline sys.stdin.readlines sys.stdin.buffer.read': '-> content',
  'sys.settrace sys.setprofile': '',
  'sys.*': '',
  'winreg.SetValue winreg.SetValueEx winreg.CreateKey winreg.DeleteKey': '!persist',
  'winreg.*': '',
  'msvcrt.* crypt.*': '',
}
