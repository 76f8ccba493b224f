// The decisions of a log that is asked for them: by its control plane, or read in this process where
// none runs. The log is read, never changed; whether it verifies is another question (witness verify).
import * as Effect from 'effect/Effect'
import type { ControlFailure } from '../../domain/control/methods.ts'
import type { Digest } from '../../domain/hash.ts'
import { utf8 } from '../../domain/bytes.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import { readReceipt } from '../../domain/receipt/readReceipt.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { type Step, stepMaker } from '../../domain/receipt/step.ts'
import type { ControlPlane } from '../control/ControlPlane.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { noDecisions, tooManyDecisions } from './collect.ts'
import * as Result from 'effect/Result'
import { MOST_DECISIONS, type ReceiptSource, type Report, SourceUnusable } from './receiptSource.ts'

/** A decision as a control plane hands it out, checked. */
export interface LoggedReceipt {
  readonly index: number
  readonly digest: Digest
  readonly receipt: Receipt
  /** Canonical JSON: the bytes that the digest is of. */
  readonly text: string
}

export interface Selection {
  readonly from?: number
  readonly to?: number
  readonly since?: number
  readonly session?: string
}

/** Calls `onReceipt` for each decision, in order. What that throws fails it as it is. */
export const receiptsOfLog = <E>(
  { call }: Pick<ControlPlane['Service'], 'call'>,
  name: string,
  selection: Selection,
  report: Report,
  onReceipt: (logged: LoggedReceipt) => E | undefined,
): Effect.Effect<
  { readonly decisions: number; readonly size: number; readonly origin: string },
  ControlFailure | SourceUnusable | E
> =>
  Effect.suspend(() => {
    // An item comes in a callback that nothing may be thrown out of: the first failure is kept.
    let failed: { readonly failure: E | SourceUnusable } | undefined
    const asked = call('witness.receipts', selection, (one) => {
      if (failed !== undefined) return
      if ('progress' in one) return report(one.progress.done, one.progress.total, one.progress.what)
      if (!('item' in one)) return
      const logged = loggedIn(one.item.event, one.item.index, name)
      if (logged instanceof SourceUnusable) failed = { failure: logged }
      else {
        const failure = onReceipt(logged)
        if (failure !== undefined) failed = { failure }
      }
    })
    return Effect.flatMap(asked, (answer) =>
      failed === undefined ? Effect.succeed(answer) : Effect.fail(failed.failure),
    )
  })

const loggedIn = (
  event: Readonly<Record<string, unknown>>,
  index: number,
  name: string,
): LoggedReceipt | SourceUnusable => {
  const text = canonicalJson(event['receipt'])
  const digest = String(event['receiptDigest'])
  const receipt = readReceipt(utf8(text), digest, sha256)
  return Result.isSuccess(receipt)
    ? { index, digest: digest as Digest, receipt: receipt.success, text }
    : new SourceUnusable({
        source: name,
        detail: `entry ${index}: the receipt ${receipt.failure.message}`,
        remedy: 'use an isonapse command of the same version as the control plane',
      })
}

export const readLog = (
  control: Pick<ControlPlane['Service'], 'call'>,
  name: string,
  report: Report,
): Effect.Effect<ReceiptSource, SourceUnusable | ControlFailure> =>
  Effect.gen(function* () {
    const made = stepMaker(sha256)
    const steps: Array<Step> = []
    const { origin } = yield* receiptsOfLog(control, name, {}, report, (logged) => {
      steps.push(made(logged.digest, logged.receipt, logged.index))
      return steps.length > MOST_DECISIONS ? tooManyDecisions(name) : undefined
    })
    if (steps.length === 0) return yield* noDecisions(name)
    const receipt = async ({ digest, index }: Step): Promise<Receipt> => {
      let found: Receipt | undefined
      const at = { from: index ?? 0, to: index ?? 0 }
      await Effect.runPromise(
        receiptsOfLog(
          control,
          name,
          at,
          () => {},
          (logged) => {
            if (logged.digest === digest) found = logged.receipt
            return undefined
          },
        ),
      )
      if (found !== undefined) return found
      throw new SourceUnusable({
        source: name,
        detail: `entry ${index} was changed while it was compared`,
        remedy: 'try again',
      })
    }
    return { kind: 'log' as const, name, ordered: true, steps, aside: 0, origin, receipt }
  })
