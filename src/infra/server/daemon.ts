// The program of a control plane in the background. It is started by `hook start`, by `hook gate`,
// or by the hook script when a session begins; it takes all it needs from its arguments, since a
// repository's settings can choose the environment of whatever starts it.
import * as NodeRuntime from '@effect/platform-node/NodeRuntime'
import * as Cause from 'effect/Cause'
import * as Effect from 'effect/Effect'
import { serve } from '../control/serve.ts'
import { ControlFailure } from '../../domain/control/methods.ts'
import { isPosture, type Posture } from '../../domain/policy/verdict.ts'
import { servedHardened } from '../harden/served.ts'
import { type AppPaths, layout } from '../paths.ts'
import { endLines, HELD_EXIT } from './daemonEnd.ts'

interface Served {
  readonly paths: AppPaths
  readonly home: string
  readonly posture?: Posture
}

/** Arguments: the config, data and run folders, the home directory, and a posture or `-`. */
const openly = ([configDir, dataDir, runDir, home, posture]: ReadonlyArray<string>) =>
  !configDir || !dataDir || !runDir || !home
    ? Effect.fail(new Error('usage: daemon CONFIG_DIR DATA_DIR RUN_DIR HOME [POSTURE]'))
    : Effect.succeed<Served>({
        paths: layout(configDir, dataDir, runDir),
        home,
        ...(posture !== undefined && isPosture(posture) ? { posture } : {}),
      })

const main = Effect.gen(function* () {
  const [first, ...rest] = process.argv.slice(2)
  const served = yield* first === '--hardened'
    ? Effect.fromResult(servedHardened(rest))
    : openly(first === undefined ? [] : [first, ...rest])
  process.chdir('/')
  const log = (line: string) => console.error(`${new Date().toISOString()} ${line}`)
  const reason = yield* serve({
    ...served,
    log,
    onReady: ({ mode, socket }) => log(`started in ${mode} mode on ${socket}`),
  })
  log(`stopped (${reason})`)
})

const end = (failure: unknown): void => {
  const known = failure instanceof ControlFailure
  const message = failure instanceof Error ? failure.message : String(failure)
  const line = known ? message : `this should not happen: ${message}`
  console.error(
    endLines(new Date().toISOString(), {
      message: line,
      remedy: known ? failure.remedy : undefined,
    }),
  )
  if (!known && failure instanceof Error) console.error(failure.stack)
  process.exitCode = known && failure.kind === 'store-held' ? HELD_EXIT : 1
}

NodeRuntime.runMain(
  main.pipe(Effect.catchCause((cause) => Effect.sync(() => end(Cause.squash(cause))))),
  { disableErrorReporting: true },
)
