// Some sessions in profile mode, a suggestion applied, and the same work under it.
import * as assert from 'node:assert/strict'
import type { Suggested } from '../../../src/domain/control/learning.ts'
import type { Turn } from '../api.ts'
import { assertBlocked, assertRan, type Scenario } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const EASY = ['--min-sessions', '2', '--min-days', '1']

const edit = (folder: string, mark: string): string =>
  `sed -i s/a/b/ ${folder}/a.txt && touch dist/${mark}`

const PUSH = { calls: [bash('push', 'git push --force origin main; touch dist/pushed')] }

const work = async (stage: Stage, mark: string, ...more: ReadonlyArray<Turn>) =>
  stage.converse({
    turns: [{ calls: [bash('edit', edit('src', mark))] }, ...more, { text: 'done' }],
  })

export const learning: ReadonlyArray<Scenario> = [
  {
    name: 'what was done in profile sessions is permitted once it was suggested and applied, and no more',
    play: async (stage) => {
      for (const name of ['src/a.txt', 'lib/a.txt', 'dist/made.txt']) stage.write(name, 'a')
      for (const mark of ['one', 'two'])
        assertRan(stage, await work(stage, mark), 'edit', `dist/${mark}`)
      const { learned } = JSON.parse(await stage.hook('suggest', ...EASY, '--json')) as Suggested
      const rule = learned.find(({ id }) => id.startsWith('learned.fs.write.bash.sed'))
      assert.deepEqual(rule?.match.path, ['project:src/a.txt'])
      assert.equal(rule?.evidence?.sessions, 2)

      const inside = await stage.converse({
        turns: [
          { calls: [bash('apply', `${stage.cli} hook apply ${EASY.join(' ')} --yes`)] },
          { text: 'done' },
        ],
      })
      assert.match(inside.told('apply') ?? '', /inside Claude Code|out of reach/)
      const { mode } = JSON.parse(await stage.hook('status', '--json')) as { readonly mode: string }
      assert.equal(mode, 'profile')

      await stage.hook('apply', ...EASY, '--yes')
      const after = await work(stage, 'three', PUSH)
      assertRan(stage, after, 'edit', 'dist/three')
      // Nobody did it while the work was watched, so it is denied and not only asked about.
      assertBlocked(stage, after, 'push', 'dist/pushed', /published history is not rewritten/)
      const beside = await stage.converse({
        turns: [{ calls: [bash('beside', edit('lib', 'beside'))] }, { text: 'done' }],
      })
      assertBlocked(stage, beside, 'beside', 'dist/beside', /fs\.write|writes/)
      await stage.hook('policy', 'rollback', '--yes')
      const back = await work(stage, 'four')
      assertBlocked(stage, back, 'edit', 'dist/four', /fs\.write|writes/)
    },
  },
]
