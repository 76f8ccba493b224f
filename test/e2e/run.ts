// Plays every scenario with the real Claude Code against a scripted, loopback-only API, and says of
// each whether it holds. `node test/e2e/run.ts [--jobs N] [WORDS IN A SCENARIO'S NAME]`
// Exit 0: all hold, or the client cannot be had here. Nothing leaves the machine but the installs.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { type OwnMachine, ownMachine } from './machine.ts'
import { installClient, installProduct, Unavailable } from './install.ts'
import { isIsolated, isolate } from './isolate.ts'
import { userFor } from './processes.ts'
import type { Scenario } from './scenario.ts'
import { approvals } from './scenarios/approvals.ts'
import { archives } from './scenarios/archives.ts'
import { checks } from './scenarios/checks.ts'
import { costs } from './scenarios/costs.ts'
import { decisions } from './scenarios/decisions.ts'
import { faults } from './scenarios/faults.ts'
import { gaps } from './scenarios/gaps.ts'
import { hardened } from './scenarios/hardened.ts'
import { hostile } from './scenarios/hostile.ts'
import { learning } from './scenarios/learning.ts'
import { live } from './scenarios/live.ts'
import { policies } from './scenarios/policies.ts'
import { record } from './scenarios/record.ts'
import { scripts } from './scenarios/scripts.ts'
import { selfGuard } from './scenarios/selfGuard.ts'
import { sensitive } from './scenarios/sensitive.ts'
import { skills } from './scenarios/skills.ts'
import { statusLine } from './scenarios/statusLine.ts'
import { wiring } from './scenarios/wiring.ts'
import { setStage, type Stage } from './stage.ts'
import { hasTerminals } from './terminal.ts'

const SCENARIOS: ReadonlyArray<Scenario> = [
  ...approvals,
  ...archives,
  ...checks,
  ...costs,
  ...decisions,
  ...faults,
  ...gaps,
  ...learning,
  ...hardened,
  ...live,
  ...hostile,
  ...policies,
  ...record,
  ...scripts,
  ...selfGuard,
  ...sensitive,
  ...skills,
  ...statusLine,
  ...wiring,
]

interface Players {
  readonly root: string
  readonly client: string
  readonly product: string
  readonly uid: number | undefined
}

/** Every scenario ends with this: whatever happened, the log still verifies. */
const assertLogVerifies = async (stage: Stage): Promise<void> => {
  const { verdict, problem } = await stage.verify()
  if (verdict !== 'anchored' && verdict !== 'unanchored')
    throw new Error(`the log does not verify: ${verdict} ${problem}`)
}

const playOne = async (scenario: Scenario, dir: string, players: Players): Promise<void> => {
  const machine = scenario.needsRoot === true ? await machineFor(dir, players) : undefined
  const stage = await setStage({ ...players, dir, machine })
  try {
    await scenario.play(stage)
    if (scenario.leavesNoLog !== true) await assertLogVerifies(stage)
  } finally {
    await stage.tryHook('stop')
    machine?.end()
  }
}

const machineFor = (dir: string, { uid = 0 }: Players): Promise<OwnMachine> => {
  const scratch = `${dir}-machine`
  fs.mkdirSync(scratch, { mode: 0o700 })
  return ownMachine(scratch, uid, path.join(dir, 'home'))
}

const playAll = async (jobs: number, filter: string, players: Players): Promise<number> => {
  const wanted = SCENARIOS.filter(({ name }) => name.toLowerCase().includes(filter))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  let next = 0
  const skip = ({ name }: Scenario, why: string): void => {
    counts.skipped++
    console.log(`skipped         ${name} (${why})`)
  }
  const player = async (): Promise<void> => {
    for (let at = next++; at < wanted.length; at = next++) {
      const scenario = wanted[at]!
      const dir = path.join(players.root, String(SCENARIOS.indexOf(scenario) + 1))
      if (
        scenario.skipsPermissions === true &&
        process.getuid?.() === 0 &&
        players.uid === undefined
      ) {
        skip(scenario, 'root may not skip permissions')
        continue
      }
      if (scenario.onTerminal === true && !hasTerminals()) {
        skip(scenario, 'no program gives a terminal here')
        continue
      }
      if (scenario.needsRoot === true && (!isIsolated() || players.uid === undefined)) {
        counts.skipped++
        console.log(`skipped         ${scenario.name} (it takes root and another user)`)
        continue
      }
      const start = performance.now()
      const took = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(7)
      try {
        await playOne(scenario, dir, players)
        counts.passed++
        console.log(`ok     ${took()}  ${scenario.name}`)
      } catch (error) {
        counts.failed++
        console.log(`FAILED ${took()}  ${scenario.name}\n${indented(error)}\n        kept: ${dir}`)
        continue
      }
      fs.rmSync(dir, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: jobs }, player))
  const { passed, failed, skipped } = counts
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  if (failed === 0) fs.rmSync(players.root, { recursive: true, force: true })
  return failed === 0 ? 0 : 1
}

const indented = (error: unknown): string =>
  (error instanceof Error ? (error.message ?? String(error)) : String(error))
    .split('\n')
    .slice(0, 40)
    .map((line) => `        ${line}`)
    .join('\n')

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string', default: '2' } },
    allowPositionals: true,
  })
  const client = process.env['ISONAPSE_E2E_PLAYED_BY']
  const product = process.env['ISONAPSE_E2E_PLAYED_WITH']
  if (client === undefined || product === undefined) {
    // Outside, where the registry can be reached.
    const { program, version } = installClient()
    const installed = installProduct()
    console.log(`Claude Code ${version} (${program})\nisonapse at ${installed}`)
    return isolate({ ISONAPSE_E2E_PLAYED_BY: program, ISONAPSE_E2E_PLAYED_WITH: installed }) ?? 1
  }
  if (!isIsolated())
    console.log('note: no namespaces here; the client is kept on loopback by its settings alone')
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-e2e-'))
  fs.chmodSync(root, 0o755)
  const uid = userFor([client, product, process.execPath, root])
  return playAll(Number(values.jobs), positionals.join(' ').toLowerCase(), {
    root,
    client,
    product,
    uid,
  })
}

try {
  // At once: a scenario that failed half-way may have left a server listening.
  process.exit(await main())
} catch (error) {
  if (!(error instanceof Unavailable)) throw error
  console.log(`skipped: ${error.message}\n\n0 passed, 0 failed, ${SCENARIOS.length} skipped`)
}
