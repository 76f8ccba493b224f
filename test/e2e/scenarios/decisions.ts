// What becomes of a call that the policy denies.
import * as assert from 'node:assert/strict'
import {
  assertBlocked,
  assertRan,
  DENIED_BECAUSE,
  deniedCommand,
  type Scenario,
} from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const decisionOn = async (stage: Stage, call: string) => {
  const decisions = await stage.witnessed('--kind', 'DecisionMade')
  const found = decisions.find(({ event }) => event['toolUseId'] === call)
  assert.ok(found, `a decision on ${call} is in the witness`)
  return { verdict: found.event['verdict'], enforced: found.event['enforced'] }
}

const TURNS = [
  { calls: [bash('denied', deniedCommand('denied.txt'))] },
  { calls: [bash('permitted', 'touch permitted.txt')] },
  { text: 'done' },
]

export const decisions: ReadonlyArray<Scenario> = [
  {
    name: 'in enforce a denied call does not run, the model is told why, and others run',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const session = await stage.converse({ turns: TURNS })
      assertBlocked(stage, session, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))
      assertRan(stage, session, 'permitted', 'permitted.txt')
      assert.deepEqual(await decisionOn(stage, 'denied'), { verdict: 'deny', enforced: true })
      assert.deepEqual(await decisionOn(stage, 'permitted'), { verdict: 'permit', enforced: true })
    },
  },
  {
    name: 'in profile the same call runs and its denial is recorded as a shadow',
    play: async (stage) => {
      await stage.hook('mode', 'profile', '--yes')
      const session = await stage.converse({ turns: TURNS })
      assertRan(stage, session, 'denied', 'denied.txt')
      assert.doesNotMatch(session.told('denied') ?? '', new RegExp(DENIED_BECAUSE))
      assert.deepEqual(await decisionOn(stage, 'denied'), { verdict: 'deny', enforced: false })
    },
  },
  {
    name: 'a denial holds when the client skips its own permission prompts',
    skipsPermissions: true,
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      const session = await stage.converse({
        turns: TURNS,
        args: ['--dangerously-skip-permissions'],
      })
      assertBlocked(stage, session, 'denied', 'denied.txt', new RegExp(DENIED_BECAUSE))
      assertRan(stage, session, 'permitted', 'permitted.txt')
    },
  },
]
