// What the witness holds of a session, compared with what the client itself says it did.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { SUBSCRIBED_EVENTS } from '../../../src/domain/hook/claudeEvents.ts'
import { acceptProject, assertRan, deniedCommand, type Scenario, until } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

/** Names of the hook events of a session, in the order of the log. */
const received = async (stage: Stage, session: string): Promise<ReadonlyArray<unknown>> =>
  (await stage.witnessed('--kind', 'HookReceived', '--session', session)).map(
    ({ event }) => event['name'],
  )

/** What such a session makes the client fire, some of it more than once. */
const EXPECTED = [
  'SessionStart',
  'InstructionsLoaded',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'SubagentStart',
  'SubagentStop',
  'CwdChanged',
  'Stop',
  'SessionEnd',
]

/** Another hook on every event that the gate is on: it writes down the events' names. */
const listener = (log: string): string => {
  const command = `/bin/sed -n 's/.*"hook_event_name":"\\([A-Za-z]*\\)".*/\\1/p' >>'${log}'`
  const hooks = SUBSCRIBED_EVENTS.map((event) => [
    event,
    [{ hooks: [{ type: 'command', command }] }],
  ])
  return JSON.stringify({ hooks: Object.fromEntries(hooks) })
}

const sorted = (names: ReadonlyArray<unknown>): ReadonlyArray<unknown> => [...names].sort()

export const record: ReadonlyArray<Scenario> = [
  {
    name: 'every hook event that the client fired is in the witness, in order',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const log = path.join(stage.work, 'heard.txt')
      stage.write('CLAUDE.md', 'Notes.\n')
      stage.write('sub/CLAUDE.md', 'More notes.\n')
      stage.write('sub/notes.txt', 'one\n')
      stage.write('.claude/settings.json', listener(log))
      await acceptProject(stage)
      const file = (name: string): string => path.join(stage.work, name)
      const subagent = {
        description: 'a subagent',
        prompt: 'SUBAGENT: look at the notes',
        subagent_type: 'general-purpose',
        run_in_background: false,
      }
      const session = await stage.converse({
        turns: [
          { calls: [bash('works', 'cat sub/notes.txt')] },
          { calls: [bash('fails', 'ls no-such-file')] },
          { calls: [{ id: 'reads', tool: 'Read', input: { file_path: file('sub/notes.txt') } }] },
          {
            calls: [
              {
                id: 'writes',
                tool: 'Write',
                input: { file_path: file('new.txt'), content: 'new' },
              },
            ],
          },
          { calls: [bash('denied', deniedCommand('denied.txt'))] },
          { calls: [{ id: 'delegates', tool: 'Agent', input: subagent }] },
          { calls: [bash('moves', 'cd sub; sleep 1')] },
          { text: 'done' },
        ],
        threads: [
          {
            startsWith: 'SUBAGENT',
            turns: [{ calls: [bash('inner', 'touch inner.txt')] }, { text: 'looked' }],
          },
        ],
      })
      const inWitness = await received(stage, session.id)
      const all = fs.readFileSync(log, 'utf8').trim().split('\n')
      for (const event of EXPECTED) assert.ok(all.includes(event), `the client fired ${event}`)
      // The client reads the project's instructions before it has loaded its plugins (2.1.329): what
      // it fires before the session's start reaches the hooks of settings alone.
      const heard = all.slice(all.indexOf('SessionStart'))
      assert.deepEqual(
        sorted(inWitness),
        sorted(heard),
        'the witness holds what another hook heard',
      )
      // The client's own account leaves some kinds of events out; of the others it gives the order.
      const started = session.fired.map(({ event }) => event)
      const streamed = started.filter((_, i) => i % 2 === 0)
      assert.deepEqual(
        started,
        streamed.flatMap((event) => [event, event]),
        'the gate and the listener are run side by side',
      )
      const kinds = new Set<unknown>(streamed)
      assert.deepEqual(
        inWitness.filter((name) => kinds.has(name)),
        streamed,
      )
      const decisions = await stage.witnessed('--kind', 'DecisionMade', '--session', session.id)
      for (const call of [
        'works',
        'fails',
        'reads',
        'writes',
        'denied',
        'delegates',
        'inner',
        'moves',
      ])
        assert.equal(
          decisions.filter(({ event }) => event['toolUseId'] === call).length,
          1,
          `there is one decision on ${call}`,
        )
    },
  },
  {
    name: 'calls made at once are each decided on, and each is told its own answer',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const calls = Array.from({ length: 6 }, (_, i) =>
        i % 2 === 0
          ? bash(`good-${i}`, `touch ${i}.txt`)
          : bash(`bad-${i}`, deniedCommand(`${i}.txt`)),
      )
      const session = await stage.converse({ turns: [{ calls }, { text: 'done' }] })
      const decisions = await stage.witnessed('--kind', 'DecisionMade', '--session', session.id)
      calls.forEach(({ id }, i) => {
        const mine = decisions.filter(({ event }) => event['toolUseId'] === id)
        assert.deepEqual(
          mine.map(({ event }) => event['verdict']),
          [i % 2 === 0 ? 'permit' : 'deny'],
        )
        assert.equal(stage.exists(`${i}.txt`), i % 2 === 0, session.told(id))
      })
    },
  },
  {
    name: 'a call that ran while the control plane was down is found as a gap',
    play: async (stage) => {
      await stage.hook('mode', 'profile', '--yes')
      const session = await stage.converse({
        turns: [
          {
            before: async () => {
              process.kill(await stage.daemonPid(), 'SIGKILL')
              void restartDuring(stage)
            },
            calls: [bash('unseen', 'touch unseen.txt; until [ -e go.txt ]; do sleep 0.1; done')],
          },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'unseen', 'unseen.txt')
      const gaps = await stage.witnessed('--kind', 'GapFound', '--session', session.id)
      assert.deepEqual(
        gaps.map(({ event }) => event['toolUseId']),
        ['unseen'],
      )
    },
  },
  {
    name: 'the log of a session is exported, and every byte of a proof from it holds elsewhere',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.converse({ turns: [{ calls: [bash('call', 'touch a.txt')] }, { text: 'done' }] })
      const before = await stage.hook('witness', 'checkpoint')
      stage.write('before.txt', before)
      await stage.hook('witness', 'export', `${stage.home}/log`)
      await stage.hook(
        'witness',
        'verify',
        `${stage.home}/log`,
        '--against',
        `${stage.work}/before.txt`,
      )
      const [decision] = await stage.witnessed('--kind', 'DecisionMade', '--limit', '1')
      await stage.hook(
        'witness',
        'prove',
        String(decision!.index),
        '--out',
        `${stage.home}/call.proof`,
      )
      await stage.hook('witness', 'verify', `${stage.home}/call.proof`)
    },
  },
]

/** Once the call runs: starts the control plane again, then lets the call end. */
const restartDuring = async (stage: Stage): Promise<void> => {
  await until('the call runs', () => stage.exists('unseen.txt'))
  await stage.hook('start')
  stage.write('go.txt', '')
}
