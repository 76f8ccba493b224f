// How fast a log is replayed: decisions from their recorded facts, and with every payload opened and
// analysed again; and what that costs where others use the machine too, and how long it kept the event
// loop. `node bench/replay.ts [--json] [--calls N]`
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Scope from 'effect/Scope'
import * as path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { runControlPlane } from '../src/infra/server/controlPlane.ts'
import { gatePathsOf } from '../src/infra/server/gatePaths.ts'
import { makeGateway } from '../src/infra/server/gateway.ts'
import { lookAtMachine } from '../src/infra/server/look.ts'
import { replay } from '../src/infra/server/replay.ts'
import { hookPayload } from './hookPayloads.ts'
import { makeHome } from './plane.ts'
import { type BenchRow, flag, runAlone } from './scratch.ts'

const TARGET = 10_000
const AT_ONCE = 32

export const benchReplay = async (
  calls = flag('calls', 30_000),
): Promise<ReadonlyArray<BenchRow>> => {
  const home = await makeHome()
  const own = path.dirname(home.project)
  const scope = Effect.runSync(Scope.make())
  const options = { paths: home.paths, home: own, now: () => Date.now(), log: () => {} }
  const { context } = await Effect.runPromise(runControlPlane(options).pipe(Scope.provide(scope)))
  const gatePaths = gatePathsOf(home.paths, own)
  const gateway = makeGateway({
    ...context,
    look: lookAtMachine({ home: own, gatePaths, registered: () => ({ scopes: ['user'] }) }),
    maxPayloadBytes: () => 16_777_216,
    onFailure: (error) => {
      throw error
    },
  })
  let next = 0
  // A call's two payloads one after the other: together the second would be a call nobody decided on.
  const send = async (): Promise<void> => {
    while (next < calls) {
      const call = next++
      for (const n of [call * 2, call * 2 + 1]) {
        const { event, bytes } = hookPayload(n, home.project)
        await gateway({ registered: event, bytes })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))

  const rows: Array<BenchRow> = []
  for (const payloads of [false, true]) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = process.cpuUsage()
    const done = await Effect.runPromise(replay({ payloads }, context, () => {}))
    const { user, system } = process.cpuUsage(before)
    delay.disable()
    if (done.first !== null) throw new Error(`the log replays as another: ${JSON.stringify(done)}`)
    const how = payloads ? 'payloads analysed again' : 'from recorded facts'
    const second = done.tookMs / 1000
    rows.push(
      {
        name: `replay ${done.decisions.toLocaleString('en')} decisions, ${how}`,
        value: Math.round(done.decisions / second),
        unit: 'decisions/s',
        ...(payloads ? {} : { target: TARGET }),
      },
      {
        name: `replay, processor time a decision, ${how}`,
        value: Math.round(((user + system) / done.decisions) * 10) / 10,
        unit: 'µs',
      },
      {
        name: `replay, entries folded, ${how}`,
        value: Math.round(done.folded / second),
        unit: 'entries/s',
      },
      {
        name: `replay, event loop held, p99, ${how}`,
        value: round(delay.percentile(99)),
        unit: 'ms',
      },
    )
  }
  await Effect.runPromise(Scope.close(scope, Exit.void))
  home.remove()
  return rows
}

const round = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10

await runAlone(import.meta, benchReplay)
