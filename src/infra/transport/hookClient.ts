// The text of the hook client: the POSIX sh script that Claude Code runs for every hook event, as
// `/usr/bin/env -i /bin/sh SCRIPT EVENT`. It reads no environment and looks nothing up; all it knows
// was baked in here. It must never let a call proceed in enforce without a whole, checked answer.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { EXCHANGE_KINDS, exchangeOf, type CheckingProgram, type RelayProgram } from './exchange.ts'
import { ANSWERED_0, ANSWERED_2, NO_WHOLE_ANSWER, NOBODY_LISTENS } from './selfChecking.ts'
import { BakedValueRefused, shellQuote, shellQuotePath } from './shellQuote.ts'
import { FAIL_CLOSED } from './unanswered.ts'

/** The programs the script runs, all absolute: `env` and `sh` start it, the others serve it. */
export const ShellPrograms = Schema.Struct({
  env: Schema.String,
  sh: Schema.String,
  cat: Schema.String,
  sleep: Schema.String,
})
export type ShellPrograms = typeof ShellPrograms.Type

const Seconds = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 600 }))

/** Everything baked into the script: kept beside it as JSON, the same text can be made again. */
export const HookClientOptions = Schema.Struct({
  programs: ShellPrograms,
  exchange: Schema.Struct({ kind: Schema.Literals(EXCHANGE_KINDS), path: Schema.String }),
  /** The hook socket. */
  socket: Schema.String,
  /** The mode marker (marker.ts). */
  marker: Schema.String,
  /** Starts the control plane and returns; it must detach what it leaves running. */
  start: Schema.Array(Schema.String),
  /** The whole environment of `start`. */
  startEnvironment: Schema.Record(Schema.String, Schema.String),
  /** How long one exchange may take before it counts as unanswered. */
  deadlineSeconds: Seconds,
  /** On SessionStart: for how long a control plane that was down is waited for. */
  startSeconds: Seconds,
})
export type HookClientOptions = typeof HookClientOptions.Type

export const DEFAULT_DEADLINE_SECONDS = 8
export const DEFAULT_START_SECONDS = 10

/**
 * What to register as the client's own timeout of an event's hook, in seconds: beyond the script's
 * deadline, so that it is the script that answers. Only what the script cannot outlast (being
 * stopped, a machine that hangs) is left to `onFailure`.
 */
export const clientTimeoutSeconds = (
  event: string,
  options: Pick<HookClientOptions, 'deadlineSeconds' | 'startSeconds'>,
): number =>
  event === 'SessionStart'
    ? 2 * options.deadlineSeconds + options.startSeconds + MARGIN_SECONDS
    : options.deadlineSeconds + MARGIN_SECONDS

const MARGIN_SECONDS = 4

/** The command and arguments to register in exec form. `env -i` comes first: see PREAMBLE. */
export const hookClientArgv = (
  programs: Pick<ShellPrograms, 'env' | 'sh'>,
  script: string,
  event: string,
): ReadonlyArray<string> => [programs.env, '-i', programs.sh, script, event]

/**
 * The script. The same options give the same bytes, so that a changed file is found by comparing.
 * Fails on a value that no shell word can hold, or that the exchange program would not take
 * literally.
 */
export const hookClientScript = (
  options: HookClientOptions,
): Result.Result<string, BakedValueRefused> =>
  Result.gen(function* () {
    const program = exchangeOf(options.exchange.kind)
    if (options.start.length === 0) return yield* refuse('the start command', '', 'is empty')

    const marker = yield* shellQuotePath('the mode marker', options.marker)
    const sleep = yield* shellQuotePath('sleep', options.programs.sleep)
    const start = yield* startCommand(options)
    const exchange = yield* program.role === 'checks'
      ? checkingExchange(program, options)
      : relayedExchange(program, options)
    return [
      PREAMBLE,
      unansweredFunction(marker),
      exchange,
      mainFunction({ start, sleep, startSeconds: options.startSeconds }),
    ].join('\n')
  })

const refuse = (what: string, value: string, reason: string) =>
  Result.fail(new BakedValueRefused({ what, value, reason }))

/**
 * `env -i` has emptied the environment, which a repository's settings can fill; a shell still brings
 * defaults, so what could change a command's meaning is set. SIGPIPE is ignored: a peer or a client
 * that went away is a failed write, after which the script still decides its exit status. Nor does a
 * signal to end take that decision away: the exchange is bounded, what it leads to is said, and only
 * SIGKILL leaves it to `onFailure`.
 *
 * Out of reach here: `env` itself is started with the client's environment, and a dynamic linker
 * heeds LD_PRELOAD in it. A repository that brings a library gets it loaded into env, as it gets its
 * own hooks run; only hooks in managed settings, and a client that refuses such settings, end that.
 */
const PREAMBLE = String.raw`#!/bin/sh
# Isonapse hook client, protocol ISO1. Written at install: hook status reports any change to it.
PATH=/nonexistent
LC_ALL=C
trap '' PIPE
trap : HUP INT TERM
event=$1
case $event in '' | *[!A-Za-z]*) exit 1 ;; esac
nl='
'
`

/** Decides when no whole answer came: the marker alone lets a call proceed. Ends the script. */
const unansweredFunction = (marker: string): string => {
  const cases = FAIL_CLOSED.map(({ event, stdout, exitUnprinted }) => {
    const text = Result.getOrThrow(shellQuote('an answer', stdout))
    return `  ${event})\n    printf '%s\\n' ${text} || exit ${exitUnprinted}\n    exit 2 ;;`
  })
  // -f first: opening a FIFO would wait for a writer. `read` fails on a line without its end.
  return `unanswered() {
  mode=
  [ -f ${marker} ] && { IFS= read -r mode <${marker} || mode=; }
  [ "$mode" = profile ] && exit 0
  case $event in
${cases.join('\n')}
  esac
  exit 0
}
`
}

