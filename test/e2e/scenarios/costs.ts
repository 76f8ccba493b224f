// What the real client's sessions cost by its own transcripts, and what a budget does to them.
import * as assert from 'node:assert/strict'
import type { CostReport } from '../../../src/domain/control/costs.ts'
import { assertBlocked, assertRan, type Scenario, until } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

const report = async (stage: Stage): Promise<CostReport> =>
  JSON.parse(await stage.hook('cost', '--json')) as CostReport

const call = (name: string) => bash(name, `touch ${name}.txt`)

/** A turn of the scripted model: 100 in, 20 out, 500 written to the cache, 1000 read from it. */
const TURN_USD = 0.002775

export const costs: ReadonlyArray<Scenario> = [
  {
    name: 'over its budget a session is denied the next call and the next prompt, until it is raised',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hook('cost', 'budget', '--session', String(2 * TURN_USD - 0.0001).slice(0, 6))
      const session = await stage.converse({
        turns: [
          { calls: [call('first')] },
          { calls: [call('second')] },
          // Two messages are written by now, whatever became of the third.
          { calls: [call('third')] },
          { text: 'done' },
        ],
      })
      assertRan(stage, session, 'first', 'first.txt')
      assertBlocked(
        stage,
        session,
        'third',
        'third.txt',
        /this session cost \$0\.\d+, the budget is/,
      )
      const decided = await stage.witnessed('--kind', 'DecisionMade', '--verdict', 'deny')
      assert.deepEqual(
        (decided.at(-1)!.event['receipt'] as { rules: ReadonlyArray<string> }).rules,
        ['budget:session'],
      )
      // The prompt is blocked: the model is not asked, or the script would be at its end.
      await stage.converse({ args: ['--resume', session.id], prompt: 'go on', turns: [] })
      const prompts = await stage.witnessed('--kind', 'DecisionMade', '--verdict', 'deny')
      assert.equal(
        (prompts.at(-1)!.event['receipt'] as { event: string }).event,
        'UserPromptSubmit',
      )
      await stage.hook('cost', 'budget', '--session', '1', '--yes')
      const raised = await stage.converse({
        args: ['--resume', session.id],
        turns: [{ calls: [call('raised')] }, { text: 'done' }],
      })
      assertRan(stage, raised, 'raised', 'raised.txt')
    },
  },
  {
    name: 'a session with a subagent, resumed once, costs what the client says that it cost',
    play: async (stage) => {
      const subagent = {
        description: 'a subagent',
        prompt: 'SUBAGENT: look at the notes',
        subagent_type: 'general-purpose',
        run_in_background: false,
      }
      const session = await stage.converse({
        turns: [
          { calls: [call('one')] },
          { calls: [{ id: 'toolu_agent', tool: 'Agent', input: subagent }] },
          { text: 'done' },
        ],
        threads: [
          { startsWith: 'SUBAGENT', turns: [{ calls: [call('inside')] }, { text: 'looked' }] },
        ],
      })
      await stage.converse({ args: ['--resume', session.id], turns: [{ text: 'and done' }] })
      let found: CostReport['sessions'][number] | undefined
      await until('the client’s total is read', async () => {
        found = (await report(stage)).sessions.find((one) => one.session === session.id)
        // Five messages and the resumed one.
        return found?.client != null && found.messages >= 6
      })
      assert.equal(found?.client?.reported, false, JSON.stringify(found))
      assert.deepEqual(found?.unread, [])
      const charged = await stage.witnessed('--kind', 'CostCharged', '--session', session.id)
      const messages = charged.filter(({ event }) => event['more'] === undefined)
      assert.equal(new Set(messages.map(({ event }) => event['message'])).size, messages.length)
      assert.ok(charged.some(({ event }) => event['agent'] !== undefined))
    },
  },
]
