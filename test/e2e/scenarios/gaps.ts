// Calls that slip past the gate in the real client, found in its own transcripts; and none where all is
// well.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Check } from '../../../src/domain/control/doctor.ts'
import type { GapsFound } from '../../../src/domain/control/gaps.ts'
import {
  assertRan,
  DENIED_BECAUSE,
  assertBlocked,
  deniedCommand,
  type Scenario,
  until,
} from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const call = (name: string) => bash(name, `touch ${name}.txt`)

const gapsOf = async (stage: Stage, ...args: ReadonlyArray<string>): Promise<GapsFound> =>
  JSON.parse((await stage.tryHook('witness', 'gaps', '--json', ...args)).stdout) as GapsFound

/** When nothing is too young to be judged any more. */
export const settled = async (stage: Stage): Promise<GapsFound> => {
  let found = await gapsOf(stage)
  await until(
    'all calls are old enough to be judged',
    async () => {
      found = await gapsOf(stage)
      return found.waiting === 0
    },
    40_000,
  )
  return found
}

const idsOf = ({ gaps }: GapsFound): ReadonlyArray<string> =>
  gaps.map(({ toolUseId }) => toolUseId).sort()

const subagent = {
  description: 'a subagent',
  prompt: 'SUBAGENT: look at the notes',
  subagent_type: 'general-purpose',
  run_in_background: false,
}

const SETTINGS = '.claude/settings.local.json'

