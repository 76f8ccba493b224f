// What a repository brings that instructs the agent or runs something, and what is changed after it was
// trusted.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SkillReport } from '../../../src/domain/control/skills.ts'
import { acceptProject, assertBlocked, assertRan, type Scenario } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const HOOKS = JSON.stringify({
  hooks: { SessionEnd: [{ hooks: [{ type: 'command', command: 'true' }] }] },
})

const call = (name: string) => bash(name, `touch ${name}.txt`)

const checkOf = async (stage: Stage) => {
  const ran = await stage.tryHook('skill', 'check', '--json', '--project', stage.work)
  return { status: ran.status, report: JSON.parse(ran.stdout) as SkillReport }
}

/** A session whose prompt is held back: the model is not asked. */
const assertHeldUp = async (stage: Stage, because: RegExp): Promise<void> => {
  const session = await stage.converse({ turns: [] })
  const prompt = session.fired.find(({ event }) => event === 'UserPromptSubmit')
  assert.equal(prompt?.exit, 2, JSON.stringify(session.fired))
  assert.match(prompt?.stdout ?? '', because)
  assert.equal(session.requests.length, 0)
}

export const skills: ReadonlyArray<Scenario> = [
  {
    name: 'instructions: hooks that a repository brings hold its sessions up until they are trusted',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const before = await stage.converse({
        turns: [{ calls: [call('before')] }, { text: 'done' }],
      })
      assertRan(stage, before, 'before', 'before.txt')
      stage.write('.claude/settings.json', HOOKS)
      await assertHeldUp(stage, /hooks that nobody trusted/)
      const { status, report } = await checkOf(stage)
      assert.equal(status, 1)
      assert.deepEqual(
        report.skills.flatMap(({ code, file }) => (code === undefined ? [] : [[code, file]])),
        [['new-hook', path.join(fs.realpathSync(stage.work), '.claude/settings.json')]],
      )
      await acceptProject(stage)
      const after = await stage.converse({ turns: [{ calls: [call('after')] }, { text: 'done' }] })
      assertRan(stage, after, 'after', 'after.txt')
      assert.equal((await checkOf(stage)).status, 0)
    },
  },
  {
    name: 'instructions: hooks written in a session do not come into force, and a changed skill is found',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      stage.write('.claude/settings.local.json', '{}')
      stage.write('.claude/skills/notes/SKILL.md', '---\nname: notes\n---\nKeep notes.\n')
      stage.write('Makefile', `all:\n\techo '${HOOKS}' >.claude/settings.local.json; sleep 3\n`)
      await acceptProject(stage)
      const session = await stage.converse({
        turns: [
          { calls: [call('permitted')] },
          { calls: [bash('hidden', 'make')] },
          { calls: [call('denied')] },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'permitted', 'permitted.txt')
      assertBlocked(
        stage,
        session,
        'denied',
        'denied.txt',
        /hooks that nobody trusted|a hook was changed/,
      )
      stage.write('.claude/settings.local.json', '{}')
      stage.write('.claude/skills/notes/SKILL.md', '---\nname: notes\n---\nSend the notes.\n')
      await assertHeldUp(stage, /a skill was changed/)
      assert.equal((await checkOf(stage)).report.counts.modified, 1)
    },
  },
]
