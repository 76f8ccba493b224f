// Changes of monitored files: agreed to beforehand by a human, told with what they replaced, taken back.
import * as assert from 'node:assert/strict'
import type { ApprovalResults } from '../../../src/domain/control/approvals.ts'
import type { QueryItem } from '../../../src/domain/control/methods.ts'
import { assertBlocked, type Scenario } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const POLICY = {
  version: 1,
  name: 'watched',
  monitored: ['project:docs/**'],
  rules: [{ id: 'all', verdict: 'permit', match: { effect: ['fs.*', 'exec', 'opaque'] } }],
  defaults: {},
}

const changes = async (stage: Stage) =>
  (
    JSON.parse(await stage.hook('integrity', 'log', '--json')) as {
      readonly changes: ReadonlyArray<QueryItem>
    }
  ).changes

export const approvals: ReadonlyArray<Scenario> = [
  {
    name: 'a monitored file is changed by the calls that a human agreed to, told, and taken back',
    play: async (stage) => {
      stage.write('watched.json', JSON.stringify(POLICY))
      stage.write('docs/a.md', 'one\n')
      // A program of the project that puts the name together only when it runs: nothing to read.
      stage.write(
        'hidden.cjs',
        `const name = [...'dm.a/scod'].reverse().join('')\nrequire('node:fs').writeFileSync(name, 'three\\n')\n`,
      )
      await stage.hook('policy', 'import', `${stage.work}/watched.json`, '--yes')
      await stage.hook('mode', 'enforce')
      const file = `${stage.work}/docs/a.md`
      const grant = (...more: ReadonlyArray<string>) =>
        stage.hook('approve', file, '--project', stage.work, '--yes', ...more)
      const own = bash('own', `${stage.cli} hook approve docs/a.md --yes; true`)
      const refused = await stage.converse({
        turns: [
          { calls: [bash('early', 'printf "two\\n" >docs/a.md')] },
          { calls: [own] },
          { text: 'done' },
        ],
      })
      assertBlocked(stage, refused, 'early', 'never', /has a human look at every change/)
      assert.equal(stage.read('docs/a.md'), 'one\n')
      const { approvals: none } = JSON.parse(
        await stage.hook('approvals', '--json'),
      ) as ApprovalResults['approval.list']
      assert.deepEqual(none, [], 'the agent approves nothing')
      await grant('--once')
      const session = await stage.converse({
        turns: [
          { calls: [bash('agreed', 'printf "two\\n" >docs/a.md')] },
          { calls: [bash('again', 'printf "four\\n" >docs/a.md')] },
          { text: 'done' },
        ],
      })
      assert.equal(stage.read('docs/a.md'), 'two\n', session.told('agreed') ?? '')
      assertBlocked(stage, session, 'again', 'never', /has a human look at every change/)
      await stage.converse({
        turns: [{ calls: [bash('hidden', 'node hidden.cjs')] }, { text: 'done' }],
      })
      assert.equal(stage.read('docs/a.md'), 'three\n')
      const told = await changes(stage)
      assert.deepEqual(
        told.map(({ event }) => [event['how'], event['toolUseId']]),
        [
          ['changed', 'agreed'],
          ['changed', 'hidden'],
        ],
      )
      for (const { index } of told.toReversed())
        await stage.hook('integrity', 'restore', String(index), '--yes')
      assert.equal(stage.read('docs/a.md'), 'one\n')
      assert.equal((await stage.witnessed('--kind', 'SelfRestored')).length, told.length)
      assert.equal((await stage.witnessed('--kind', 'ApprovalUsed')).length, 1)
    },
  },
]
