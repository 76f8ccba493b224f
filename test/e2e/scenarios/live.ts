// Changes made from outside while a session runs, and a control plane that is down when it begins.
import * as assert from 'node:assert/strict'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
} from '../scenario.ts'
import { bash } from '../stage.ts'

export const live: ReadonlyArray<Scenario> = [
  {
    name: 'a mode switched in a live session takes effect at the next call',
    play: async (stage) => {
      await stage.hook('mode', 'profile', '--yes')
      const session = await stage.converse({
        turns: [
          { calls: [bash('watched', deniedCommand('watched.txt'))] },
          {
            before: () => stage.hook('mode', 'enforce'),
            calls: [bash('enforced', deniedCommand('enforced.txt'))],
          },
          {
            before: () => stage.hook('mode', 'profile', '--yes'),
            calls: [bash('loosened', deniedCommand('loosened.txt'))],
          },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'watched', 'watched.txt')
      assertBlocked(stage, session, 'enforced', 'enforced.txt', new RegExp(DENIED_BECAUSE))
      assertRan(stage, session, 'loosened', 'loosened.txt')
      const changes = await stage.witnessed('--kind', 'ModeChanged')
      assert.deepEqual(
        changes.slice(-2).map(({ event }) => [event['from'], event['to']]),
        [
          ['profile', 'enforce'],
          ['enforce', 'profile'],
        ],
      )
    },
  },
  {
    name: 'suspended, everything is denied in either mode, also after a restart, until resumed',
    play: async (stage) => {
      await stage.hook('mode', 'profile', '--yes')
      const session = await stage.converse({
        turns: [
          {
            before: () => stage.hook('suspend'),
            calls: [bash('suspended', 'touch suspended.txt')],
          },
          {
            before: async () => {
              await stage.hook('stop')
              await stage.hook('start')
            },
            calls: [bash('restarted', 'touch restarted.txt')],
          },
          {
            before: () => stage.hook('resume', '--yes'),
            calls: [bash('resumed', 'touch resumed.txt')],
          },
          { text: 'done' },
        ],
      })
      assertBlocked(stage, session, 'suspended', 'suspended.txt', /suspend/i)
      assertBlocked(stage, session, 'restarted', 'restarted.txt', /suspend/i)
      assertRan(stage, session, 'resumed', 'resumed.txt')
    },
  },
  {
    name: 'a session starts a control plane that is down',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hook('stop')
      const session = await stage.converse({
        turns: [
          { calls: [bash('permitted', 'touch permitted.txt')] },
          { calls: [bash('denied', deniedCommand('denied.txt'))] },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'permitted', 'permitted.txt')
      assertBlocked(stage, session, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))
      const received = await stage.witnessed('--kind', 'HookReceived', '--session', session.id)
      assert.equal(received[0]?.event['name'], 'SessionStart', 'its first event is in the witness')
      await stage.daemonPid()
    },
  },
]
