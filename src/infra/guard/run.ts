// One guard asked once. It is the user's program and sees the payload as the client sent it; it must not
// be able to hold up the gate, to fill its memory, or to leave processes behind, whatever it does.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { type GuardSaid, guardSaid } from '../../domain/guard/answer.ts'
import type { Guard, GuardCode } from '../../domain/guard/guard.ts'
import { programState } from './program.ts'

export interface GuardAnswer extends GuardSaid {
  readonly ms: number
  /** What it wrote, cut. */
  readonly stdout: string
  readonly stderr: string
}

/** Read of each of its outputs; one that writes more is ended. Bytes. */
const MOST_OUTPUT = 65_536
/** Guards running at once, of all calls: a program that hangs keeps its place until its time is over. */
const MOST_AT_ONCE = 64
/** What a guard that ended may still have in its pipes is waited for so long. Milliseconds. */
const DRAIN_MS = 20

/** System folders only: nothing a project can put first. */
const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin'

export interface GuardRunner {
  /** `payload`: what it gets on standard input. `cwd`: the call's; `/` where that is no folder. */
  readonly run: (
    guard: Pick<Guard, 'program' | 'hash' | 'timeoutMs'>,
    payload: Uint8Array,
    cwd: string,
  ) => Promise<GuardAnswer>
}

export const makeGuardRunner = (home: string): GuardRunner => {
  let running = 0
  return {
    run: async (guard, payload, cwd) => {
      const began = performance.now()
      const since = (): number => Math.round(performance.now() - began)
      const failed = (code: GuardCode, reason = ''): GuardAnswer => ({
        verdict: 'deny',
        code,
        reason,
        ms: since(),
        stdout: '',
        stderr: '',
      })
      if (running >= MOST_AT_ONCE) return failed('busy')
      running++
      try {
        const state = await programState(guard.program)
        if ('problem' in state) return failed('missing', state.problem)
        if (state.hash !== guard.hash) return failed('changed')
        const left = Math.max(1, guard.timeoutMs - since())
        const said = await asked(guard.program, payload, await folderOr(cwd), home, left)
        return { ...said, ms: since() }
      } finally {
        running--
      }
    },
  }
}

/**
 * At assurance level `hardened`: what is the user's to change must not run as the control plane's user,
 * and may not be left out either. Whoever depends on a guard's word is refused.
 */
export const makeIdleGuardRunner = (): GuardRunner => ({
  run: () =>
    Promise.resolve({
      verdict: 'deny',
      code: 'unstarted',
      reason: 'guards are not started at assurance level hardened',
      ms: 0,
      stdout: '',
      stderr: '',
    }),
})

const folderOr = async (cwd: string): Promise<string> => {
  try {
    return (await fs.promises.stat(cwd)).isDirectory() ? cwd : '/'
  } catch {
    return '/'
  }
}

const asked = (
  program: string,
  payload: Uint8Array,
  cwd: string,
  home: string,
  timeoutMs: number,
): Promise<Omit<GuardAnswer, 'ms'>> => {
  let child: ReturnType<typeof started>
  try {
    child = started(program, cwd, home)
  } catch {
    return Promise.resolve({ ...UNSTARTED, stdout: '', stderr: '' })
  }
  return new Promise((resolve) => {
    const outputs = { stdout: new Output(), stderr: new Output() }
    let over = false
    const end = (said: (stdout: string, stderr: string) => GuardSaid): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      endGroup(child)
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
      const stdout = outputs.stdout.text()
      const stderr = outputs.stderr.text()
      resolve({ ...said(stdout, stderr), stdout, stderr })
    }
    const fails = (code: GuardCode) => (): GuardSaid => ({ verdict: 'deny', code, reason: '' })
    const ended = (status: number | null) => (stdout: string, stderr: string) =>
      guardSaid(status, stdout, stderr)
    const timer = setTimeout(() => end(fails('slow')), timeoutMs)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (piece: Buffer) => {
        if (!outputs[name].add(piece)) end(fails('output'))
      })
      child[name].on('error', () => {})
    }
    child.on('error', () => end(fails('unstarted')))
    // Not when its pipes close: a process that it left behind may hold them open for ever.
    child.on('exit', (status) => {
      endGroup(child)
      setTimeout(() => end(ended(status)), DRAIN_MS)
    })
    child.on('close', (status) => end(ended(status)))
    // A guard need not read what it is given.
    child.stdin.on('error', () => {})
    child.stdin.end(payload)
  })
}

const UNSTARTED: GuardSaid = { verdict: 'deny', code: 'unstarted', reason: '' }

const started = (program: string, cwd: string, home: string) =>
  spawn(program, [], {
    cwd,
    env: { PATH, HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own, so that what it starts ends with it.
    detached: true,
  })

/** Itself and what it started, but for what has left its process group. */
const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

class Output {
  readonly #pieces: Array<Buffer> = []
  #length = 0

  /** False once there is too much. */
  add(piece: Buffer): boolean {
    const room = MOST_OUTPUT - this.#length
    if (room > 0) this.#pieces.push(piece.subarray(0, room))
    this.#length += piece.length
    return this.#length <= MOST_OUTPUT
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8')
  }
}
