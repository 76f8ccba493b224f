// Assurance level `hardened`: what switches hooks off at the other levels does not at this one.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  acceptProject,
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
} from '../scenario.ts'
import { USER } from '../machine.ts'
import type { Session } from '../session.ts'
import { bash, type Stage } from '../stage.ts'

const LOADERS = ['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH']

const denied = (stage: Stage, id: string, ...args: ReadonlyArray<string>) =>
  stage.converse({
    turns: [{ calls: [bash(id, deniedCommand(`${id}.txt`))] }, { text: 'done' }],
    args,
  })

/** The linker's own words about a library that it was told to load and that is none. */
const loaded = ({ fired }: Session): boolean => fired.some(({ stderr }) => /ld\.so/.test(stderr))

const levelOf = async (stage: Stage): Promise<unknown> =>
  (JSON.parse(await stage.hook('status', '--json')) as { readonly level: unknown }).level

export const hardened: ReadonlyArray<Scenario> = [
  {
    name: 'hardened by root the gate stays on with --bare and disableAllHooks, and no other hook runs',
    needsRoot: true,
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      // Else this would show nothing.
      const open = await denied(stage, 'open', '--bare')
      assertRan(stage, open, 'open', 'open.txt')

      // Loaded into env, the first program of a hook, a library could answer in its place.
      const env = Object.fromEntries(LOADERS.map((name) => [name, `${stage.work}/${name}.so`]))
      stage.write('.claude/settings.json', JSON.stringify({ env }))
      await acceptProject(stage)
      assert.ok(loaded(await denied(stage, 'given')), 'at the other levels it is given one')

      await stage.asRoot('harden', '--for', USER, '--yes')
      assert.equal(await levelOf(stage), 'hardened')
      const ways: Readonly<Record<string, ReadonlyArray<string>>> = {
        bare: ['--bare'],
        settings: ['--settings', '{"disableAllHooks":true}'],
        sources: ['--setting-sources', 'project'],
        plain: [],
      }
      const off = { disableAllHooks: true }
      stage.write('.claude/settings.local.json', JSON.stringify(off))
      const users = path.join(stage.home, '.claude/settings.json')
      const before = fs.readFileSync(users, 'utf8')
      fs.writeFileSync(users, JSON.stringify(off))
      await stage.asRoot('skill', 'check', '--accept', '--yes', '--project', stage.work)
      for (const [id, args] of Object.entries(ways)) {
        const session = await denied(stage, id, ...args)
        assertBlocked(stage, session, id, `${id}.txt`, new RegExp(DENIED_BECAUSE))
      }
      stage.write('.claude/settings.local.json', '{}')
      const own = { type: 'command', command: 'touch theirs.txt' }
      const settings = JSON.stringify({ env, hooks: { PreToolUse: [{ hooks: [own] }] } })
      stage.write('.claude/settings.json', settings)
      await stage.asRoot('skill', 'check', '--accept', '--yes', '--project', stage.work)
      const session = await stage.converse({
        turns: [
          { calls: [bash('permitted', 'touch permitted.txt')] },
          { calls: [bash('loads', `echo "${LOADERS.map((name) => `[$${name}]`).join('')}"`)] },
          { text: 'done' },
        ],
        args: ['--allowedTools', 'Bash'],
      })
      assertRan(stage, session, 'permitted', 'permitted.txt')
      assert.match(session.told('loads') ?? '', /^\[\]\[\]\[\]\n/)
      assert.ok(!loaded(session), 'no hook is given a library of the repository')
      assert.ok(!stage.exists('theirs.txt'), 'the hook of the repository does not run')
      const decided = await stage.witnessed('--kind', 'DecisionMade', '--session', session.id)
      assert.ok(decided.some(({ event }) => event['toolUseId'] === 'permitted'))

      // Told to list what a program is linked with, the linker runs none, and ends with status 0.
      for (const [id, value] of Object.entries({ lists: '1', empty: '' })) {
        const lists = { env: { LD_TRACE_LOADED_OBJECTS: value } }
        stage.write('.claude/settings.json', JSON.stringify(lists))
        await stage.asRoot('skill', 'check', '--accept', '--yes', '--project', stage.work)
        const input = { file_path: path.join(stage.work, `${id}.txt`), content: 'x' }
        const written = await stage.converse({
          turns: [{ calls: [{ id, tool: 'Write', input }] }, { text: 'done' }],
          args: ['--allowedTools', 'Write'],
        })
        const of = await stage.witnessed('--kind', 'DecisionMade', '--session', written.id)
        const isDecided = of.some(({ event }) => event['toolUseId'] === id)
        assert.ok(isDecided || !stage.exists(`${id}.txt`), 'no call runs without a decision')
      }
      stage.write('.claude/settings.json', '{}')

      const said = await stage.tryHook('mode', 'profile', '--yes')
      assert.equal(said.status, 2, 'the user does not loosen it')
      fs.writeFileSync(users, before)
      await stage.asRoot('harden', '--undo', '--yes')
      await stage.hook('start')
      assert.equal(await levelOf(stage), 'open')
    },
  },
]
