// Stored secrets over the control socket. Their values come in and go to a key file; no method hands one
// out, and no entry holds one.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import { SecretDeleted, SecretStored } from '../../domain/event/event.ts'
import { MOST_SECRETS, nameFault, sinksFault, valueFault } from '../../domain/secret/declared.ts'
import type { SecretStore } from '../secrets/secretStore.ts'
import { appendOwn } from '../store/appendOwn.ts'
import type { Change } from './changes.ts'
import { type ControlContext, requireRunning } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { fromInside } from './asking.ts'

const usage = (message: string) => new ControlFailure({ kind: 'usage', message, exit: 2 })

const NO_KEY = new ControlFailure({
  kind: 'key-missing',
  message: 'the master key cannot be read, so no secret can be stored or used',
  remedy: 'isonapse hook status',
  exit: 1,
})

const storeOf = ({ secrets }: ControlContext): Result.Result<SecretStore, ControlFailure> =>
  secrets === undefined ? Result.fail(NO_KEY) : Result.succeed(secrets)

/**
 * The value's file is written before the entry that tells where it may go. A crash in between leaves a
 * file that the log knows nothing of, which no call gets and the next start destroys; or, of a secret
 * that was there before, one bound to the new sinks, which does not open under those in the log. Never
 * does a value go where it was not declared for.
 */
export const draftSecret = (
  { name, value, sinks }: Params<'secret.set'>,
  context: ControlContext,
): Result.Result<Change, ControlFailure> =>
  Result.gen(function* () {
    const fault = nameFault(name) ?? sinksFault(sinks) ?? valueFault(value)
    if (fault !== undefined) return yield* Result.fail(usage(fault))
    const store = yield* storeOf(context)
    if (store.find(name) === undefined && store.list().length >= MOST_SECRETS)
      return yield* Result.fail(
        usage(`there are ${MOST_SECRETS} secrets already; delete one first`),
      )
    return {
      event: new SecretStored({ name, sinks }),
      chunks: [],
      first: () => Result.mapError(store.keep({ name, sinks, value }), controlFailureOf),
    }
  })

export const secretList = (
  context: ControlContext,
): Effect.Effect<ResultOf<'secret.list'>, ControlFailure> =>
  Effect.succeed({ secrets: context.secrets?.list() ?? [] })

/**
 * The value goes first: a crash then leaves an entry without a value, and deleting it again ends it.
 * It loosens nothing, and yet is no agent's to do: what is overwritten does not come back.
 */
export const secretDelete = Effect.fnUntraced(function* (
  { name, pid }: Params<'secret.delete'>,
  context: ControlContext,
): Effect.fn.Return<ResultOf<'secret.delete'>, ControlFailure> {
  const { changing } = yield* requireRunning(context)
  if (fromInside(pid, context))
    return yield* new ControlFailure({
      kind: 'denied',
      message: 'this destroys a secret’s value, and the request comes from inside Claude Code',
      remedy: 'run the command yourself, in a terminal of your own',
      exit: 2,
    })
  const store = yield* Effect.fromResult(storeOf(context))
  return yield* changing.withPermits(1)(
    Effect.uninterruptible(
      Effect.gen(function* () {
        if (store.find(name) === undefined)
          return yield* Effect.fail(
            new ControlFailure({
              kind: 'no-secret',
              message: `there is no secret ${JSON.stringify(name.slice(0, 64))}`,
              remedy: 'isonapse hook secret list',
              exit: 1,
            }),
          )
        yield* Effect.mapError(Effect.fromResult(store.destroy(name)), controlFailureOf)
        const appended = appendOwn(context.log, [new SecretDeleted({ name })])
        const { size } = yield* Effect.mapError(appended, controlFailureOf)
        return { name, index: size - 1 }
      }),
    ),
  )
})
