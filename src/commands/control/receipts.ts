// Writing and comparing receipts, for a command: the log through the control plane, folders with files
// alone.
import * as Effect from 'effect/Effect'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { connectControlPlane } from '../../infra/control/connect.ts'
import { readPin } from '../../infra/keys/identity.ts'
import { compareSources, type ComparisonReport } from '../../infra/receipts/compareSources.ts'
import { type Named, openSource } from '../../infra/receipts/openSource.ts'
import { receiptsOfLog, type Selection } from '../../infra/receipts/readLog.ts'
import { type Report, SourceUnusable } from '../../infra/receipts/receiptSource.ts'
import { fillFolder } from '../../infra/receipts/writeFolder.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { ownPlace } from './ownPlace.ts'
import { commandFailureOf, runEffect } from './runEffect.ts'
import { originIn } from './verification.ts'

export interface WrittenReceipts {
  readonly dir: string
  readonly decisions: number
  readonly receipts: number
}

/** Writes those of the log that are asked for; where there are none, nothing. */
export const writeReceipts = (
  { name, path: dir }: Named,
  selection: Selection,
  report: Report,
): Promise<WrittenReceipts> => {
  const { paths, home } = ownPlace()
  const write = Effect.gen(function* () {
    const control = yield* connectControlPlane(paths, home)
    const folder = yield* Effect.acquireRelease(
      Effect.suspend(() => Effect.fromResult(fillFolder(dir, name))),
      ({ abandon }) => Effect.sync(abandon),
    )
    const { decisions } = yield* receiptsOfLog(control, 'the log', selection, report, (logged) => {
      const added = folder.add(logged.digest, logged.receipt.event, logged.text)
      return Result.isFailure(added) ? added.failure : undefined
    })
    if (decisions === 0) return yield* nothingToWrite(selection)
    return { dir, ...(yield* Effect.fromResult(folder.finish())) }
  })
  return runEffect(Effect.scoped(write))
}

const nothingToWrite = (selection: Selection): SourceUnusable =>
  new SourceUnusable({
    source: 'the log',
    detail:
      Object.keys(selection).length === 0
        ? 'holds no decisions; nothing was written'
        : 'holds no decisions of those asked for; nothing was written',
    remedy: 'isonapse hook witness query --kind DecisionMade shows what there is',
  })

/** What cannot be compared is told by exit status 2: 1 is for what can be, and differs. */
export const compareNamed = (
  a: Named,
  b: Named,
  all: boolean,
  report: Report,
): Promise<ComparisonReport> => {
  const { paths, home } = ownPlace()
  const pin = readPin(paths.identityFile)
  const around = {
    paths,
    home,
    report,
    identityOf: (dir: string) => {
      const own = Result.isSuccess(pin) ? pin.success : undefined
      return own !== undefined && originIn(path.join(dir, 'checkpoint')) === own.origin
        ? own
        : undefined
    },
  }
  const compare = Effect.gen(function* () {
    const left = yield* openSource(a, around)
    const right = yield* openSource(b, around)
    return yield* Effect.tryPromise({
      try: () => compareSources(left, right, { all, report }),
      catch: (error) => error,
    })
  })
  return runEffect(Effect.scoped(compare)).catch((error: unknown) => {
    const { kind, message, remedy, cause } = commandFailureOf(error)
    throw new CommandFailure({
      kind: kind === 'SourceUnusable' ? 'not-comparable' : kind,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      exit: 2,
      cause,
    })
  })
}
