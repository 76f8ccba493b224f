// What learning costs: folding, a report of a long log from its snapshots, a suggestion, a backtest.
// The log is made of the recorded sessions, day after day. `node bench/learn.ts [--json] [--quick]`.
// Needs the built program.
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Result from 'effect/Result'
import * as Scope from 'effect/Scope'
import type { Entry } from '../src/domain/event/envelope.ts'
import { compilePolicy } from '../src/domain/policy/decide.ts'
import { DEFAULT_THRESHOLDS } from '../src/domain/suggest/evidence.ts'
import { suggest } from '../src/domain/suggest/suggest.ts'
import { sha256, verifyEd25519 } from '../src/infra/crypto/nodeCrypto.ts'
import { readPin } from '../src/infra/keys/identity.ts'
import { readLogKey } from '../src/infra/keys/logKey.ts'
import { foldInto, initialStates } from '../src/infra/store/fold.ts'
import { makeLevelWitness } from '../src/infra/store/levelWitness.ts'
import { backtest } from '../src/projections/backtest.ts'
import { profile } from '../src/projections/profile.ts'
import { template } from '../src/templates/templates.ts'
import { playDays, recorder } from '../test/support/recordedSession.ts'
import { type Home, makeHome, REPOSITORY } from './plane.ts'
import { isQuick, median, rounded } from './samples.ts'
import { runAlone } from './scratch.ts'
import { runProgram } from './spawned.ts'
import type { ComparedRow } from './table.ts'

const NODE_NAME = 'node -e 0'
/** Days played anew; a longer log repeats them. */
const DAYS = 120

const seconds = (work: () => void): number => {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

const fastest = (runs: number, work: () => void): number =>
  median(Array.from({ length: runs }, () => seconds(work)))

/** Appends the entries to the home's own log until it holds so many. */
const fill = async (home: Home, entries: ReadonlyArray<Entry>, most: number): Promise<number> => {
  const { paths } = home
  const scope = Effect.runSync(Scope.make())
  const opening = makeLevelWitness({
    dir: paths.witnessDir,
    identity: Result.getOrThrow(readPin(paths.identityFile))!,
    writable: true,
    signer: Result.getOrThrow(readLogKey(paths.keysDir)),
    durability: () => 'os',
    checkpointEvery: () => ({ idleMs: 2000, dirtyMs: 60_000 }),
    now: () => Date.now(),
  })
  const log = await Effect.runPromise(opening.pipe(Scope.provide(scope)))
  for (let round = 0; log.head().size < most; round++)
    for (let at = 0; at < entries.length && log.head().size < most; at += 64)
      await log.append(
        entries.slice(at, at + 64).map(({ session, event }) => ({
          session: session === null ? null : `${round}-${session}`,
          event: event as never,
        })),
      )
  const { size } = log.head()
  await Effect.runPromise(Scope.close(scope, Exit.void))
  return size
}

export const benchLearn = async (quick = isQuick()): Promise<ReadonlyArray<ComparedRow>> => {
  const past = recorder()
  playDays(past, quick ? 20 : DAYS)
  const { entries } = past
  const crypto = { sha256, verifyEd25519 }
  const all = fastest(5, () => {
    const states = initialStates()
    for (const entry of entries) foldInto(states, entry)
  })
  let state = profile.initial()
  const alone = fastest(5, () => {
    state = profile.initial()
    for (const entry of entries) state = profile.step(state, entry, crypto)
  })
  const live = template('default')
  const suggesting = fastest(9, () => {
    Result.getOrThrow(suggest(state, live, DEFAULT_THRESHOLDS))
  })
  const candidate = compilePolicy(
    Result.getOrThrow(suggest(state, live, DEFAULT_THRESHOLDS)).policy,
  )
  let calls = 0
  const judging = fastest(5, () => {
    const test = backtest(candidate, crypto)
    for (const entry of entries) test.see(entry)
    calls = test.report().calls
  })

  const home = await makeHome()
  try {
    const size = await fill(home, entries, quick ? 50_000 : 1_000_000)
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: home.root,
      ISONAPSE_HOME: path.dirname(home.paths.dataDir),
    }
    const program = path.join(REPOSITORY, 'bin/isonapse.cjs')
    const of = `of ${size.toLocaleString('en')} entries`
    const times = {
      node: new Array<number>(),
      report: new Array<number>(),
      suggest: new Array<number>(),
    }
    for (let round = -2; round < (quick ? 5 : 11); round++) {
      const node = await runProgram([process.execPath, '-e', '0'], env)
      const report = await runProgram([process.execPath, program, 'hook', 'report', '--json'], env)
      const made = await runProgram(
        [process.execPath, program, 'hook', 'suggest', '--min-days', '1', '--json'],
        env,
      )
      if (!(JSON.parse(report.stdout) as { calls: number }).calls || made.stdout === '')
        throw new Error(`no report: ${report.stdout}${made.stdout}`)
      if (round < 0) continue
      times.node.push(node.ms)
      times.report.push(report.ms)
      times.suggest.push(made.ms)
    }
    const rate = (seconds: number): number => Math.round(entries.length / seconds)
    return [
      { name: 'fold all projections', value: rate(all), unit: 'events/s', target: 80_000 },
      { name: 'fold the profile alone', value: rate(alone), unit: 'events/s' },
      {
        name: 'judge recorded calls again',
        value: Math.round(calls / judging),
        unit: 'calls/s',
        target: 10_000,
      },
      { name: 'derive a policy, in memory', value: rounded(suggesting * 1000), unit: 'ms' },
      { name: NODE_NAME, value: rounded(median(times.node)), unit: 'ms' },
      { name: `hook report ${of}`, value: rounded(median(times.report)), unit: 'ms', target: 300 },
      {
        name: `hook suggest ${of}`,
        value: rounded(median(times.suggest)),
        unit: 'ms',
        target: 2000,
      },
    ]
  } finally {
    home.remove()
  }
}

await runAlone(import.meta, benchLearn)
