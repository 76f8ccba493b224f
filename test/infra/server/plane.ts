// A control plane in a temporary home, in this process, with its real store and sockets.
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { onTestFinished } from 'vitest'
import type {
  ControlItem,
  MethodName,
  Params,
  ResultOf,
} from '../../../src/domain/control/methods.ts'
import { decodeEntry, type Entry } from '../../../src/domain/event/envelope.ts'
import { encodeRequestHead, parseFrame } from '../../../src/domain/hook/frame.ts'
import type { HookAnswer } from '../../../src/domain/hook/hookEvent.ts'
import { initialise } from '../../../src/infra/control/initialise.ts'
import { type AppPaths, pathsUnder } from '../../../src/infra/paths.ts'
import {
  type RunningControlPlane,
  runControlPlane,
} from '../../../src/infra/server/controlPlane.ts'
import { makeCallMethod } from '../../../src/infra/server/methods.ts'

export interface Plane extends RunningControlPlane {
  readonly paths: AppPaths
  readonly home: string
  readonly project: string
  readonly logged: Array<string>
  /** Every entry of the log, in order. */
  readonly entries: () => Promise<ReadonlyArray<Entry>>
  /** Sends one payload through the hook socket, as the hook client does. */
  readonly hook: (registered: string, payload: unknown) => Promise<HookAnswer>
  /** Calls a method as somebody outside the client would. */
  readonly call: <M extends MethodName>(
    method: M,
    params: Params<M>,
    onItem?: (item: ControlItem) => void,
  ) => Promise<ResultOf<M>>
}

/** Gone with the test that asks for it. */
export const temporaryDir = (): string => {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-')))
  // No hook of this module: test files that share a worker share it, and it is evaluated once.
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface PlaneOptions {
  readonly base?: string
  readonly passphrase?: string
  /** Below the temporary folder. */
  readonly home?: string
  readonly now?: () => number
}

/** Runs `use` with a control plane, then takes it down in order. */
export const withPlane = async <A>(
  use: (plane: Plane) => Promise<A>,
  options: PlaneOptions = {},
): Promise<A> => {
  const base = options.base ?? temporaryDir()
  const paths = pathsUnder(path.join(base, 'iso'))
  const home = path.join(base, options.home ?? 'home')
  const project = path.join(home, 'project')
  fs.mkdirSync(path.join(project, '.git'), { recursive: true })
  const logged: Array<string> = []
  const { passphrase } = options
  return Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        yield* initialise({ paths, ...(passphrase === undefined ? {} : { passphrase }) })
        const running = yield* runControlPlane({
          paths,
          home,
          now: options.now ?? (() => Date.now()),
          log: (line) => logged.push(line),
        })
        const { context } = running
        const call = makeCallMethod(context)
        const plane: Plane = {
          ...running,
          paths,
          home,
          project,
          logged,
          entries: async () => {
            const found: Array<Entry> = []
            for await (const slice of context.log.scan({}))
              for (const { bytes } of slice) found.push(Result.getOrThrow(decodeEntry(bytes)))
            return found
          },
          hook: (registered, payload) => hookRequest(paths.hookSocket, registered, payload),
          call: (method, params, onItem = () => {}) =>
            Effect.runPromise(call(method, params, onItem)) as Promise<never>,
        }
        return yield* Effect.promise(() => use(plane))
      }),
    ),
  )
}

export const hookRequest = async (
  socket: string,
  registered: string,
  payload: unknown,
): Promise<HookAnswer> => {
  const text = typeof payload === 'string' ? payload : `${JSON.stringify(payload)}\n`
  const bytes = await exchange(
    socket,
    Buffer.concat([encodeRequestHead({ event: registered }), Buffer.from(text)]),
  )
  return Result.getOrThrow(parseFrame(bytes))
}

/** Sends bytes, half-closes, and returns all that comes back. */
export const exchange = (socket: string, bytes: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const connection = net.connect({ path: socket, allowHalfOpen: true })
    connection.on('data', (chunk) => chunks.push(chunk))
    connection.on('end', () => {
      connection.destroy()
      resolve(Buffer.concat(chunks))
    })
    connection.on('error', reject)
    connection.end(bytes)
  })

let calls = 0

/** A PreToolUse payload of a Bash call. */
export const bash = (plane: Pick<Plane, 'project'>, command: string, more: object = {}) => ({
  session_id: '11111111-1111-4111-8111-111111111101',
  transcript_path: '/nowhere/transcript.jsonl',
  cwd: plane.project,
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command, description: 'a test' },
  tool_use_id: `toolu_${(calls += 1)}`,
  ...more,
})

/** The report of a call after it ran. */
export const ran = (payload: ReturnType<typeof bash>, more: object = {}) => ({
  ...payload,
  hook_event_name: 'PostToolUse',
  tool_response: { stdout: '', stderr: '', interrupted: false },
  duration_ms: 3,
  ...more,
})
