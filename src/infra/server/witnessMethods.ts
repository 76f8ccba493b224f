// What can be asked of the record itself: counts, verification, export, proofs, checkpoints.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { toBase64, toHex } from '../../domain/bytes.ts'
import {
  ControlFailure,
  type Params,
  type Proof,
  type ResultOf,
  type WitnessStats,
} from '../../domain/control/methods.ts'
import { parseNote } from '../../domain/note/note.ts'
import { parseCheckpoint } from '../../domain/note/checkpoint.ts'
import { encodeTlogProof } from '../../domain/note/tlogProof.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { controlFailureOf } from './failures.ts'
import type { SendItem } from './send.ts'

const reportTo =
  (send: SendItem, what: string) =>
  (done: number, total: number): void =>
    void send({ progress: { done, total, what } })

export const stats = ({ log }: ControlContext): Effect.Effect<WitnessStats> =>
  Effect.sync(() => {
    const { entries, byKind, enforced, shadow, oldest, newest } = log.projected().statistics
    return {
      entries,
      receipts: byKind['DecisionMade'] ?? 0,
      enforced,
      shadow,
      byKind,
      oldest,
      newest,
      checkpoint: checkpointHead(log.lastCheckpoint()),
    }
  })

/** Size and root of our own stored note. */
const checkpointHead = (note: string | undefined): WitnessStats['checkpoint'] => {
  if (note === undefined) return null
  const parsed = Result.flatMap(parseNote(note), ({ text }) => parseCheckpoint(text))
  return Result.isSuccess(parsed)
    ? { size: Number(parsed.success.size), root: toHex(parsed.success.root) }
    : null
}

export const verify = (
  { against }: Params<'witness.verify'>,
  { log }: ControlContext,
  send: SendItem,
): Effect.Effect<ResultOf<'witness.verify'>, ControlFailure> =>
  Effect.mapError(
    log.verify({
      onProgress: reportTo(send, 'entries verified'),
      ...(against === undefined ? {} : { against }),
    }),
    controlFailureOf,
  )

export const exportLog = Effect.fnUntraced(function* (
  { dir }: Params<'witness.export'>,
  context: ControlContext,
  send: SendItem,
) {
  yield* freshNote(context)
  const { size, files } = yield* Effect.mapError(
    context.log.exportTo(dir, reportTo(send, 'entries exported')),
    controlFailureOf,
  )
  return { dir, size, files }
})

export const prove = Effect.fnUntraced(function* (
  { index }: Params<'witness.prove'>,
  context: ControlContext,
): Effect.fn.Return<Proof, ControlFailure> {
  const { log } = context
  const { size } = log.head()
  const stored =
    index < 0 || index >= size
      ? undefined
      : yield* Effect.mapError(log.entry(index), controlFailureOf)
  if (stored === undefined)
    return yield* new ControlFailure({
      kind: 'no-entry',
      message: `there is no entry ${index}; the log holds 0 to ${size - 1}`,
      exit: 2,
    })
  // The proof is of the tree that the checkpoint signs, so the checkpoint comes first.
  const note = yield* freshNote(context)
  const head = checkpointHead(note)
  if (note === undefined || head === null || head.size <= index)
    return yield* new ControlFailure({
      kind: 'no-checkpoint',
      message: `no checkpoint covers entry ${index} yet`,
      remedy: 'isonapse hook start; isonapse hook witness checkpoint',
      exit: 1,
    })
  const proof = yield* Effect.mapError(log.inclusion(index, head.size), controlFailureOf)
  const encoded = encodeTlogProof({ index, proof, checkpoint: note, extra: stored.bytes })
  return Result.isSuccess(encoded)
    ? { index, proof: encoded.success, leaf: toBase64(stored.bytes) }
    : yield* new ControlFailure({
        kind: 'no-proof',
        message: `the proof cannot be written (${encoded.failure.reason})`,
        exit: 1,
      })
})

/** A checkpoint of everything so far where one can be signed, else the last that was. */
const freshNote = ({ running, log }: ControlContext) =>
  running === null
    ? Effect.succeed(log.lastCheckpoint())
    : Effect.mapError(log.checkpoint, controlFailureOf)

export const checkpoint = (
  context: ControlContext,
): Effect.Effect<ResultOf<'witness.checkpoint'>, ControlFailure> =>
  Effect.flatMap(requireRunning(context), () =>
    Effect.mapBoth(context.log.checkpoint, {
      onSuccess: (note) => ({ note }),
      onFailure: controlFailureOf,
    }),
  )
