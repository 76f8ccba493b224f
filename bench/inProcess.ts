// The gate without its socket: reading a payload and deciding on it, and the same with what the
// machine is asked and what the log is given.
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Result from 'effect/Result'
import * as Scope from 'effect/Scope'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Place } from '../src/domain/action/place.ts'
import { judge } from '../src/domain/gate.ts'
import { decodeClaudePayload } from '../src/domain/hook/claudePayload.ts'
import { sha256 } from '../src/infra/crypto/nodeCrypto.ts'
import { runControlPlane } from '../src/infra/server/controlPlane.ts'
import { gatePathsOf } from '../src/infra/server/gatePaths.ts'
import { makeGateway } from '../src/infra/server/gateway.ts'
import { lookAtMachine } from '../src/infra/server/look.ts'
import { hookPayload } from './hookPayloads.ts'
import { makeHome } from './plane.ts'
import { median, percentile, rounded } from './samples.ts'
import type { ComparedRow } from './table.ts'

const LIMITS = { maxBytes: 16_777_216 }

export const benchInProcess = async (quick: boolean): Promise<ReadonlyArray<ComparedRow>> => {
  const home = await makeHome()
  const scope = Effect.runSync(Scope.make())
  const options = { paths: home.paths, home: os.homedir(), now: () => Date.now(), log: () => {} }
  const { context } = await Effect.runPromise(runControlPlane(options).pipe(Scope.provide(scope)))
  const { log, keys, inForce, engine } = context
  const gatePaths = gatePathsOf(home.paths, os.homedir())
  const place: Place = {
    home: path.dirname(home.project),
    project: home.project,
    cwd: home.project,
    gate: gatePaths,
  }
  const observed = { cwd: { project: '' }, links: [] }

  /** Only calls about to run: nobody decides on the reports that they ran. */
  const decideOn = (n: number, run: string): void => {
    const { event, bytes } = hookPayload(n * 2, home.project, run)
    const decoded = Result.getOrThrow(decodeClaudePayload(event, bytes, LIMITS))
    if (judge(decoded.event, place, observed, inForce(), engine, sha256) === undefined)
      throw new Error('nothing was decided')
  }
  const gateway = makeGateway({
    log,
    keys,
    inForce,
    look: lookAtMachine({
      home: place.home,
      gatePaths,
      registered: () => ({ scopes: ['user'] }),
    }),
    engine,
    maxPayloadBytes: () => LIMITS.maxBytes,
    onFailure: (error) => {
      throw error
    },
  })

  const count = quick ? 1000 : 5000
  const decideTimes: Array<number> = []
  const gateTimes: Array<number> = []
  for (let run = 0; run < (quick ? 3 : 5); run++) {
    let start = performance.now()
    for (let n = 0; n < count; n++) decideOn(n, `d${run}`)
    decideTimes.push(((performance.now() - start) / count) * 1000)
    for (let n = 0; n < count; n++) {
      const { event, bytes } = hookPayload(n, home.project, `g${run}`)
      start = performance.now()
      await gateway({ registered: event, bytes })
      gateTimes.push((performance.now() - start) * 1000)
    }
  }
  await Effect.runPromise(Scope.close(scope, Exit.void))
  home.remove()
  return [
    {
      name: 'read a payload and decide, in process',
      value: rounded(median(decideTimes)),
      unit: 'µs',
    },
    {
      name: 'the whole gate in process, append in it, p50',
      value: rounded(median(gateTimes)),
      unit: 'µs',
    },
    {
      name: 'the whole gate in process, p99',
      value: rounded(percentile(gateTimes, 0.99)),
      unit: 'µs',
    },
  ]
}
