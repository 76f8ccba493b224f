// Times programs against each other, from a process of its own that has loaded nothing: what a fork
// costs grows with the memory of the one that forks. Reads contenders, writes medians, as JSON.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'

export interface Contender {
  readonly name: string
  readonly argv: ReadonlyArray<string>
  readonly input: string
  /** What it must print, exiting 0; another outcome ends the race. */
  readonly stdout: string
}

export interface Race {
  readonly contenders: ReadonlyArray<Contender>
  readonly rounds: number
}

/** Median milliseconds by name, in the order of the contenders. */
export type Medians = ReadonlyArray<readonly [name: string, ms: number]>

const WARM_UP = 3

/** The order changes every round: what ran before (a node, say) weighs on what runs next. */
const race = ({ contenders, rounds }: Race): Medians => {
  const times = contenders.map((contender) => ({ contender, ms: new Array<number>() }))
  for (let round = -WARM_UP; round < rounds; round++)
    for (const { contender, ms } of shuffled(times)) {
      const took = once(contender)
      if (round >= 0) ms.push(took)
    }
  return times.map(({ contender, ms }) => [
    contender.name,
    ms.sort((a, b) => a - b)[ms.length >> 1]!,
  ])
}

const once = ({ name, argv, input, stdout }: Contender): number => {
  const start = performance.now()
  const run = spawnSync(argv[0]!, argv.slice(1), { input, env: {} })
  const ms = performance.now() - start
  if (run.status !== 0 || run.stdout.toString() !== stdout)
    throw new Error(`${name}: exit ${run.status}, ${run.stdout}`)
  return ms
}

const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

if (import.meta.main)
  process.stdout.write(JSON.stringify(race(JSON.parse(fs.readFileSync(0, 'utf8')) as Race)))
