// The decisions of an exported log (C2SP tlog-tiles). It is verified as a whole while it is read, and one
// that does not verify is refused: what it says of a decision would be worth nothing.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { decisionIn } from '../../domain/receipt/inEntry.ts'
import type { Step } from '../../domain/receipt/step.ts'
import { bundlePath, MAX_BUNDLE_BYTES, splitBundle, TILE_WIDTH } from '../../domain/merkle/tile.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { openExport } from '../verifier/exportFiles.ts'
import { type LogIdentity, verifyExport } from '../verifier/verifyExport.ts'
import { collector, noDecisions } from './collect.ts'
import { type ReceiptSource, type Report, SourceUnusable } from './receiptSource.ts'

/** `identity`: whose log it must be, where that is known; else its own entry 0 is believed. */
export const readExport = (
  dir: string,
  name: string,
  identity: LogIdentity | undefined,
  report: Report,
): Effect.Effect<ReceiptSource, SourceUnusable> =>
  Effect.gen(function* () {
    const found = collector(name)
    let broken: SourceUnusable | undefined
    const unusable = (detail: string): SourceUnusable =>
      new SourceUnusable({
        source: name,
        detail,
        remedy: 'isonapse hook witness verify DIR says what is wrong; then export the log anew',
      })
    const verified = yield* Effect.mapError(
      verifyExport({
        dir,
        ...(identity === undefined ? {} : { identity }),
        onProgress: ({ done, total, what }) => report(done, total, `${what} verified`),
        onEntry: (entry, index) => {
          try {
            if (broken === undefined) found.take(entry, index)
          } catch (error) {
            // Only what is verified may be spoken of: the verification goes on.
            if (!(error instanceof SourceUnusable)) throw error
            broken = error
          }
        },
      }),
      ({ detail }) => unusable(`cannot be read (${detail})`),
    )
    if (verified.verdict === 'bad')
      return yield* unusable(`does not verify, so it is not compared: ${verified.problem}`)
    if (broken !== undefined) return yield* broken
    if (found.steps.length === 0) return yield* noDecisions(name)
    return {
      kind: 'export' as const,
      name,
      ordered: true,
      steps: found.steps,
      aside: 0,
      origin: verified.origin,
      receipt: (step: Step) => receiptIn(dir, name, verified.size, step),
    }
  })

/** Of the bundle as it is now; the digest says whether it is the receipt that was verified. */
const receiptIn = async (
  dir: string,
  name: string,
  size: number,
  { digest, index }: Step,
): Promise<Receipt> => {
  const at = index ?? 0
  const bundle = Math.floor(at / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH)
  const files = await openExport(dir)
  const bytes = await files.read(bundlePath(bundle, width), MAX_BUNDLE_BYTES)
  const entry =
    typeof bytes === 'string' ? undefined : splitBundle(bytes, width).entries[at % TILE_WIDTH]
  const found = entry === undefined ? undefined : decisionIn(entry, at, sha256)
  const made = found !== undefined && Result.isSuccess(found) ? found.success?.event : undefined
  if (made?.receiptDigest === digest) return made.receipt
  throw new SourceUnusable({
    source: name,
    detail: `entry ${at} was changed while it was compared`,
    remedy: 'try again',
  })
}