export const gaps: ReadonlyArray<Scenario> = [
  {
    name: 'hooks switched off half-way: every call from then on is a gap, a subagent’s too, and none before',
    play: async (stage) => {
      const session = await stage.converse({
        turns: [
          { calls: [call('seen-1')] },
          { calls: [call('seen-2'), call('seen-3')] },
          {
            // Behind the gate's back, as an editor would.
            before: async () => {
              stage.write(SETTINGS, JSON.stringify({ disableAllHooks: true }))
              await new Promise((resolve) => setTimeout(resolve, 2000))
            },
            calls: [call('gap-1')],
          },
          {
            calls: [
              call('gap-2'),
              {
                id: 'gap-3',
                tool: 'Read',
                input: { file_path: path.join(stage.work, 'gap-1.txt') },
              },
            ],
          },
          { calls: [{ id: 'gap-agent', tool: 'Agent', input: subagent }] },
          // Refused before they run: no gaps.
          {
            calls: [
              { id: 'refused-1', tool: 'Nothing', input: {} },
              { id: 'refused-2', tool: 'Read', input: { path: 1 } },
              {
                id: 'refused-3',
                tool: 'WebFetch',
                input: { url: 'http://127.0.0.1:9/', prompt: 'x' },
              },
            ],
          },
          { calls: [bash('gap-4', 'exit 3')] },
          { text: 'done' },
        ],
        threads: [
          { startsWith: 'SUBAGENT', turns: [{ calls: [call('gap-inside')] }, { text: 'looked' }] },
        ],
      })
      for (const id of ['seen-1', 'gap-1', 'gap-2', 'gap-inside'])
        assertRan(stage, session, id, `${id}.txt`)
      const found = await settled(stage)
      assert.deepEqual(idsOf(found), [
        'gap-1',
        'gap-2',
        'gap-3',
        'gap-4',
        'gap-agent',
        'gap-inside',
      ])
      assert.equal(found.ungated.length, 0)
      assert.equal(found.gaps.find(({ toolUseId }) => toolUseId === 'gap-3')?.tool, 'Read')
      assert.ok(found.gaps.find(({ toolUseId }) => toolUseId === 'gap-inside')?.agent)
      // Asked again, and over all: the same, once.
      assert.deepEqual(idsOf(await gapsOf(stage, '--all')), idsOf(found))
      assert.equal((await stage.witnessed('--kind', 'GapFound')).length, 6)
      assert.match(await stage.hook('report'), /6 calls ran unseen/)
      assert.match(
        (await stage.tryHook('status')).stdout,
        /6 calls ran that the gate never decided on/,
      )
    },
  },
  {
    name: 'a run with hooks has no gap: denied, refused, failed, subagent, resumed, forked, restarted',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      stage.write('notes.txt', 'notes\n')
      const notes = path.join(stage.work, 'notes.txt')
      const session = await stage.converse({
        turns: [
          { calls: [call('one'), call('two')] },
          { calls: [bash('denied', deniedCommand('denied.txt'))] },
          {
            calls: [
              { id: 'unknown', tool: 'Nothing', input: {} },
              { id: 'invalid', tool: 'Read', input: { path: 1 } },
              { id: 'fetch', tool: 'WebFetch', input: { url: 'http://127.0.0.1:9/', prompt: 'x' } },
              { id: 'missing', tool: 'Read', input: { file_path: path.join(stage.work, 'none') } },
            ],
          },
          {
            calls: [
              bash('fails', 'exit 3'),
              { id: 'read', tool: 'Read', input: { file_path: notes } },
            ],
          },
          {
            calls: [
              {
                id: 'edit',
                tool: 'Edit',
                input: { file_path: notes, old_string: 'notes', new_string: 'more' },
              },
            ],
          },
          {
            calls: [
              {
                id: 'search',
                tool: 'ToolSearch',
                input: { query: 'select:TaskCreate', max_results: 1 },
              },
            ],
          },
          {
            calls: [{ id: 'task', tool: 'TaskCreate', input: { subject: 'a', description: 'b' } }],
          },
          { calls: [{ id: 'agent', tool: 'Agent', input: subagent }] },
          { text: 'done' },
        ],
        threads: [
          { startsWith: 'SUBAGENT', turns: [{ calls: [call('inside')] }, { text: 'looked' }] },
        ],
      })
      assertBlocked(stage, session, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))
      await stage.converse({
        args: ['--resume', session.id],
        turns: [{ calls: [call('resumed')] }, { text: 'done' }],
      })
      await stage.converse({
        args: ['--resume', session.id, '--fork-session'],
        turns: [{ calls: [call('forked')] }, { text: 'done' }],
      })
      // What was compared is in the log: it goes on from there.
      await stage.hook('stop')
      await stage.hook('start')
      const found = await settled(stage)
      assert.deepEqual(idsOf(found), [])
      assert.deepEqual(found.ungated, [])
      assert.ok(found.transcripts >= 2)
      const compared = await stage.witnessed('--kind', 'TranscriptCompared')
      const calls = compared.reduce((sum, { event }) => sum + Number(event['calls']), 0)
      assert.ok(calls >= 9, `${calls} calls were compared`)
    },
  },
  {
    name: 'a session without hooks is noticed while nobody asks, and told once',
    play: async (stage) => {
      await stage.hook('disable')
      const session = await stage.converse({
        turns: [{ calls: [call('bare-1')] }, { text: 'done' }],
      })
      assertRan(stage, session, 'bare-1', 'bare-1.txt')
      await until(
        'the session is noticed',
        async () => (await stage.witnessed('--kind', 'SessionUngated')).length > 0,
        60_000,
      )
      await until(
        'its call is noticed',
        async () => (await stage.witnessed('--kind', 'GapFound')).length > 0,
      )
      assert.match((await stage.tryHook('status')).stdout, /1 session ran without the gate/)
      const found = await gapsOf(stage)
      assert.deepEqual(
        [idsOf(found), found.ungated.map((one) => one.session)],
        [['bare-1'], [session.id]],
      )
    },
  },
  {
    name: 'the doctor finds nothing after hook up, and each thing that is broken, with what mends it',
    play: async (stage) => {
      const examined = async (): Promise<ReadonlyArray<Check>> =>
        (
          JSON.parse((await stage.tryHook('doctor', '--json')).stdout) as {
            readonly checks: ReadonlyArray<Check>
          }
        ).checks
      const wrong = async () =>
        (await examined())
          .filter(({ state }) => state !== 'ok')
          .map(({ check, state }) => `${check} ${state}`)
      const well = async (): Promise<void> => {
        assert.deepEqual(await wrong(), [])
        assert.match(await stage.hook('doctor'), /All is well/)
      }
      const before = await stage.witnessed('--kind', 'HookReceived')
      await well()
      await stage.hook('mode', 'enforce')
      await stage.converse({ turns: [{ calls: [call('one')] }, { text: 'done' }] })
      await well()
      assert.equal((await stage.witnessed('--kind', 'CanaryAnswered')).length, 4)
      assert.equal(before.length, 0, 'a canary is no hook event')
      assert.doesNotMatch(await stage.hook('report'), /2 sessions/)

      const settings = path.join(stage.home, '.claude/settings.json')
      const text = fs.readFileSync(settings, 'utf8')
      const value = JSON.parse(text) as Record<string, unknown>
      const broken = async (
        change: () => unknown,
        expected: ReadonlyArray<string>,
        mend: () => unknown,
      ) => {
        await change()
        const found = await wrong()
        for (const one of expected) assert.ok(found.includes(one), `${one} in ${found.join(', ')}`)
        assert.equal((await stage.tryHook('doctor')).status, 1)
        await mend()
        await well()
      }
      const put = (more: object) => () =>
        fs.writeFileSync(settings, JSON.stringify({ ...value, ...more }))
      const back = () => fs.writeFileSync(settings, text)
      await broken(put({ disableAllHooks: true }), ['hooks on bad', 'registered bad'], back)
      await broken(put({ permissions: 5 }), ['settings bad', 'registered bad'], back)
      await broken(put({ enabledPlugins: {} }), ['registered bad'], back)
      const data = path.join(stage.home, '.local/share/isonapse')
      const foreign = path.join(data, 'plugin/isonapse/extra')
      await broken(
        () => fs.writeFileSync(foreign, 'x'),
        ['plugin bad', 'canary warn'],
        () => fs.rmSync(foreign),
      )
      await broken(
        () => fs.chmodSync(path.join(data, 'keys'), 0o755),
        ['folders bad'],
        () => fs.chmodSync(path.join(data, 'keys'), 0o700),
      )
      await broken(
        () => fs.rmSync(stage.hookSocket),
        ['sockets bad', 'canary bad'],
        async () => {
          await stage.hook('stop')
          await stage.hook('start')
        },
      )
      await broken(
        () => stage.hook('stop'),
        ['control plane bad', 'canary warn'],
        () => stage.hook('start'),
      )
    },
  },
]
