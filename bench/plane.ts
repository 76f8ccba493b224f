// A control plane of a benchmark's own: the built daemon, in a process and a home of its own.
import * as Effect from 'effect/Effect'
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import type { MethodName, Params, ResultOf } from '../src/domain/control/methods.ts'
import { connectControlPlane } from '../src/infra/control/connect.ts'
import { DAEMON_FLAGS } from '../src/infra/control/startDaemon.ts'
import { initialise } from '../src/infra/control/initialise.ts'
import { type AppPaths, pathsUnder } from '../src/infra/paths.ts'
import { makeProject } from './hookPayloads.ts'

export const REPOSITORY = path.resolve(import.meta.dirname, '..')

export interface Home {
  readonly root: string
  readonly paths: AppPaths
  /** A project in it, which the payloads tell of. */
  readonly project: string
  readonly remove: () => void
}

export interface Plane extends Home {
  readonly pid: number
  readonly call: <M extends MethodName>(method: M, params: Params<M>) => Promise<ResultOf<M>>
  /** Resident set and its peak so far. Bytes. */
  readonly memory: () => { readonly now: number; readonly peak: number }
  readonly stop: () => Promise<void>
}

/** Keys, log and policy in a temporary folder, with no control plane running. */
export const makeHome = async (): Promise<Home> => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-bench-'))
  const paths = pathsUnder(path.join(root, 'isonapse'))
  const project = path.join(root, 'home/project')
  makeProject(project)
  await Effect.runPromise(initialise({ paths }))
  return { root, paths, project, remove: () => fs.rmSync(root, { recursive: true, force: true }) }
}

/** `flags` are more of the runtime's own, such as --cpu-prof. */
export const startPlane = async (
  home: Home,
  flags: ReadonlyArray<string> = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean),
): Promise<Plane> => {
  const { paths, root } = home
  const program = path.join(REPOSITORY, 'dist/daemon.js')
  const args = [program, paths.configDir, paths.dataDir, paths.runDir, path.join(root, 'home')]
  const child = spawn(process.execPath, [...DAEMON_FLAGS, ...flags, ...args], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  while (!(await answers(paths.hookSocket))) {
    if (child.exitCode !== null) throw new Error(`the control plane did not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const call: Plane['call'] = (method, params) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.flatMap(connectControlPlane(paths, root), (plane) => plane.call(method, params)),
      ),
    )
  return {
    ...home,
    pid: child.pid!,
    call,
    memory: () => memoryOf(child.pid!),
    stop: () => ended(child),
  }
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const peer = net.connect(socket)
    peer.once('connect', () => resolve(true))
    peer.once('error', () => resolve(false))
    peer.once('connect', () => peer.destroy())
  })

/** Ends a child in order, by its own pid. */
export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })

const memoryOf = (pid: number): { readonly now: number; readonly peak: number } => {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
  return { now: field('VmRSS'), peak: field('VmHWM') }
}
