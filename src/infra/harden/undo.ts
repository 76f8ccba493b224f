// `hook harden --undo`, by root: everything back, from whatever point a run of either ended at. The log
// goes back before anything of it is removed here, and the record goes last.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { done, type LifecycleReport, reportOf, type Step } from '../client/report.ts'
import { errnoOf, failureOf, type FileFailure } from '../files/failure.ts'
import { alone } from './alone.ts'
import { removeService } from './accounts.ts'
import type { HardenFailure } from './harden.ts'
import { copyBack, moveIntoPlace, putBack, verifyThere } from './moveData.ts'
import { hardenedPaths, type HardenRoots, placesOf, recordFile } from './places.ts'
import { disableUnit, rewireUser, stopHardened } from './plane.ts'
import { type HardenedRecord, readHardened, writeHardened } from './record.ts'
import { isInForce } from './whose.ts'

/** `pid`: of the process that asks. */
export const undoHarden = (
  roots: HardenRoots,
  pid: number,
): Effect.Effect<LifecycleReport, HardenFailure> => alone(roots, undoAlone(roots, pid))

const undoAlone = Effect.fn('undoHarden')(function* (
  roots: HardenRoots,
  pid: number,
): Effect.fn.Return<LifecycleReport, HardenFailure> {
  process.umask(0o077)
  const found = yield* Effect.fromResult(readHardened(roots))
  if (found === undefined) return reportOf([], ['nothing is hardened on this machine'])
  let record = found
  const steps: Array<Step> = []
  const places = placesOf(record.roots, record.user.name)
  const keep = (state: HardenedRecord['state']) => {
    record = { ...record, state }
    return Effect.fromResult(writeHardened(record))
  }
  // A unit that starts on failure would start it again.
  if (record.systemd) disableUnit(record)
  if (yield* stopHardened(hardenedPaths(record, 'root'), pid))
    steps.push(done('control plane', null, 'stopped'))
  if (isInForce(record)) {
    yield* keep('returning')
    const verified = yield* Effect.fromResult(verifyThere(record))
    yield* copyBack(record)
    yield* keep('returned')
    steps.push(done('log', record.from.dataDir, `given back, and verified: ${verified}`))
  }
  if (record.state === 'returned') {
    yield* Effect.fromResult(moveIntoPlace(record))
  } else yield* Effect.fromResult(putBack(record))
  // While ours are still the only ones that run: no session begins without any.
  const wired = rewireUser(record)
  if (wired) steps.push(done('own hooks', null, `in ${record.user.name}’s settings again`))
  steps.push(...(yield* Effect.fromResult(removeLaidDown(record))))
  if (record.service.made) {
    yield* Effect.fromResult(removeService(record.service.name))
    steps.push(done('account', null, `${record.service.name} removed`))
  }
  yield* Effect.fromResult(gone(recordFile(record.roots)))
  for (const dir of [record.roots.program, record.roots.state, record.roots.run])
    yield* Effect.fromResult(goneIfEmpty(dir))
  steps.push(done('record', recordFile(record.roots), 'removed: nothing is left'))
  return reportOf(steps, [
    ...(wired ? [] : [`as ${record.user.name}: isonapse hook install, for hooks of his own`]),
    `as ${record.user.name}: isonapse hook start, then restart Claude Code`,
  ])

  /** Hooks first: a session that begins in between is gated by the user's own. */
  function removeLaidDown(of: HardenedRecord): Result.Result<ReadonlyArray<Step>, FileFailure> {
    return Result.gen(function* () {
      yield* gone(places.managedFile)
      for (const dir of of.made.toReversed()) yield* goneIfEmpty(dir)
      if (of.systemd) yield* gone(places.unitFile)
      const here = [places.script, places.serve, places.cli, places.env, places.node, places.app]
      const fresh = [places.app, places.node, places.env].map((at) => `${at}.new`)
      for (const at of [...here, ...fresh]) yield* gone(at)
      for (const dir of [places.stateDir, places.runDir]) yield* gone(dir)
      return [
        done('managed settings', places.managedFile, 'removed'),
        done('program', of.roots.program, 'removed'),
        done('state', places.stateDir, 'removed'),
      ]
    })
  }
})

const gone = (at: string): Result.Result<void, FileFailure> =>
  Result.try({
    try: () => fs.rmSync(at, { recursive: true, force: true }),
    catch: (error) => failureOf(at, 'remove it', error),
  })

const goneIfEmpty = (dir: string): Result.Result<void, FileFailure> =>
  Result.try({
    try: () => {
      try {
        fs.rmdirSync(dir)
      } catch (error) {
        if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error
      }
    },
    catch: (error) => failureOf(dir, 'remove it', error),
  })
