// Which exchange program the hook client will use on this machine: each that is found is made into a
// whole hook client and proved by real exchanges, and of those that are right one of the fastest is
// taken. A program that once passed on a cut answer, or lost a byte, is never taken.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { concat, utf8 } from '../../domain/bytes.ts'
import { encodeFrame } from '../../domain/hook/frame.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { EXCHANGE_KINDS, EXCHANGES, type ExchangeKind } from './exchange.ts'
import { hookClientArgv, hookClientScript, type ShellPrograms } from './hookClient.ts'
import {
  makeProbeFolder,
  removeProbeFolder,
  runClient,
  startProbeServer,
  type ProbeServer,
} from './probeRun.ts'
import { PROBE_EVENT, PROOFS } from './proofs.ts'
import { findPrograms, findShellPrograms, PROGRAM_FOLDERS, trustedProgram } from './programs.ts'

/** An exchange program that works here. */
export const Transport = Schema.Struct({
  kind: Schema.Literals(EXCHANGE_KINDS),
  /** Absolute; for the script's `exchange.path`. */
  path: Schema.String,
  /** The whole command line of a hook client, up to the script and the event's name. */
  argv: Schema.Array(Schema.String),
  /** Through the whole client, spawn included, against a server that answers at once. */
  medianMs: Schema.Finite,
})
export type Transport = typeof Transport.Type

export const Rejected = Schema.Struct({
  kind: Schema.Literals(EXCHANGE_KINDS),
  path: Schema.String,
  reason: Schema.String,
})
export type Rejected = typeof Rejected.Type

export interface ProbeReport {
  readonly programs: ShellPrograms
  readonly chosen: Transport
  /** All that are right, in order of preference; the chosen one among them. */
  readonly working: ReadonlyArray<Transport>
  readonly rejected: ReadonlyArray<Rejected>
}

/** No exchange program here does it right. */
export class NoTransport extends Schema.TaggedError<NoTransport>()('NoTransport', {
  rejected: Schema.Array(Rejected),
}) {
  override get message(): string {
    const tried = this.rejected.map((each) => `${each.path}: ${each.reason}`).join('; ')
    return `no program here can talk to a Unix socket for the hooks (${tried || 'none found'})`
  }

  get remedy(): string {
    return 'install perl, or an nc that knows -U (netcat-openbsd)'
  }
}

export interface ProbeOptions {
  /** The hook socket that the real script will use: some programs cannot take every path. */
  readonly socket: string
  /** An existing folder of the user's own in which a private one is made and removed. */
  readonly scratch: string
  /** The running Node (`process.execPath`): tried only when nothing else works, it takes 5 times as long. */
  readonly node: string
  readonly folders?: ReadonlyArray<string>
  /** Timed runs of each. */
  readonly runs?: number
}

interface Candidate {
  readonly kind: ExchangeKind
  /** As found, and where that leads. */
  readonly path: string
  readonly real: string
}

/**
 * Those within this factor of the fastest count as equally fast, and the first in the table's order is
 * taken: timings here are noisy, and perl holds its deadline without a watchdog of two processes.
 */
const ABOUT_EQUAL = 1.5

/** Deadline of the scripts under probe: a program that never closes its side is found by it. */
const PROBE_DEADLINE_SECONDS = 2

/**
 * Proves and times what is installed. Takes about 0.3 s where perl and nc are there.
 * Fails with FileFailure where env, sh, cat or sleep are missing or anyone could replace them.
 */
export const probeTransports = Effect.fn('probeTransports')(function* (
  options: ProbeOptions,
): Effect.fn.Return<ProbeReport, FileFailure | NoTransport> {
  const folders = options.folders ?? PROGRAM_FOLDERS
  const programs = yield* Effect.fromResult(findShellPrograms(folders))
  const { candidates, rejected } = findCandidates(folders)
  return yield* Effect.acquireUseRelease(
    openBench(options.scratch, programs, options.socket),
    (bench) =>
      Effect.gen(function* () {
        const report = { working: new Array<Candidate>(), rejected: [...rejected] }
        const prove = (list: ReadonlyArray<Candidate>) =>
          tried(options.scratch, () => proveEach(bench, list, report))
        yield* prove(candidates)
        if (report.working.length === 0) yield* prove(nodeCandidate(options.node, report.rejected))
        const timed = yield* tried(options.scratch, () =>
          time(bench, report.working, options.runs ?? 11),
        )
        const fastest = Math.min(...timed.map((each) => each.medianMs))
        const chosen = timed.find((each) => each.medianMs <= fastest * ABOUT_EQUAL)
        if (chosen === undefined) return yield* new NoTransport({ rejected: report.rejected })
        return { programs, chosen, working: timed, rejected: report.rejected }
      }),
    (bench) => Effect.promise(() => bench.close()),
  )
})

