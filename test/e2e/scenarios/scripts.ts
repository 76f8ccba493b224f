// Files that a call runs: what they say decides over the call.
import * as assert from 'node:assert/strict'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
} from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

/** What the witness holds of the files that a call would have run. */
const scriptsOf = async (stage: Stage, call: string): Promise<unknown> => {
  const decisions = await stage.witnessed('--kind', 'DecisionMade')
  const found = decisions.find(({ event }) => event['toolUseId'] === call)
  assert.ok(found, `a decision on ${call} is in the witness`)
  const { observed } = found.event['receipt'] as {
    readonly observed: { readonly scripts?: unknown }
  }
  return observed.scripts
}

export const scripts: ReadonlyArray<Scenario> = [
  {
    name: 'a script of the project is denied for what it says, also as a task and through a link',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      stage.write('setup.sh', `${deniedCommand('script.txt')}\n`)
      stage.write('deep/inner.sh', `${deniedCommand('inner.txt')}\n`)
      stage.write('outer.sh', 'bash deep/../deep/inner.sh\n')
      stage.write(
        'package.json',
        JSON.stringify({ scripts: { pretask: deniedCommand('task.txt'), task: 'touch done.txt' } }),
      )
      stage.write('fine.sh', 'touch fine.txt\n', 0o755)
      const session = await stage.converse({
        turns: [
          { calls: [bash('script', 'bash setup.sh')] },
          { calls: [bash('nested', 'sh outer.sh')] },
          { calls: [bash('task', 'npm run task')] },
          { calls: [bash('fine', './fine.sh')] },
          { text: 'done' },
        ],
      })
      const because = new RegExp(DENIED_BECAUSE)
      assertBlocked(stage, session, 'script', 'script.txt', because)
      assertBlocked(stage, session, 'nested', 'inner.txt', because)
      assertBlocked(stage, session, 'task', 'task.txt', because)
      assertRan(stage, session, 'fine', 'fine.txt')
      const seen = await stage.witnessed('--kind', 'DecisionMade')
      assert.doesNotMatch(
        JSON.stringify(seen),
        /setup\.sh \| sh/,
        'no text of a script in the clear',
      )
    },
  },
  {
    name: 'a script that the agent wrote is told as its own, by whatever tool it wrote it',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const input = { file_path: `${stage.work}/written.sh`, content: 'touch written.txt\n' }
      const session = await stage.converse({
        turns: [
          { calls: [{ id: 'write', tool: 'Write', input }] },
          { calls: [bash('echo', "mkdir -p dist && echo 'touch echoed.txt' > dist/echoed.sh")] },
          { calls: [bash('run', 'bash written.sh')] },
          { calls: [bash('again', 'bash dist/echoed.sh')] },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'run', 'written.txt')
      assertRan(stage, session, 'again', 'echoed.txt')
      for (const [call, name] of [
        ['run', 'written.sh'],
        ['again', 'dist/echoed.sh'],
      ] as const)
        assert.deepEqual(await scriptsOf(stage, call), [
          { path: { project: name }, is: 'text', origin: 'written' },
        ])
    },
  },
]
