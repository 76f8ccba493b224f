// The plugin in the client: its commands, and what putting it away and back leaves.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { textOf } from '../api.ts'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
} from '../scenario.ts'
import type { Session } from '../session.ts'
import { bash, type Stage } from '../stage.ts'

/** Everything that was said to the model. */
const said = ({ requests }: Session): string =>
  requests.flatMap(({ messages }) => messages.map(({ content }) => textOf(content))).join('\n')

const denied = async (stage: Stage, id: string): Promise<Session> =>
  stage.converse({ turns: [{ calls: [bash(id, deniedCommand(`${id}.txt`))] }, { text: 'done' }] })

export const wiring: ReadonlyArray<Scenario> = [
  {
    name: 'the slash command tells the model the state of the gate',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const session = await stage.converse({
        prompt: '/isonapse:status',
        turns: [{ text: 'it runs' }],
      })
      assert.match(said(session), /gate\s+running[^]*mode\s+enforce/)
      const received = await stage.witnessed('--kind', 'HookReceived', '--session', session.id)
      assert.ok(received.some(({ event }) => event['name'] === 'UserPromptExpansion'))
    },
  },
  {
    name: 'disabled the client runs without hooks, enabled it is gated again, by the same log',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hook('disable')
      const without = await denied(stage, 'without')
      assertRan(stage, without, 'without', 'without.txt')
      assert.deepEqual(without.fired, [])
      await stage.hook('enable')
      const again = await denied(stage, 'again')
      assertBlocked(stage, again, 'again', 'again.txt', new RegExp(DENIED_BECAUSE))
    },
  },
  {
    name: 'uninstalled nothing of it is left, and the settings of the client are what they were',
    leavesNoLog: true,
    play: async (stage) => {
      const settings = path.join(stage.home, '.claude/settings.json')
      await stage.hook('uninstall', '--yes')
      const session = await denied(stage, 'after')
      assertRan(stage, session, 'after', 'after.txt')
      assert.deepEqual(session.fired, [])
      assert.deepEqual(JSON.parse(fs.readFileSync(settings, 'utf8')), stage.settings)
      for (const left of ['.local/share/isonapse', '.config/isonapse'])
        assert.ok(!fs.existsSync(path.join(stage.home, left)), `${left} is gone`)
    },
  },
]