const findCandidates = (
  folders: ReadonlyArray<string>,
): {
  readonly candidates: ReadonlyArray<Candidate>
  readonly rejected: ReadonlyArray<Rejected>
} => {
  const candidates: Array<Candidate> = []
  const rejected: Array<Rejected> = []
  for (const { kind, names } of EXCHANGES) {
    if (kind === 'node') continue
    const seen = new Set<string>()
    for (const name of names) {
      const { found, refused } = findPrograms(name, folders)
      for (const file of found) {
        const real = fs.realpathSync(file)
        if (!seen.has(real)) candidates.push({ kind, path: file, real })
        seen.add(real)
      }
      for (const failure of refused)
        rejected.push({ kind, path: failure.path, reason: failure.detail })
    }
  }
  return { candidates, rejected }
}

const nodeCandidate = (node: string, rejected: Array<Rejected>): ReadonlyArray<Candidate> => {
  const trusted = trustedProgram(node)
  if (Result.isSuccess(trusted)) return [{ kind: 'node', path: node, real: trusted.success }]
  rejected.push({ kind: 'node', path: trusted.failure.path, reason: trusted.failure.detail })
  return []
}

interface Bench {
  readonly server: ProbeServer
  readonly argv: ReadonlyArray<string>
  /** Puts the candidate's hook client in place; why it cannot be made, if so. */
  readonly install: (candidate: Candidate) => string | undefined
  readonly close: () => Promise<void>
}

const openBench = (
  scratch: string,
  programs: ShellPrograms,
  realSocket: string,
): Effect.Effect<Bench, FileFailure> =>
  tried(scratch, async () => {
    const dir = makeProbeFolder(scratch)
    const server = await startProbeServer(dir).catch((error: unknown) => {
      removeProbeFolder(dir)
      throw error
    })
    const script = path.join(dir, 'client')
    const scriptFor = ({ kind, path: program }: Candidate, socket: string) =>
      hookClientScript({
        programs,
        exchange: { kind, path: program },
        socket,
        // Never written: without a marker a failure must block, and that can be told from silence.
        marker: path.join(dir, 'marker'),
        start: [programs.env],
        startEnvironment: {},
        deadlineSeconds: PROBE_DEADLINE_SECONDS,
        startSeconds: PROBE_DEADLINE_SECONDS,
      })
    return {
      server,
      argv: hookClientArgv(programs, script, PROBE_EVENT),
      install: (candidate) => {
        const real = scriptFor(candidate, realSocket)
        const probed = scriptFor(candidate, server.socket)
        if (Result.isFailure(real)) return real.failure.message
        if (Result.isFailure(probed)) return probed.failure.message
        fs.writeFileSync(script, probed.success, { mode: 0o600 })
        return undefined
      },
      close: async () => {
        await server.close()
        removeProbeFolder(dir)
      },
    }
  })

/** A full or vanished scratch folder is the user's to mend. */
const tried = <A>(scratch: string, run: () => Promise<A>): Effect.Effect<A, FileFailure> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => failureOf(scratch, 'try the hook client in it', error),
  })

const proveEach = async (
  bench: Bench,
  candidates: ReadonlyArray<Candidate>,
  report: { readonly working: Array<Candidate>; readonly rejected: Array<Rejected> },
): Promise<void> => {
  for (const candidate of candidates) {
    // What macOS's nc needs, an OpenBSD nc that already works would only wait for.
    if (report.working.some((each) => each.real === candidate.real)) continue
    const reason = bench.install(candidate) ?? (await disprove(bench))
    if (reason === undefined) report.working.push(candidate)
    else report.rejected.push({ kind: candidate.kind, path: candidate.path, reason })
  }
}

/** What the installed client gets wrong, if anything. */
const disprove = async (bench: Bench): Promise<string | undefined> => {
  for (const { payload, answer, exit, stdout, wrong } of PROOFS) {
    bench.server.answerWith(answer)
    const run = await runClient(bench.argv, payload).catch((error: unknown) => String(error))
    if (typeof run === 'string') return `cannot be run: ${run}`
    const request = concat(utf8(`ISO1 ${PROBE_EVENT}\n`), payload)
    if (run.exit !== exit || !run.stdout.equals(stdout)) return wrong
    if (!bench.server.lastRequest().equals(request)) return wrong
  }
  return undefined
}

/** Interleaved, so that a busy moment falls on all alike. */
const time = async (
  bench: Bench,
  candidates: ReadonlyArray<Candidate>,
  runs: number,
): Promise<ReadonlyArray<Transport>> => {
  const times = candidates.map((candidate) => ({ candidate, ms: new Array<number>() }))
  const payload = utf8(`{"tool_input":"${'x'.repeat(500)}"}\n`)
  bench.server.answerWith(encodeFrame({ exit: 0, stdout: '' }))
  for (let round = 0; round < runs; round++)
    for (const { candidate, ms } of times) {
      bench.install(candidate)
      ms.push((await runClient(bench.argv, payload)).ms)
    }
  return times.map(({ candidate, ms }) => ({
    kind: candidate.kind,
    path: candidate.path,
    argv: bench.argv.slice(0, 3),
    medianMs: ms.sort((a, b) => a - b)[ms.length >> 1]!,
  }))
}
