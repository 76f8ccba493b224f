// The gate without its socket: reading a payload and deciding on it; the same with what the machine is
// asked, what is looked for in it and what the log is given; and what its size adds.
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Result from 'effect/Result'
import * as Scope from 'effect/Scope'
import * as path from 'node:path'
import type { Place } from '../src/domain/action/place.ts'
import { judge } from '../src/domain/gate.ts'
import { decodeClaudePayload } from '../src/domain/hook/claudePayload.ts'
import { sha256 } from '../src/infra/crypto/nodeCrypto.ts'
import { runControlPlane } from '../src/infra/server/controlPlane.ts'
import { gatePathsOf } from '../src/infra/server/gatePaths.ts'
import {
  hookPayload,
  type HookPayload,
  SIZED,
  type SizedName,
  sizedPayload,
} from './hookPayloads.ts'
import { makeHome } from './plane.ts'
import { median, percentile, rounded } from './samples.ts'
import type { ComparedRow } from './table.ts'

const LIMITS = { maxBytes: 16_777_216 }

export const benchInProcess = async (quick: boolean): Promise<ReadonlyArray<ComparedRow>> => {
  const home = await makeHome()
  const scope = Effect.runSync(Scope.make())
  const options = {
    paths: home.paths,
    home: path.dirname(home.project),
    now: () => Date.now(),
    log: (line: string) => console.error(line),
  }
  const { context, gateway } = await Effect.runPromise(
    runControlPlane(options).pipe(Scope.provide(scope)),
  )
  const { inForce, engine } = context
  const place: Place = {
    home: options.home,
    project: home.project,
    cwd: home.project,
    gate: gatePathsOf(home.paths, options.home),
  }
  const observed = { cwd: { project: '' }, links: [] }

  /** Only calls about to run: nobody decides on the reports that they ran. */
  const decideOn = (n: number, run: string): void => {
    const { event, bytes } = hookPayload(n * 2, home.project, run)
    const decoded = Result.getOrThrow(decodeClaudePayload(event, bytes, LIMITS))
    if (judge(decoded.event, place, observed, inForce(), engine, sha256) === undefined)
      throw new Error('nothing was decided')
  }
  /** Milliseconds until it is answered; what is not witnessed is no answer. */
  const answered = async ({ event, bytes }: HookPayload): Promise<number> => {
    const start = performance.now()
    const { exit } = await gateway({ registered: event, bytes })
    const ms = performance.now() - start
    if (exit !== 0) throw new Error('the gate failed')
    return ms
  }

  const count = quick ? 1000 : 5000
  const decideTimes: Array<number> = []
  const gateTimes: Array<number> = []
  for (let run = 0; run < (quick ? 3 : 5); run++) {
    const start = performance.now()
    for (let n = 0; n < count; n++) decideOn(n, `d${run}`)
    decideTimes.push(((performance.now() - start) / count) * 1000)
    for (let n = 0; n < count; n++) {
      gateTimes.push((await answered(hookPayload(n, home.project, `g${run}`))) * 1000)
    }
  }
  const sized: Array<ComparedRow> = []
  for (const [i, of] of (Object.keys(SIZED) as ReadonlyArray<SizedName>).entries()) {
    const times: Array<number> = []
    for (let n = 0; n < (quick ? 200 : 600); n++)
      times.push(await answered(sizedPayload(of, n, home.project, `s${i}`)))
    sized.push(
      { name: `${of}, in process, p50`, value: rounded(median(times)), unit: 'ms' },
      {
        name: `${of}, in process, p95`,
        value: rounded(percentile(times, 0.95)),
        unit: 'ms',
        ...(of.startsWith('a result of 4 kB') ? { target: 2 } : {}),
      },
    )
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
    ...sized,
  ]
}
