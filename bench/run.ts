// Runs every benchmark, each in a process of its own, and shows what was measured beside what it
// must reach. `node bench/run.ts [--quick] [--json] [NAME …]`. Needs the built program.
import { spawn } from 'node:child_process'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { type ComparedRow, isMet, ratioOf, tableOf } from './table.ts'

/** File, and its arguments when it must be quick. */
const BENCHES: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ['gate', ['--quick']],
  ['hookClient', ['--quick']],
  ['spawn', ['--rounds', '20']],
  ['status', ['--quick']],
  ['append', ['--events', '10000']],
  ['verify', ['--entries', '50000']],
  ['replay', ['--calls', '5000']],
  ['open', ['--most', '100000']],
  ['learn', ['--quick']],
  ['follow', ['--quick']],
  ['skills', ['--quick']],
  ['memory', ['--quick']],
]

/** The rows, or why there are none. */
const runOne = (
  name: string,
  args: ReadonlyArray<string>,
): Promise<ReadonlyArray<ComparedRow> | string> =>
  new Promise((resolve) => {
    const file = path.join(import.meta.dirname, `${name}.ts`)
    const child = spawn(process.execPath, [file, '--json', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Array<Buffer> = []
    const err: Array<Buffer> = []
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.on('data', (part: Buffer) => {
      err.push(part)
      if (process.stderr.isTTY) process.stderr.write(part)
    })
    child.once('close', (status) =>
      resolve(
        status === 0
          ? (JSON.parse(Buffer.concat(out).toString()) as ReadonlyArray<ComparedRow>)
          : `${name} ended with ${status}: ${Buffer.concat(err).toString().trim()}`,
      ),
    )
  })

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const wanted = BENCHES.filter(([name]) => positionals.length === 0 || positionals.includes(name))
const measured: Array<ComparedRow & { readonly bench: string }> = []
const failures: Array<string> = []
const machine = `Node ${process.version}, ${process.platform}-${process.arch}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}`
if (!values.json) console.log(`${machine}${values.quick ? ', quick' : ''}\n`)

for (const [bench, quick] of wanted) {
  const rows = await runOne(bench, values.quick ? quick : [])
  if (typeof rows === 'string') {
    failures.push(rows)
    if (!values.json) console.log(`${rows}\n`)
    continue
  }
  measured.push(...rows.map((row) => ({ bench, ...row })))
  if (!values.json) console.log(`${tableOf(rows)}\n`)
}

const judged = measured.map((row) => ({ ...row, ratio: ratioOf(row), met: isMet(row) }))
const aimed = judged.filter(({ met }) => met !== undefined)
const missed = aimed.filter(({ met }) => met === false)
if (values.json)
  console.log(JSON.stringify({ machine, quick: values.quick, rows: judged, failures }, null, 2))
else {
  console.log(`${aimed.length - missed.length} of ${aimed.length} targets met`)
  for (const { name } of missed) console.log(`missed: ${name}`)
}
// A missed target is a finding, not a failure: what a machine reaches depends on its neighbours.
process.exitCode = failures.length === 0 ? 0 : 1
