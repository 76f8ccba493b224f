// Guards over the control socket. A program is started for its cases only once its adding may be made:
// whoever merely asks what a change would be has nothing run.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import type { GuardTried } from '../../domain/control/guards.ts'
import { GuardAdded, GuardRemoved } from '../../domain/event/event.ts'
import {
  type Guard,
  guardFault,
  guardInWords,
  MOST_GUARDS,
  testCommand,
} from '../../domain/guard/guard.ts'
import { plainText } from '../../domain/oneLine.ts'
import { guardNamed, registeredGuards } from '../../projections/guards.ts'
import { casePayload, readCase } from '../guard/cases.ts'
import { programState } from '../guard/program.ts'
import type { GuardRunner } from '../guard/run.ts'
import type { Change } from './changes.ts'
import { type ControlContext, requireRunning } from './context.ts'

const failure = (message: string, remedy?: string, exit: 1 | 2 = 2) =>
  new ControlFailure({
    kind: 'guard',
    message,
    ...(remedy === undefined ? {} : { remedy }),
    exit,
  })

const MOST_SHOWN = 4000

export const draftGuard = (
  { name, program, hash, tools, timeoutMs, cases }: Params<'guard.add'>,
  { log, running }: ControlContext,
): Result.Result<Change, ControlFailure> => {
  const guard: Guard = { name, program, hash, tools, timeoutMs, cases }
  const fault = guardFault(guard)
  if (fault !== undefined) return Result.fail(failure(fault))
  const { guards } = log.projected()
  if (guardNamed(guards, name) !== undefined)
    return Result.fail(
      failure(`there is a guard ${name} already`, `isonapse hook guard remove ${name}`),
    )
  if (registeredGuards(guards).length >= MOST_GUARDS)
    return Result.fail(failure(`there are ${MOST_GUARDS} guards already; remove one first`, LIST))
  return Result.succeed({
    event: new GuardAdded(guard),
    chunks: [],
    // Without a control plane nothing is changed, and that is said before this.
    ...(running === null ? {} : { first: () => provenBy(guard, running.guards) }),
  })
}

const LIST = 'isonapse hook guard list'

export const draftGuardRemoval = (
  { name }: Params<'guard.remove'>,
  { log }: ControlContext,
): Result.Result<Change, ControlFailure> =>
  guardNamed(log.projected().guards, name) === undefined
    ? Result.fail(noGuard(name))
    : Result.succeed({ event: new GuardRemoved({ name }), chunks: [] })

const noGuard = (name: string) =>
  failure(`there is no guard ${JSON.stringify(name.slice(0, 64))}`, LIST, 1)

/** One case must be denied and one allowed: a guard that says the same of both guards nothing. */
const provenBy = (guard: Guard, runner: GuardRunner): Effect.Effect<void, ControlFailure> =>
  Effect.gen(function* () {
    const tried = yield* onCases(guard, runner)
    const wrong = tried.find((one) => one.verdict !== one.expected || one.code !== 'answered')
    if (wrong === undefined) return
    const said = wrong.reason === '' ? '' : `: ${plainText(wrong.reason, 300, ' ')}`
    yield* failure(
      `the guard was not added: it must ${wrong.expected === 'deny' ? 'deny' : 'allow'} ${plainText(wrong.of, 200)}, and it ${guardInWords(wrong)}${said}`,
      'status 0 allows and 2 denies; the payload comes on standard input, and the environment is PATH and HOME alone',
    )
  })

const onCases = (
  guard: Guard,
  runner: GuardRunner,
): Effect.Effect<ReadonlyArray<GuardTried>, ControlFailure> =>
  Effect.gen(function* () {
    const tried: Array<GuardTried> = []
    for (const [file, expected] of [
      [guard.cases.deny, 'deny'],
      [guard.cases.allow, 'permit'],
    ] as const) {
      const payload = readCase(file)
      if (Result.isFailure(payload))
        return yield* failure(`the case ${plainText(file, 200)} ${payload.failure}`, undefined, 1)
      tried.push(yield* ask(guard, runner, payload.success, file, expected))
    }
    return tried
  })

const ask = (
  guard: Guard,
  runner: GuardRunner,
  payload: Uint8Array,
  of: string,
  expected: GuardTried['expected'],
): Effect.Effect<GuardTried> =>
  Effect.map(
    Effect.promise(() => runner.run(guard, payload, cwdIn(payload))),
    ({ stdout, stderr, ...answer }) => ({
      ...answer,
      of,
      expected,
      stdout: stdout.slice(0, MOST_SHOWN).toWellFormed(),
      stderr: stderr.slice(0, MOST_SHOWN).toWellFormed(),
    }),
  )

/** As for a call: where the payload says that it happens. */
const cwdIn = (payload: Uint8Array): string => {
  const { cwd } = JSON.parse(Buffer.from(payload).toString('utf8')) as { readonly cwd?: unknown }
  return typeof cwd === 'string' && cwd.startsWith('/') ? cwd : '/'
}

export const guardList = ({
  log,
}: ControlContext): Effect.Effect<ResultOf<'guard.list'>, ControlFailure> =>
  Effect.promise(async () => ({
    guards: await Promise.all(
      registeredGuards(log.projected().guards).map(async (guard) => {
        const state = await programState(guard.program)
        const problem =
          'problem' in state
            ? state.problem
            : state.hash === guard.hash
              ? null
              : 'it is another file than the one that was registered'
        return { ...guard, problem }
      }),
    ),
  }))

export const guardTest = (
  { name, payload }: Params<'guard.test'>,
  context: ControlContext,
): Effect.Effect<ResultOf<'guard.test'>, ControlFailure> =>
  Effect.gen(function* () {
    const { guards: runner } = yield* requireRunning(context)
    const guard = guardNamed(context.log.projected().guards, name)
    if (guard === undefined) return yield* noGuard(name)
    if (payload === undefined) {
      const tried = yield* onCases(guard, runner)
      const passed = tried.every(
        ({ code, verdict, expected }) => code === 'answered' && verdict === expected,
      )
      return { name, passed, tried }
    }
    const made = casePayload(payload)
    if (Result.isFailure(made))
      return yield* failure(`the payload ${made.failure}`, testCommand(name))
    const tried = yield* ask(guard, runner, made.success, 'payload', null)
    return { name, passed: tried.code === 'answered', tried: [tried] }
  })
