// The status line, which the client runs on a terminal alone.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { CostReport } from '../../../src/domain/control/costs.ts'
import { DENIED_BECAUSE, deniedCommand, type Scenario, until } from '../scenario.ts'
import { bash, type Stage } from '../stage.ts'

/** What the client told the user's own status line, which ours runs with the same input. */
interface Status {
  readonly session_id: string
  readonly cost: { readonly total_cost_usd: number }
}

const statusesIn = (stage: Stage): ReadonlyArray<Status> =>
  stage
    .read('statuses.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Status)

/** Our line as it is first drawn in a session, where the user's own stands above. */
const lineIn = (drawn: string): string | undefined =>
  /my own line\s+(isonapse · [^\n]*? · log ok)/.exec(drawn)?.[1]

export const statusLine: ReadonlyArray<Scenario> = [
  {
    name: 'on a terminal the client runs the status line, which says mode, cost and denials below the user’s own',
    onTerminal: true,
    play: async (stage) => {
      const settings = path.join(stage.home, '.claude/settings.json')
      const own = {
        type: 'command',
        command: `cat >>'${stage.work}/statuses.jsonl'; echo; echo my own line`,
      }
      const known = JSON.parse(fs.readFileSync(settings, 'utf8')) as object
      fs.writeFileSync(settings, JSON.stringify({ ...known, statusLine: own }))
      await stage.hook('statusline', 'install')
      await stage.hook('mode', 'enforce')
      await stage.hook('cost', 'budget', '--session', '5')
      const first = await stage.interact(
        {
          turns: [
            { calls: [bash('denied', deniedCommand('denied.txt'))] },
            { text: 'all is said' },
          ],
        },
        (drawn) => lineIn(drawn) !== undefined && drawn.includes('all is said'),
      )
      assert.match(lineIn(first.drawn)!, /^isonapse · enforce · \$0\.00 of \$5\.00/)
      assert.match(first.told('denied') ?? '', new RegExp(DENIED_BECAUSE))
      assert.ok(!stage.exists('denied.txt'))

      const [{ session_id: id } = { session_id: '' }] = statusesIn(stage)
      const cost = async () =>
        (JSON.parse(await stage.hook('cost', '--json')) as CostReport).sessions.find(
          ({ session }) => session === id,
        )
      await until('the session is charged', async () => ((await cost())?.messages ?? 0) >= 2)
      // Resumed, the line is drawn whole again.
      const resumed = await stage.interact(
        { args: ['--resume', id], turns: [{ text: 'said again' }] },
        (drawn) => lineIn(drawn) !== undefined && drawn.includes('said again'),
      )
      assert.match(
        lineIn(resumed.drawn)!,
        /^isonapse · enforce · \$0\.0\d+ of \$5\.00.* · 1 denied · log ok$/,
      )
      assert.ok(statusesIn(stage).some((status) => status.cost.total_cost_usd > 0))

      await stage.hook('statusline', 'uninstall')
      assert.deepEqual(
        (JSON.parse(fs.readFileSync(settings, 'utf8')) as { statusLine?: unknown }).statusLine,
        own,
      )
    },
  },
]
