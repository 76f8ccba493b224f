// Made-up histories of calls as the log holds them, for laws of the profile and of what it suggests.
import * as fc from 'fast-check'
import type { Action } from '../../../src/domain/action/action.ts'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import {
  DecisionMade,
  InjectionDetected,
  ToolFinished,
  type WitnessEvent,
} from '../../../src/domain/event/event.ts'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { type CompiledPolicy, decide } from '../../../src/domain/policy/decide.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'
import type { Profile } from '../../../src/domain/profile/profile.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { USUAL } from '../../../src/domain/suggest/alone.ts'
import { sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { profile } from '../../../src/projections/profile.ts'
import { action } from '../policy/generators.ts'

export interface Call {
  readonly action: Action
  readonly session: number
  readonly day: number
  readonly outcome: 'finished' | 'failed' | 'unfinished' | null
}

export const outcome = fc.constantFrom<Call['outcome']>(
  'finished',
  'finished',
  'finished',
  'failed',
  'unfinished',
  null,
)

export const call: fc.Arbitrary<Call> = fc.record({
  action,
  session: fc.integer({ min: 0, max: 3 }),
  day: fc.integer({ min: 0, max: 3 }),
  outcome,
})

const COMMANDS = [
  'sed -i s/a/b/ src/a.ts',
  'sed -i -e s/a/b/ src/b.ts src/c.ts src/d.ts',
  'echo x > notes/today.md',
  'rm src/old.ts',
  'rm -rf src/gen',
  'git add -A && git commit -m x',
  'git push origin topic',
  'git push --force origin main',
  'git reset --hard HEAD~1',
  'curl -s https://api.example.com/v1 -o data.json',
  'curl -s https://a.docs.example.org https://b.docs.example.org https://c.example.org',
  'npm test',
  'npm install left-pad',
  "python3 -c \"open('out/a.txt', 'w').write('x')\"",
  'cat ~/notes/todo.md',
  'cat .env',
  'mytool --fast src',
  'kubectl delete namespace production',
  // More of a root, of a host's kind and of everything than is kept by name.
  `touch ${Array.from({ length: 11 }, (_, i) => `f${i}.txt`).join(' ')}`,
  `cat ${Array.from({ length: 30 }, (_, i) => `/srv/d${i}/e/f/g`).join(' ')}`,
  `curl -s ${Array.from({ length: 30 }, (_, i) => `https://h${i}.example${i}.com`).join(' ')}`,
  "touch 'a*b' '?' src/x.log src/y",
  'curl -s "$URL"',
  // Places of other zones in one folder.
  'touch notes/a notes/b notes/c',
  'touch notes/.env',
  'make',
]

/** What real calls would do, and what nobody would think of. */
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...COMMANDS).map(exampleAction) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      exampleAction({ tool: 'mcp__crm__lookup', input: { id: 1 } }),
      exampleAction({ tool: 'Write', input: { file_path: '/home/dev/notes/a.md', content: 'x' } }),
      exampleAction({ tool: 'WebFetch', input: { url: 'https://docs.example.com', prompt: 'x' } }),
      exampleAction({ tool: 'Agent', input: { subagent_type: 'Explore', prompt: 'x' } }),
    ),
  },
  { weight: 2, arbitrary: action },
)

const origin = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  'written' as const,
  'downloaded' as const,
)

/** Now and then done by code that the agent wrote or fetched in the session. */
const done: fc.Arbitrary<Action> = fc
  .tuple(anyAction, origin)
  .map(([action, by]) =>
    by === undefined
      ? action
      : { ...action, effects: action.effects.map((effect) => ({ ...effect, origin: by })) },
  )

/** Calls that come again and again, as habits do. */
export const history: fc.Arbitrary<ReadonlyArray<Call>> = fc
  .tuple(
    fc.array(done, { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), call), { minLength: 1, maxLength: 24 }),
  )
  .map(([actions, calls]) =>
    calls.map(([at, one]) => ({ ...one, action: actions[at % actions.length]! })),
  )

const DAY = 86_400_000
const ZERO = '0'.repeat(64) as Digest

export interface Log {
  readonly entries: Array<Entry<WitnessEvent>>
  readonly play: (calls: ReadonlyArray<Call>, run?: number) => void
  readonly hit: (session: number, run?: number) => void
}

/** A log of calls decided on by this policy; each `run` has sessions and days of its own. */
export const logOf = (policy: CompiledPolicy): Log => {
  const entries: Array<Entry<WitnessEvent>> = []
  const add = (event: WitnessEvent, session: string, time: number) =>
    entries.push({ index: entries.length, time, session, event })
  let used = 0
  return {
    entries,
    play: (calls, run = 0) => {
      for (const { action: one, session, day, outcome: ended } of calls) {
        const time = 1_790_000_000_000 + (run * 10 + day) * DAY + used * 1000
        const id = `r${run}s${session}`
        const toolUseId = `call${used++}`
        const { verdict, rules } = decide(one, policy, USUAL)
        add(decision(one, verdict, rules, toolUseId), id, time)
        if (ended !== null)
          add(new ToolFinished({ tool: one.tool, toolUseId, outcome: ended }), id, time + 1)
      }
    },
    hit: (session, run = 0) =>
      void add(
        new InjectionDetected({
          seenIn: 'PostToolUse',
          detector: 'override',
          score: 0.9,
          tier: 'rules',
        }),
        `r${run}s${session}`,
        1_790_000_000_000,
      ),
  }
}

/** Its receipt is not checked: an action of the generators is none that analysis gives. */
const decision = (
  one: Action,
  verdict: Verdict,
  rules: ReadonlyArray<string>,
  toolUseId: string,
): DecisionMade =>
  Object.assign(Object.create(DecisionMade.prototype) as DecisionMade, {
    _tag: 'DecisionMade' as const,
    toolUseId,
    verdict,
    enforced: false,
    receiptDigest: ZERO,
    receipt: {
      v: 1 as const,
      engine: 'test',
      event: 'PreToolUse',
      action: one,
      observed: { cwd: { project: '' }, links: [] },
      policy: ZERO,
      mode: 'profile' as const,
      posture: 'interactive' as const,
      state: { suspended: false },
      verdict,
      rules,
    },
  })

export const profileOf = (entries: ReadonlyArray<Entry>): Profile =>
  entries.reduce(
    (state, entry) => profile.step(state, entry, { sha256, verifyEd25519 }),
    profile.initial(),
  )
