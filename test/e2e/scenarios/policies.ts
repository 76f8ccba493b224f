// Which policy is in force, and who may say so.
import * as assert from 'node:assert/strict'
import { assertBlocked, assertRan, type Scenario } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const inForce = async (stage: Stage): Promise<unknown> => {
  const { inForce } = JSON.parse(await stage.hook('policy', 'list', '--json')) as {
    readonly inForce: { readonly name: unknown }
  }
  return inForce.name
}

/** A program of the project that puts the command together only when it runs: nothing to read. */
const runner = (stage: Stage, words: ReadonlyArray<string>, out: string): string =>
  `const { spawnSync } = require('node:child_process')
const parts = ${JSON.stringify([...stage.cli.split(' '), 'hook', ...words].map((word) => [...word].toReversed().join('')))}
const [program, ...args] = parts.map((part) => [...part].reverse().join(''))
const ran = spawnSync(program, args, { encoding: 'utf8' })
require('node:fs').writeFileSync('${out}', ran.status + ' ' + ran.stderr)
`

export const policies: ReadonlyArray<Scenario> = [
  {
    name: 'a template that is applied holds from the next call on, and is in the witness',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const before = await stage.converse({
        turns: [{ calls: [bash('before', 'touch before.txt')] }, { text: 'done' }],
      })
      assertRan(stage, before, 'before', 'before.txt')
      await stage.hook('policy', 'apply', 'security-audit', 'hardened', '--yes')
      assert.equal(await inForce(stage), 'security-audit+hardened')
      const after = await stage.converse({
        turns: [
          { calls: [bash('after', 'touch after.txt')] },
          { calls: [bash('reading', 'cat before.txt && ls')] },
          { text: 'done' },
        ],
      })
      assertBlocked(stage, after, 'after', 'after.txt', /an audit changes nothing/)
      assert.match(after.told('reading') ?? '', /before\.txt/)
      const applied = await stage.witnessed('--kind', 'PolicyApplied')
      assert.equal(applied.length, 2, 'the policy of the set-up, and the one that was applied')
    },
  },
  {
    name: 'the agent cannot apply or import a policy: not by a command, not from code of the project',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const name = await inForce(stage)
      const { defaults } = JSON.parse(await stage.hook('policy', 'show')) as {
        readonly defaults: Readonly<Record<string, string>>
      }
      const open = {
        version: 1,
        name: 'open',
        unknown_tool: 'permit',
        rules: [],
        defaults: Object.fromEntries(Object.keys(defaults).map((kind) => [kind, 'permit'])),
      }
      stage.write('dist/made.txt', '')
      stage.write('open.json', JSON.stringify(open))
      stage.write(
        'apply.cjs',
        runner(stage, ['policy', 'apply', 'data-science', '--yes'], 'dist/a.txt'),
      )
      stage.write(
        'import.cjs',
        runner(stage, ['policy', 'import', 'open.json', '--yes'], 'dist/i.txt'),
      )
      stage.write(
        'package.json',
        JSON.stringify({ scripts: { apply: 'node apply.cjs', import: 'node import.cjs' } }),
      )
      const command = `${stage.cli} hook policy apply data-science --yes; touch open.txt`
      const session = await stage.converse({
        turns: [
          { calls: [bash('open', command)] },
          { calls: [bash('apply', 'npm run apply')] },
          { calls: [bash('import', 'npm run import')] },
          { text: 'done' },
        ],
      })
      assertBlocked(stage, session, 'open', 'open.txt', /out of reach/)
      assertRan(stage, session, 'apply', 'dist/a.txt')
      assertRan(stage, session, 'import', 'dist/i.txt')
      assert.match(stage.read('dist/a.txt'), /^2 .*inside/s)
      assert.match(stage.read('dist/i.txt'), /^2 .*inside/s)
      assert.equal(await inForce(stage), name)
    },
  },
]
