// `npm run fuzz -- [--minutes N] [--seed S] [--law TEXT]`: the laws, with new inputs for as long as
// wanted. Prints every broken law with the smallest input found, and the seed to see it again.
import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { LAWS } from './laws.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    law: { type: 'string', default: '' },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  console.error('usage: npm run fuzz -- --minutes N')
  process.exit(2)
}
const chosen = LAWS.filter(({ name }) => name.includes(values.law))
const until = performance.now() + minutes * 60_000
const RUNS = 250
let seed = values.seed === undefined ? (Math.random() * 0x7fffffff) | 0 : Number(values.seed)
const tried = new Map(chosen.map(({ name }) => [name, 0]))
const broken = new Map<string, Array<string>>()
let told = performance.now()

const count = (): string =>
  [...tried.values()].reduce((sum, one) => sum + one, 0).toLocaleString('en')

while (performance.now() < until)
  for (const { name, input, broken: fault } of chosen) {
    const details = fc.check(
      fc.property(input, (value) => {
        const wrong = fault(value)
        if (wrong !== undefined) throw new Error(wrong)
      }),
      { numRuns: RUNS, seed: ++seed, endOnFailure: false },
    )
    tried.set(name, tried.get(name)! + details.numRuns)
    if (details.failed) {
      const error = details.errorInstance
      const what = error instanceof Error ? error.message : String(error)
      const known = broken.get(name) ?? []
      if (known.length < 10) {
        known.push(what)
        broken.set(name, known)
        console.log(`\nBROKEN  ${name}  (--seed ${seed - 1} --law '${name}')\n  ${what}`)
      }
    }
    if (process.stderr.isTTY && performance.now() - told > 1000) {
      told = performance.now()
      const left = Math.max(0, (until - told) / 60_000)
      process.stderr.write(
        `\r${count()} inputs, ${broken.size} laws broken, ${left.toFixed(1)} min left `,
      )
    }
    if (performance.now() >= until) break
  }

if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
console.log('')
for (const [name, runs] of tried)
  console.log(
    `${broken.has(name) ? 'broken' : 'held  '}  ${runs.toLocaleString('en').padStart(9)} inputs  ${name}`,
  )
process.exitCode = broken.size === 0 ? 0 : 1
