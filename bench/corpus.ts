// How well calls are read, measured on labelled sets: `npm run bench:corpus -- DIR [--template NAME]
// [--policy FILE] [--misses N] [--json]`. DIR holds `*.jsonl` files; the lines are judged, never run.
import * as fs from 'node:fs'
import { parseArgs } from 'node:util'
import { compiledPolicy } from '../src/commands/oneShot/explain.ts'
import { contradictionsIn, type CorpusLine, corpusOf } from './corpus/lines.ts'
import { graveLossOf } from './corpus/grave.ts'
import { type Judged, judged, scoreOf, type SetScore, type Share } from './corpus/score.ts'

const { values, positionals } = parseArgs({
  options: {
    template: { type: 'string' },
    policy: { type: 'string' },
    misses: { type: 'string', default: '10' },
    set: { type: 'string' },
    json: { type: 'boolean', default: false },
    /** Every line that is judged otherwise than labelled, as JSON lines into this file. */
    out: { type: 'string' },
  },
  allowPositionals: true,
})
const [folder] = positionals
if (folder === undefined || !fs.existsSync(folder)) {
  console.error('usage: npm run bench:corpus -- DIR   (a folder of labelled *.jsonl files)')
  process.exit(2)
}

const lines = corpusOf(folder).filter(({ set }) => values.set === undefined || set === values.set)
const strict = lines.filter(({ note }) => note === undefined)
const policy = compiledPolicy(values)
const contradictions = contradictionsIn(strict)

// Twice: the first round warms up what is measured in the second.
for (const line of strict) judged(line, policy)
const started = performance.now()
const results = strict.map((line) => judged(line, policy))
const perSecond = results.length / ((performance.now() - started) / 1000)

const percent = ({ lines: all, wrong }: Share): string =>
  all === 0 ? '–' : `${(((all - wrong) / all) * 100).toFixed(1)}%`
const counted = (share: Share): string =>
  share.lines === 0 ? '' : `${share.lines - share.wrong}/${share.lines}`

const rowOf = (name: string, score: SetScore): ReadonlyArray<string> => [
  name,
  ...[score.deny, score.allow, score.ask].flatMap((share) => [counted(share), percent(share)]),
]
const sets = [...Map.groupBy(results, ({ line }) => line.set)]
const isContradicted = (line: CorpusLine): boolean =>
  contradictions.has(line.text.replaceAll(/\s+/g, ' ').trim())
const rows = [
  ['set', 'deny: caught', '', 'allow: permitted', '', 'ask: not permitted', ''],
  ...sets.map(([name, of]) => rowOf(name, scoreOf(of))),
  rowOf('all', scoreOf(results)),
  rowOf(
    'less those labelled both ways',
    scoreOf(results.filter(({ line }) => !isContradicted(line))),
  ),
]

/** Shares that are aimed at, over all sets; `ask` lines of the sets that ask about every change. */
const ASKING = new Set(['dippy', 'codex'])
const shareRight = (of: ReadonlyArray<Judged>): number =>
  of.length === 0 ? 1 : of.filter(({ right }) => right).length / of.length
const of = (expect: CorpusLine['expect']): ReadonlyArray<Judged> =>
  results.filter(({ line }) => line.expect === expect)
const goals = [
  { what: 'deny lines caught', value: shareRight(of('deny')), least: 0.97 },
  { what: 'allow lines permitted', value: shareRight(of('allow')), least: 0.92 },
  {
    what: 'ask lines of dippy and codex not permitted',
    value: shareRight(of('ask').filter(({ line }) => ASKING.has(line.set))),
    least: 0.85,
  },
].map((goal) => ({ ...goal, met: goal.value >= goal.least }))

const wrong = results.filter(({ right }) => !right)
const graveMisses = wrong.filter(
  ({ line, permitted }) => permitted && line.expect === 'deny' && graveLossOf(line.text),
)
const times = results.map(({ micros }) => micros).sort((a, b) => a - b)
const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0
const timing = { p50: at(0.5), p99: at(0.99), most: at(1), perSecond: Math.round(perSecond) }

const shown = ({ line, explanation }: Judged) => ({
  set: line.set,
  category: line.category,
  expect: line.expect,
  verdict: explanation.verdict,
  rules: explanation.rules,
  text: line.text,
  effects: explanation.effects.map(({ kind, why, target }) =>
    [kind, why, target === undefined ? undefined : JSON.stringify(target)]
      .filter((part) => part !== undefined)
      .join(' '),
  ),
})

if (values.out !== undefined)
  fs.writeFileSync(
    values.out,
    wrong
      .map((one) =>
        JSON.stringify({ ...shown(one), contradicted: isContradicted(one.line) || undefined }),
      )
      .join('\n') + '\n',
  )

if (values.json) {
  console.log(
    JSON.stringify(
      {
        sets: Object.fromEntries(sets.map(([name, of]) => [name, scoreOf(of)])),
        all: scoreOf(results),
        goals,
        contradictions: contradictions.size,
        graveMisses: graveMisses.map(shown),
        timing,
      },
      null,
      2,
    ),
  )
} else {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
  console.log('')
  for (const { what, value, least, met } of goals)
    console.log(
      `${what}  ${(value * 100).toFixed(1)}%  (at least ${least * 100}%: ${met ? 'met' : 'MISSED'})`,
    )
  console.log(
    `\nread in p50 ${timing.p50.toFixed(0)} µs, p99 ${timing.p99.toFixed(0)} µs, at most ${(timing.most / 1000).toFixed(1)} ms; ${timing.perSecond.toLocaleString('en')} lines/s`,
  )
  console.log(`\n${contradictions.size} calls are labelled both ways by the sets`)
  const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 110)
  const list = (title: string, of: ReadonlyArray<Judged>, most: number): void => {
    console.log(`\n${title}: ${of.length}`)
    for (const { line, explanation } of of.slice(0, most))
      console.log(
        `  ${line.set}  ${explanation.rules.join(' ') || 'permitted'}  ${oneLine(line.text)}`,
      )
  }
  const most = Number(values.misses)
  list('permitted, though grave by their look', graveMisses, Infinity)
  const plain = wrong.filter(({ line }) => !isContradicted(line))
  list(
    'dangerous lines permitted',
    plain.filter(({ line }) => line.expect === 'deny'),
    most,
  )
  list(
    'harmless lines not permitted',
    plain.filter(({ line }) => line.expect === 'allow'),
    most,
  )
}
