// JavaScript's functions that start programs, run program text, or reach into the machine.
import { variable } from '../tree/environment.ts'
import type { LibraryRows } from '../tree/library.ts'
import { isShell, type LibraryCall } from '../tree/libraryCall.ts'
import {
  ANYTHING,
  CHOSEN,
  concat,
  CONTENT,
  FOREIGN,
  instance,
  known,
  list,
  NETWORK,
  ref,
  SECRET,
  taintOf,
  text,
  truth,
  unknown,
  type Value,
} from '../tree/value.ts'
import { option } from './files.ts'

const started = (call: LibraryCall, program: Value | undefined): Value => {
  const stdio = option(call, 'stdio')
  if (stdio !== undefined && (taintOf(stdio) & NETWORK) !== 0)
    call.machine.call.opaque('remote-code')
  const input = option(call, 'input')
  const shelled = isShell(program)
  if (input !== undefined && shelled) call.take('shell', input)
  const back = call.args.at(-1)
  if (back?.is === 'closure')
    call.machine.maybe(() =>
      call.machine.calls.call(back, [ANYTHING, unknown(CONTENT), unknown(CONTENT)], new Map()),
    )
  return instance('child', shelled ? { shell: text('sh') } : {})
}

const shell = (call: LibraryCall): Value => {
  call.inFolder(option(call, 'cwd'), () => call.take('shell', call.args[0] ?? ANYTHING))
  started(call, undefined)
  return unknown(CONTENT)
}

const program = (call: LibraryCall): Value => {
  const [command = ANYTHING, args] = call.args
  const asShell = option(call, 'shell')
  const items = args?.is === 'list' ? args.items : []
  const open = args?.is === 'list' ? args.open !== false : args?.is === 'unknown'
  call.inFolder(option(call, 'cwd'), () => {
    if (asShell !== undefined && truth(asShell) !== false)
      call.take(
        'shell',
        concat([
          command,
          ...items.flatMap((item) => [text(' '), item]),
          ...(open ? [text(' '), ANYTHING] : []),
        ]),
      )
    else if (command.is === 'list') call.program(command)
    else call.program(list([command, ...items], open))
  })
  return started(call, command)
}

const forked = (call: LibraryCall): Value => {
  call.take('file', call.args[0])
  return instance('child')
}

const evaluated = (call: LibraryCall): Value => call.machine.evaluateText(call.args[0] ?? ANYTHING)

/** Text is evaluated by a timer as by eval. */
const timer = (call: LibraryCall): Value => {
  const [of, , ...rest] = call.args
  if (of === undefined) return ANYTHING
  if (of.is === 'text' || (taintOf(of) & NETWORK) !== 0) call.machine.evaluateText(of)
  else call.machine.calls.call(of, rest, new Map())
  return ANYTHING
}

const required = (call: LibraryCall): Value => {
  const [of] = call.args
  const names = of?.is === 'either' ? of.of.map(known) : [known(of)]
  if (names.includes(undefined)) {
    const taint = of === undefined ? 0 : taintOf(of)
    const isOwn = of?.is === 'text' && /^\.\/[\w-]+/.test(of.text)
    call.machine.call.opaque(
      (taint & NETWORK) !== 0 ? 'remote-code' : isOwn ? 'project-code' : 'dynamic-command',
    )
    return unknown(FOREIGN | CHOSEN)
  }
  return call.machine.expressions.module(names[0]!, undefined)
}

const worker = (call: LibraryCall): Value => {
  const inline = option(call, 'eval')
  if (inline !== undefined && truth(inline) !== false) evaluated(call)
  else call.take('file', call.args[0])
  return unknown()
}

const signalled = (call: LibraryCall): Value => {
  const [pid, signal] = call.args
  if (signal?.is === 'plain' && signal.value === 0) return ANYTHING
  const all = pid?.is === 'plain' && (pid.value === 1 || pid.value === -1)
  call.machine.call.effect(all ? 'destroy.system' : 'destroy.data', { name: 'process' })
  return ANYTHING
}

const templated = (call: LibraryCall): Value => {
  const [of = ANYTHING] = call.args
  // A call with options gives the tag itself.
  if (of.is === 'map') return ref(call.name)
  call.take('shell', of)
  return unknown(CONTENT)
}

