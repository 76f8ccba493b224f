// A control plane that cannot answer: calls are blocked in enforce and proceed in profile.
import * as assert from 'node:assert/strict'
import { CUT_SHORT, startFakeGate } from '../fakeGate.ts'
import { assertBlocked, assertRan, type Scenario, until } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const UNANSWERED = /control plane did not answer/

/** Breaks the gate; the answer mends it again. */
type Break = (stage: Stage) => Promise<() => Promise<unknown>>

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

const kill: Break = async (stage) => {
  const pid = await stage.daemonPid()
  process.kill(pid, 'SIGKILL')
  await until('the control plane is gone', () => isGone(pid))
  return () => stage.hook('start')
}

const hang: Break = async (stage) => {
  const pid = await stage.daemonPid()
  process.kill(pid, 'SIGSTOP')
  return async () => process.kill(pid, 'SIGCONT')
}

const cutShort: Break = async (stage) => {
  const restart = await kill(stage)
  const fake = await startFakeGate(stage.hookSocket, CUT_SHORT)
  return async () => {
    await fake.close()
    assert.ok(fake.asked.includes('PreToolUse'), 'the hook client asked the broken server')
    await restart()
  }
}

/** The gate breaks and is mended in the middle of a session, once in each mode. */
const inBothModes =
  (breakGate: Break) =>
  async (stage: Stage): Promise<void> => {
    for (const mode of ['enforce', 'profile'] as const) {
      await stage.hook('mode', mode, '--yes')
      let mend: () => Promise<unknown> = async () => undefined
      const session = await stage.converse({
        turns: [
          { calls: [bash(`before-${mode}`, `touch before-${mode}.txt`)] },
          {
            before: async () => {
              mend = await breakGate(stage)
            },
            calls: [bash(`during-${mode}`, `touch during-${mode}.txt`)],
          },
          {
            before: () => mend(),
            calls: [bash(`after-${mode}`, `touch after-${mode}.txt`)],
          },
          { text: 'done' },
        ],
      })
      const file = `during-${mode}.txt`
      assertRan(stage, session, `before-${mode}`, `before-${mode}.txt`)
      if (mode === 'profile') assertRan(stage, session, `during-${mode}`, file)
      else assertBlocked(stage, session, `during-${mode}`, file, UNANSWERED)
      assertRan(stage, session, `after-${mode}`, `after-${mode}.txt`)
    }
    const decided = await stage.witnessed('--kind', 'DecisionMade')
    const calls = new Set(decided.map(({ event }) => event['toolUseId']))
    for (const call of ['before-enforce', 'after-enforce', 'before-profile', 'after-profile'])
      assert.ok(calls.has(call), `the decision on ${call} outlived the fault`)
  }

export const faults: ReadonlyArray<Scenario> = [
  {
    name: 'a control plane killed mid-session blocks in enforce and lets calls pass in profile',
    play: inBothModes(kill),
  },
  {
    name: 'a control plane that hangs blocks in enforce and lets calls pass in profile',
    play: inBothModes(hang),
  },
  {
    name: 'an answer cut short blocks in enforce and lets calls pass in profile',
    play: inBothModes(cutShort),
  },
  {
    name: 'a prompt is blocked too when the control plane is down in enforce',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      // A session's start would start it again: it goes down after that, on the way to the prompt.
      const fake = await (async () => {
        await kill(stage)
        return startFakeGate(stage.hookSocket, CUT_SHORT)
      })()
      const session = await stage.converse({ turns: [] })
      await fake.close()
      assert.ok(fake.asked.includes('UserPromptSubmit'))
      assert.deepEqual(
        session.requests.filter(({ path }) => path.endsWith('/messages')),
        [],
        'nothing was sent to the model',
      )
    },
  },
]
