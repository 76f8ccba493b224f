// The log is closed and the next one begun, between sessions and under one that runs.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { ChainLink } from '../../../src/domain/control/chain.ts'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
  until,
} from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'
import { settled } from './gaps.ts'

interface Archived {
  readonly dir: string
  readonly origin: string
  readonly size: number
}

const archive = async (stage: Stage): Promise<Archived> =>
  (
    JSON.parse(await stage.hook('witness', 'archive', '--yes', '--tiles', '--json')) as {
      readonly archived: Archived
    }
  ).archived

/** As anyone reads them who has the folder: the entries of a log written as tiles. */
const archivedText = ({ dir }: Archived): string =>
  fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('/tile/entries'))
    .map(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name), 'latin1'))
    .join('')

const decisionsOn = async (stage: Stage, call: string): Promise<number> =>
  (await stage.witnessed('--kind', 'DecisionMade')).filter(
    ({ event }) => event['toolUseId'] === call,
  ).length

const chainOf = async (stage: Stage): Promise<ReadonlyArray<ChainLink>> =>
  ((await stage.verify()) as unknown as { readonly chain: ReadonlyArray<ChainLink> }).chain

export const archives: ReadonlyArray<Scenario> = [
  {
    name: 'a session before the log is archived is found in the old log, one after it in the new, and verify walks both',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const before = await stage.converse({
        turns: [{ calls: [bash('before', 'touch before.txt')] }, { text: 'done' }],
      })
      assertRan(stage, before, 'before', 'before.txt')
      const old = await archive(stage)
      const after = await stage.converse({
        turns: [
          { calls: [bash('after', 'touch after.txt')] },
          { calls: [bash('denied', deniedCommand('denied.txt'))] },
          { text: 'done' },
        ],
      })
      assertRan(stage, after, 'after', 'after.txt')
      assertBlocked(stage, after, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))

      const text = archivedText(old)
      assert.ok(text.includes(before.id) && text.includes('"toolUseId":"before"'))
      assert.ok(!text.includes(after.id))
      assert.deepEqual(
        [await decisionsOn(stage, 'before'), await decisionsOn(stage, 'after')],
        [0, 1],
      )
      const received = await stage.witnessed('--kind', 'HookReceived', '--session', after.id)
      assert.equal(received[0]?.event['name'], 'SessionStart')

      const chain = await chainOf(stage)
      assert.deepEqual(
        chain.map(({ origin, size, verdict, matches }) => ({ origin, size, verdict, matches })),
        [{ origin: old.origin, size: old.size, verdict: 'consistent', matches: true }],
      )
      assert.match(await stage.hook('witness', 'verify', old.dir), /an archived log/)
    },
  },
  {
    name: 'a session that runs while the log is archived goes on being gated, and the call under way is no gap',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      let old: Archived | undefined
      let underWay: Promise<unknown> = Promise.resolve()
      const session = await stage.converse({
        turns: [
          { calls: [bash('first', 'touch first.txt')] },
          {
            before: async () => {
              underWay = (async () => {
                await until('the call runs', () => stage.exists('across.txt'))
                old = await archive(stage)
                stage.write('go.txt', '')
              })()
            },
            calls: [bash('across', 'touch across.txt; until [ -e go.txt ]; do sleep 0.1; done')],
          },
          { calls: [bash('denied', deniedCommand('denied.txt'))] },
          { calls: [bash('later', 'touch later.txt')] },
          { text: 'done' },
        ],
      })
      await underWay
      assertRan(stage, session, 'across', 'across.txt')
      assertBlocked(stage, session, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))
      assertRan(stage, session, 'later', 'later.txt')

      const text = archivedText(old!)
      for (const call of ['first', 'across']) {
        assert.ok(text.includes(`"toolUseId":"${call}"`), `${call} was decided on in the old log`)
        assert.equal(await decisionsOn(stage, call), 0)
      }
      for (const call of ['denied', 'later']) assert.equal(await decisionsOn(stage, call), 1)
      const ended = await stage.witnessed('--kind', 'ToolFinished', '--session', session.id)
      assert.ok(
        ended.some(({ event }) => event['toolUseId'] === 'across'),
        'the new log has the end of the call that the old one began',
      )
      assert.deepEqual((await settled(stage)).gaps, [])
      assert.deepEqual(await stage.witnessed('--kind', 'InputSwapped'), [])
      assert.deepEqual(
        (await chainOf(stage)).map(({ verdict, matches }) => [verdict, matches]),
        [['consistent', true]],
      )
    },
  },
]
