// How long `isonapse hook status` takes from a cold start, a control plane running and not, beside an
// empty Node. `node bench/status.ts [--json] [--quick]`. Needs the built program.
import * as path from 'node:path'
import { runProgram } from './spawned.ts'
import { makeHome, REPOSITORY, startPlane } from './plane.ts'
import { isQuick, median, rounded } from './samples.ts'
import { runAlone } from './scratch.ts'
import type { ComparedRow } from './table.ts'

const NODE_NAME = 'node -e 0'
const AT_MOST = 3.5

export const benchStatus = async (quick = isQuick()): Promise<ReadonlyArray<ComparedRow>> => {
  const home = await makeHome()
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: home.root,
    ISONAPSE_HOME: path.dirname(home.paths.dataDir),
  }
  const isonapse = [path.join(REPOSITORY, 'bin/isonapse.cjs'), 'hook', 'status']
  const rounds = quick ? 9 : 31
  const times = { node: new Array<number>(), status: new Array<number>() }
  const plane = await startPlane(home)
  try {
    // The first start fills the compile cache, as a user's first command does.
    for (let round = -2; round < rounds; round++) {
      const node = await runProgram([process.execPath, '-e', '0'], env)
      const status = await runProgram([process.execPath, ...isonapse, '--json'], env)
      const report = JSON.parse(status.stdout) as { readonly running?: unknown }
      if (report.running !== true) throw new Error(`status did not reach it: ${status.stdout}`)
      if (round < 0) continue
      times.node.push(node.ms)
      times.status.push(status.ms)
    }
  } finally {
    await plane.stop()
    home.remove()
  }
  const node = rounded(median(times.node))
  return [
    { name: NODE_NAME, value: node, unit: 'ms' },
    {
      name: 'isonapse hook status',
      value: rounded(median(times.status)),
      unit: 'ms',
      beside: { name: NODE_NAME, value: node, atMost: AT_MOST },
    },
  ]
}

await runAlone(import.meta, benchStatus)