/** The interpreter does it all; its exit status says whether the client has been answered. */
const checkingExchange = (
  program: CheckingProgram,
  options: HookClientOptions,
): Result.Result<string, BakedValueRefused> =>
  Result.gen(function* () {
    const path = yield* shellQuotePath(program.kind, options.exchange.path)
    const socket = yield* shellQuotePath('the socket', options.socket)
    return `exchange() {
  ${path} ${program.flags.join(' ')} '${program.text}' ${socket} "$event" ${options.deadlineSeconds} <&3 3<&-
}
`
  })

/**
 * The relay copies, the script checks. A command substitution strips newlines from the end and drops
 * NULs, so the relay's exit status is put behind the answer, and a body that lost a byte has the
 * wrong length. A watchdog ends the relay at the deadline, whatever the other side does. Only the
 * relay is waited for: a `send` whose input never ends is left behind, until the client closes it.
 */
const relayedExchange = (
  program: RelayProgram,
  options: HookClientOptions,
): Result.Result<string, BakedValueRefused> =>
  Result.gen(function* () {
    if (program.takes?.test(options.socket) === false)
      return yield* refuse('the socket', options.socket, `would be syntax to ${program.kind}`)
    yield* shellQuotePath('the socket', options.socket)
    const words = [yield* shellQuotePath(program.kind, options.exchange.path)]
    for (const argument of program.argv(options))
      words.push(yield* shellQuote('an argument', argument))
    const cat = yield* shellQuotePath('cat', options.programs.cat)
    const sleep = yield* shellQuotePath('sleep', options.programs.sleep)
    return `end="\${nl}ISO1-END$nl\${nl}0."
payload=
# A session's start may have to be sent twice, and a relay eats what it cannot deliver.
send() {
  printf 'ISO1 %s\\n' "$event"
  case $event in
  SessionStart) printf '%s\\n' "$payload" ;;
  *) exec ${cat} <&3 ;;
  esac
}
exchange() {
  case $event,$payload in SessionStart,) payload=$(exec ${cat} <&3) ;; esac
  answer=$(
    send | {
      exec 4<&0 </dev/null
      ${words.join(' ')} <&4 4<&- 3<&- &
      relay=$!
      (
        # Told to end at any moment: no sleep yet, one just started, one waited for.
        trap '[ "$!" = "$relay" ] || kill "$!"; exit' TERM
        ${sleep} ${options.deadlineSeconds} &
        wait "$!"
        kill "$relay"
      ) >/dev/null 4<&- 3<&- &
      wait "$relay"
      status=$?
      kill "$!"
      printf '\\n%s.' "$status"
    } &
  )
  [ "$answer" = "\${nl}1." ] && return ${NOBODY_LISTENS}
  case $answer in *"$end") ;; *) return ${NO_WHOLE_ANSWER} ;; esac
  head=\${answer%%"$nl"*}
  case $head in
  'ISO1 0 '*) spoken=${ANSWERED_0} ;;
  'ISO1 2 '*) spoken=${ANSWERED_2} ;;
  *) return ${NO_WHOLE_ANSWER} ;;
  esac
  length=\${head#ISO1 ? }
  case $length in '' | *[!0-9]* | 0?* | ?????????*) return ${NO_WHOLE_ANSWER} ;; esac
  body=\${answer#*"$nl"}
  body=\${body%"$end"}
  [ "\${#body}" -eq "$length" ] || return ${NO_WHOLE_ANSWER}
  case $body in '' | '{'*) ;; *) return ${NO_WHOLE_ANSWER} ;; esac
  printf %s "$body" || return ${NO_WHOLE_ANSWER}
  return $spoken
}
`
  })

/** Everything the start command gets is given here: a clean environment and the root directory. */
const startCommand = (options: HookClientOptions): Result.Result<string, BakedValueRefused> =>
  Result.gen(function* () {
    const words = [yield* shellQuotePath('env', options.programs.env), '-i']
    for (const [name, value] of Object.entries(options.startEnvironment).sort(byName)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        return yield* refuse('a variable', name, 'is no name of an environment variable')
      words.push(`${name}=${yield* shellQuote(name, value)}`)
    }
    const [path, ...args] = options.start
    words.push(yield* shellQuotePath('the start command', path!))
    for (const argument of args) words.push(yield* shellQuote('an argument', argument))
    return words.join(' ')
  })

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0

/**
 * Runs the exchange; on a session's start, also starts a control plane that is down and tries again
 * ten times a second. Where `sleep` takes no fractions, once a second.
 */
const mainFunction = (baked: {
  readonly start: string
  readonly sleep: string
  readonly startSeconds: number
}): string => `main() {
  exchange
  status=$?
  if [ "$event,$status" = SessionStart,${NOBODY_LISTENS} ]; then
    ( cd / && trap - PIPE && exec ${baked.start} ) </dev/null >/dev/null 3<&- &
    left=${baked.startSeconds * 10}
    while [ "$status" -eq ${NOBODY_LISTENS} ] && [ "$left" -gt 0 ]; do
      ${baked.sleep} 0.1 || { ${baked.sleep} 1; left=$((left - 9)); }
      left=$((left - 1))
      exchange
      status=$?
    done
  fi
  case $status in
  ${ANSWERED_0}) exit 0 ;;
  ${ANSWERED_2}) exit 2 ;;
  esac
}
main 3<&0 2>/dev/null
# No whole answer came, or main could not even be entered, for want of a descriptor.
unanswered 2>/dev/null
exit 1
`
