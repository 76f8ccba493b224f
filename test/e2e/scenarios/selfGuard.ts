// What would have the client run without the gate: in the running session, and in the next one.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { GapsFound } from '../../../src/domain/control/gaps.ts'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
  until,
} from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const LOCAL = '.claude/settings.local.json'
const OFF = '{"disableAllHooks":true}'
const BECAUSE = new RegExp(DENIED_BECAUSE)

/** What the build runs is read by nobody. The client needs a moment to see a file change. */
const makefile = (stage: Stage, ...lines: ReadonlyArray<string>): void =>
  stage.write(
    'Makefile',
    `all:\n${[...lines, 'sleep 3'].map((line) => `\t${line.replaceAll('$', () => '$$')}\n`).join('')}`,
  )

/** The build, then a call that the policy denies, in this session and in one after it. */
const assertStaysOn = async (stage: Stage, more: ReadonlyArray<string> = []): Promise<void> => {
  const session = await stage.converse({
    turns: [
      ...more.map((command, at) => ({ calls: [bash(`open-${at}`, command)] })),
      { calls: [bash('hidden', 'make')] },
      { calls: [bash('denied', deniedCommand('denied.txt'))] },
      { text: 'done' },
    ],
  })
  for (const at of more.keys())
    assertBlocked(stage, session, `open-${at}`, `open-${at}.txt`, /out of reach/)
  assertRan(stage, session, 'hidden', 'Makefile')
  assertBlocked(stage, session, 'denied', 'denied.txt', BECAUSE)
  const next = await stage.converse({
    turns: [{ calls: [bash('next', deniedCommand('next.txt'))] }, { text: 'done' }],
  })
  assertBlocked(stage, next, 'next', 'next.txt', BECAUSE)
}

const mended = async (stage: Stage): Promise<ReadonlyArray<unknown>> =>
  (await stage.witnessed('--kind', 'GateMended')).map(({ event }) => event['subject'])

const violated = async (stage: Stage): Promise<ReadonlyArray<unknown>> =>
  (await stage.witnessed('--kind', 'IntegrityViolated')).map(({ event }) => event['subject'])

export const selfGuard: ReadonlyArray<Scenario> = [
  {
    name: 'self-guard: hooks switched off half-way by a script stay on, and in the next session',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      stage.write(LOCAL, '{}')
      makefile(stage, `echo '${OFF}' >${LOCAL}`)
      await assertStaysOn(stage, [`echo '${OFF}' >${LOCAL}; touch open-0.txt`])
      assert.deepEqual(JSON.parse(stage.read(LOCAL)), {})
      assert.deepEqual(await mended(stage), ['disableAllHooks'])
      // By whichever saw it first: the client's own event, which is refused, or the gate's clock.
      assert.ok((await violated(stage)).includes('disableAllHooks'))
    },
  },
  {
    name: 'self-guard: our entries taken out of the user’s settings are there again, and nothing else changed',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const file = path.join(stage.home, '.claude/settings.json')
      const before = JSON.parse(fs.readFileSync(file, 'utf8')) as unknown
      makefile(stage, `echo '${JSON.stringify(stage.settings)}' >~/.claude/settings.json`)
      await assertStaysOn(stage)
      assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), before)
      assert.deepEqual(await mended(stage), ['enabledPlugins', 'extraKnownMarketplaces'])
      // The user's own command is no change to be undone.
      await stage.hook('disable')
      const without = await stage.converse({
        turns: [{ calls: [bash('without', deniedCommand('without.txt'))] }, { text: 'done' }],
      })
      assertRan(stage, without, 'without', 'without.txt')
      assert.deepEqual(without.fired, [])
    },
  },
  {
    name: 'self-guard: files that the client drops, and its list of plugins, are put back as they were',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      makefile(
        stage,
        `echo '{"x' >~/.claude/settings.json`,
        `echo '{"x' >~/.claude/plugins/known_marketplaces.json`,
      )
      await assertStaysOn(stage)
      assert.deepEqual(await mended(stage), ['unusable', 'unusable'])
    },
  },
  {
    name: 'self-guard: another script in place of the hook’s is asked nothing: ours is back before the next call',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const plugin = '~/.local/share/isonapse/plugin/isonapse'
      makefile(
        stage,
        `echo 'exit 0' >${plugin}/hook.sh`,
        `echo profile >${plugin}/mode`,
        `echo '{"hooks":{}}' >${plugin}/hooks/hooks.json`,
      )
      await assertStaysOn(stage)
      for (const one of ['script', 'marker', 'hooks.json']) {
        assert.ok((await mended(stage)).includes(one), `${one} was put back`)
        assert.ok((await violated(stage)).includes(one), `${one} is told of`)
      }
      assert.match((await stage.tryHook('doctor')).stdout, /its files are what was installed/)
    },
  },
  {
    name: 'self-guard: a session begun with --bare runs without the gate, and its calls are found afterwards',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const session = await stage.converse({
        args: ['--bare'],
        turns: [{ calls: [bash('bare', deniedCommand('bare.txt'))] }, { text: 'done' }],
      })
      assertRan(stage, session, 'bare', 'bare.txt')
      assert.deepEqual(session.fired, [])
      let found: GapsFound | undefined
      await until(
        'the session and its call are found',
        async () => {
          const ran = await stage.tryHook('witness', 'gaps', '--json')
          found = JSON.parse(ran.stdout) as GapsFound
          return found.waiting === 0 && found.gaps.length > 0
        },
        60_000,
      )
      assert.deepEqual(
        [found?.gaps.map(({ toolUseId }) => toolUseId), found?.ungated.map((one) => one.session)],
        [['bare'], [session.id]],
      )
    },
  },
]