export const PROCESSES: LibraryRows = {
  'child_process.exec shelljs.exec execa.execaCommand execa.execaCommandSync execa.command': shell,
  'child_process.spawn child_process.execFile execa execa.execa execa.execaSync execa.sync':
    program,
  'Bun.spawn': (call) => {
    const [of] = call.args
    const cmd = of?.is === 'map' ? of.entries.get('cmd') : of
    call.inFolder(option(call, 'cwd'), () => call.take('program', cmd ?? ANYTHING))
    return started(call, cmd?.is === 'list' ? cmd.items[0] : cmd)
  },
  'Deno.Command': (call) => {
    const args = option(call, 'args')
    call.inFolder(option(call, 'cwd'), () =>
      call.program(
        list(
          [call.args[0] ?? ANYTHING, ...(args?.is === 'list' ? args.items : [])],
          args?.is === 'unknown',
        ),
      ),
    )
    return started(call, call.args[0])
  },
  'Deno.run': (call) => {
    call.take('program', option(call, 'cmd') ?? ANYTHING)
    return instance('child')
  },
  'child_process.fork': forked,
  'cluster.setupMaster cluster.setupPrimary': (call) => {
    call.take('file', option(call, 'exec'))
    return ANYTHING
  },
  'child_process.*': '!dynamic-command',
  'cluster.*': '',
  'child.stdin.write child.stdin.end': (call) => {
    if (call.self?.is === 'instance' && call.self.fields.has('shell'))
      call.take('shell', call.args[0])
    return ANYTHING
  },
  'child.*': '',
  'Bun.$ $ zx.$ bun.$ execa.$': templated,
  'zx.fetch': 'fetch -> net',
  'zx.fs zx.*': '',
  'shelljs.rm': (call) => {
    const words = call.args.filter((value) => !(known(value) ?? '').startsWith('-'))
    for (const value of words) call.take('deleteAll', value)
    return ANYTHING
  },
  'shelljs.mv shelljs.cp': '*change',
  'shelljs.cd': 'chdir',
  'shelljs.*': '',
  'eval vm.runInThisContext vm.runInNewContext vm.runInContext vm.Script vm.compileFunction importScripts':
    evaluated,
  'module._compile module.constructor.prototype._compile ?._compile': evaluated,
  'vm.*': '',
  'setTimeout setInterval setImmediate queueMicrotask process.nextTick timers.setTimeout': timer,
  'require module.require process.mainModule.require require.main.require process.getBuiltinModule module.Module._load module._load module.constructor._load globalThis.require':
    required,
  'module.createRequire': () => ref('require'),
  'require.resolve require.*': '',
  'process.binding process._linkedBinding process.dlopen': '!dynamic-command',
  'module.register': 'file',
  'module.*': '',
  'Worker worker_threads.Worker': worker,
  'worker_threads.*': '',
  'WebAssembly.instantiate WebAssembly.Instance WebAssembly.instantiateStreaming WebAssembly.compile':
    '!dynamic-command',
  'WebAssembly.*': '',
  'process.kill Deno.kill': signalled,
  'process.setuid process.setgid process.seteuid process.setegid process.setgroups process.initgroups':
    '!privilege',
  'process.exit process.abort process.uptime process.hrtime process.memoryUsage process.cpuUsage process.exitCode':
    '-> clean',
  'process.stdout.write process.stderr.write Deno.stdout.write': 'shown -> clean',
  'process.stdin.on process.stdin.read Deno.stdin.read': '',
  'process.on process.once process.stdin.*': '',
  'process.*': '',
  'Deno.env.get': (call) => variable(call.text(0), call.machine),
  'Deno.env.toObject': () => unknown(SECRET),
  'Deno.*': '',
  'Bun.*': '',
  'bun.*': '',
  'console.log console.error console.info console.warn console.debug console.dir console.table console.trace':
    '*shown -> clean',
  'console.*': '',
  'dotenv.config': '',
  'repl.start inspector.open': '!spawn',
  'repl.* inspector.* v8.* crypto.* dns.* foreign.*': '',
  'crypto.randomBytes': '-> clean',
}
