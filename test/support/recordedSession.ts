// Recorded sessions of the client as the entries that the gate writes of them, in memory: judged and
// witnessed by the real code, with nothing sealed, no store and no look at the machine.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { refOf } from '../../src/domain/action/paths.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import { utf8 } from '../../src/domain/bytes.ts'
import type { Entry } from '../../src/domain/event/envelope.ts'
import type { WitnessEvent } from '../../src/domain/event/event.ts'
import { witnessed } from '../../src/domain/event/witnessed.ts'
import { judge } from '../../src/domain/gate.ts'
import { digestOf } from '../../src/domain/hash.ts'
import { decodeClaudePayload } from '../../src/domain/hook/claudePayload.ts'
import type { HookEvent } from '../../src/domain/hook/hookEvent.ts'
import { DEFAULT_LIMITS } from '../../src/domain/hook/payloadObject.ts'
import { compilePolicy } from '../../src/domain/policy/decide.ts'
import { type Policy, policyDigest } from '../../src/domain/policy/policy.ts'
import type { Mode } from '../../src/domain/policy/verdict.ts'
import { sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { findOpenCall, openCalls } from '../../src/projections/openCalls.ts'
import { ratesAt, rates } from '../../src/projections/rates.ts'
import { template } from '../../src/templates/templates.ts'

export const HOME = '/home/dev'
export const PROJECT = '/home/dev/project'
export const DAY = 86_400_000
const START = Date.UTC(2026, 10, 2, 9)

export type RecordedName = 'web-dev' | 'data-science' | 'infra'

export interface Payload {
  readonly session_id: string
  readonly hook_event_name: string
  readonly tool_name?: string
  readonly tool_use_id?: string
  readonly [key: string]: unknown
}

const SESSIONS = path.resolve(import.meta.dirname, '../../examples/sessions')

/** The payloads of a recording, in order; `run` makes its session and call ids their own. */
export const recordedPayloads = (name: RecordedName, run = ''): ReadonlyArray<Payload> =>
  fs
    .readFileSync(path.join(SESSIONS, `${name}.hooks.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const payload = JSON.parse(
        run === '' ? line : line.replaceAll('toolu_', `toolu_${run}_`),
      ) as Payload
      return run === '' ? payload : { ...payload, session_id: `${run}-${payload.session_id}` }
    })

const read = (payload: Payload): HookEvent =>
  Result.getOrThrow(decodeClaudePayload(undefined, utf8(JSON.stringify(payload)), DEFAULT_LIMITS))
    .event

export interface Recorder {
  readonly entries: Array<Entry<WitnessEvent>>
  /** Appends what the gate writes of a payload; returns the verdict, if it was decided on. */
  readonly play: (payload: Payload, time: number) => string | undefined
  readonly add: (event: WitnessEvent, session: string | null, time: number) => void
}

/** A log of the sessions played, from entry 0. */
export const recorder = (
  policy: Policy = template('default'),
  mode: Mode = 'profile',
): Recorder => {
  const entries: Array<Entry<WitnessEvent>> = []
  const crypto = { sha256, verifyEd25519 }
  const compiled = compilePolicy(policy)
  const digest = policyDigest(policy, sha256)
  let calls = openCalls.initial()
  let counters = rates.initial()
  const add: Recorder['add'] = (event, session, time) => {
    const entry = { index: entries.length, time, session, event }
    entries.push(entry)
    calls = openCalls.step(calls, entry, crypto)
    counters = rates.step(counters, entry, crypto)
  }
  return {
    entries,
    add,
    play: (payload, time) => {
      const event = read(payload)
      const place = { home: HOME, project: PROJECT, cwd: event.cwd, gate: [`${HOME}/.isonapse`] }
      const observed = { cwd: refOf(event.cwd, place), links: [] }
      const inForce = {
        policy: compiled,
        policyDigest: digest,
        mode,
        posture: null,
        suspended: false,
        ...(compiled.rated.length === 0 ? {} : { rates: ratesAt(counters, compiled.rated, time) }),
      }
      const judgeAs = (one: HookEvent) => judge(one, place, observed, inForce, 'test', sha256)
      const judged = judgeAs(event)
      const drafts = witnessed({
        event,
        payload: () => ({ sealed: { key: '-', nonce: '', bytes: 0 }, chunks: [] }),
        cwd: observed.cwd,
        ...(judged === undefined ? {} : { judged }),
        tagOf: (call) => digestOf(sha256, utf8(canonicalJson([call.name, call.input]))),
        decidedOn: (useId) => findOpenCall(calls, event.session, useId),
        judgeRan: () => ({
          judged: judgeAs({ ...event, kind: 'tool.before' } as HookEvent)!,
          observed,
        }),
      })
      for (const draft of drafts) add(draft.event, draft.session, time)
      return judged?.decision.verdict
    },
  }
}

/** All three recordings on each of so many days, a day apart. */
export const playDays = (
  to: Recorder,
  days: number,
  names: ReadonlyArray<RecordedName> = ['web-dev', 'data-science', 'infra'],
  from = 0,
): void => {
  for (let day = from; day < from + days; day++)
    for (const [at, name] of names.entries())
      for (const [i, payload] of recordedPayloads(name, `d${day}`).entries())
        to.play(payload, START + day * DAY + at * 3_600_000 + i * 1000)
}
