// What the model is told when a session begins and when it wrote what does not pass, and the user's own
// programs beside the policy, with the real client.
import * as assert from 'node:assert/strict'
import * as path from 'node:path'
import { assertBlocked, assertRan, type Scenario } from '../scenario.ts'
import { bash } from '../stage.ts'

const VALIDATOR = {
  id: 'conf-json',
  paths: ['project:conf/*.json'],
  kind: 'json',
  examples: { fires: '{,}', passes: '{}' },
}

const GUARD = `#!/bin/sh
case "$(cat)" in *marked*) echo "not this one"; exit 2;; esac
exit 0
`

const payload = (command: string): string =>
  JSON.stringify({ tool_name: 'Bash', tool_input: { command } })

export const checks: ReadonlyArray<Scenario> = [
  {
    name: 'a session is told the policy, and what is wrong with a file that was written, with its line',
    play: async (stage) => {
      const policy = JSON.parse(await stage.hook('policy', 'show')) as object
      stage.write('policy.json', JSON.stringify({ ...policy, validators: [VALIDATOR] }))
      await stage.hook('policy', 'import', path.join(stage.work, 'policy.json'), '--yes')
      await stage.hook('mode', 'enforce')
      const write = (id: string, content: string) => ({
        id,
        tool: 'Write',
        input: { file_path: `${stage.work}/conf/${id}.json`, content },
      })
      const session = await stage.converse({
        turns: [
          { calls: [write('bad', '{\n  "port": 80,\n}\n')] },
          { calls: [write('good', '{}\n')] },
          { text: 'done' },
        ],
      })
      const [first] = session.requests
      assert.match(JSON.stringify(first), /Isonapse gates the tool calls of this session/)
      const all = JSON.stringify(session.requests)
      assert.match(all, /conf\/bad\.json:3:1: expected a key in double quotes/)
      assert.doesNotMatch(all, /conf\/good\.json:\d/)
      assert.ok(stage.exists('conf/bad.json'), 'it blocks nothing')
      const failed = await stage.witnessed('--kind', 'ValidatorFailed')
      assert.deepEqual(
        failed.map(({ event }) => [event['id'], event['line']]),
        [['conf-json', 3]],
      )
    },
  },
  {
    name: 'a guard of the user’s denies a call that the policy permits, and the agent cannot remove it',
    play: async (stage) => {
      stage.write('guard.sh', GUARD, 0o755)
      stage.write('deny.json', payload('touch marked'))
      stage.write('allow.json', payload('ls'))
      const at = (name: string) => path.join(stage.work, name)
      await stage.hook(
        'guard',
        'add',
        at('guard.sh'),
        '--tools=Bash',
        `--deny-case=${at('deny.json')}`,
        `--allow-case=${at('allow.json')}`,
        '--yes',
      )
      await stage.hook('mode', 'enforce')
      const session = await stage.converse({
        turns: [
          { calls: [bash('denied', 'touch marked.txt')] },
          { calls: [bash('fine', 'touch fine.txt')] },
          {
            calls: [bash('removing', `${stage.cli} hook guard remove guard --yes; touch gone.txt`)],
          },
          { text: 'done' },
        ],
      })
      assertBlocked(stage, session, 'denied', 'marked.txt', /guard guard denies it: not this one/)
      assertRan(stage, session, 'fine', 'fine.txt')
      const { guards } = JSON.parse(await stage.hook('guard', 'list', '--json')) as {
        readonly guards: ReadonlyArray<{ readonly name: string; readonly problem: null }>
      }
      assert.deepEqual(
        guards.map(({ name, problem }) => [name, problem]),
        [['guard', null]],
      )
      const answers = await stage.witnessed('--kind', 'GuardAnswered')
      assert.deepEqual(
        answers.slice(0, 2).map(({ event }) => event['verdict']),
        ['deny', 'permit'],
      )
    },
  },
]
